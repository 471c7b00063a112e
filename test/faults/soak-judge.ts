/**
 * What a long run must look like. Things that are kept for a set time grow until that time has passed: at a rate R that
 * is R x lifetime, and each kind is compared with that. Everything else must not grow at all.
 */

/**
 * One look: when (seconds since the start), how many works of each sort were confirmed until then (`unanswered`: not,
 * of any sort), and the figures.
 */
export type Sample = {
  seconds: number;
  works: Record<string, number>;
  figures: Record<string, number>;
};

/** What is kept of a kind: how many each work makes, how long one lives, and how many a worker holds beside them. */
export type Kept = {
  made?: Record<string, number>;
  livesSeconds?: number;
  perWorker?: number;
  why: string;
};

/** What may be held of a kind beside what was made in its lifetime: what is in flight while it is counted. */
const SLACK = 20;
/** Works are counted when they are answered, and a row of one is there before. */
const TOLERANCE = 1.05;

/**
 * Findings, one for each kind that holds more than what its works can have made in its lifetime. What has a room is judged
 * by `judgeTrends`.
 */
export function judgeHeld(
  samples: readonly Sample[],
  kinds: Record<string, Kept>,
  { workers, rooms = {} }: { workers: number; rooms?: Record<string, Room> },
): string[] {
  const [first] = samples;
  const names = new Set(samples.flatMap(({ figures }) => Object.keys(figures)));
  return [...names].flatMap((name) => {
    if (name in rooms) return [];
    const kept = kinds[name];
    const start = first?.figures[name] ?? 0;
    for (const sample of samples) {
      const held = sample.figures[name] ?? 0;
      const most = start + mostHeld(samples, sample, kept, workers) + SLACK;
      if (held <= most) continue;
      const at = `${name}: ${held} after ${sample.seconds.toFixed(0)} s, at most ${Math.round(most)} expected`;
      return [`${at} (${kept?.why ?? 'nothing that works make: it is level'})`];
    }
    return [];
  });
}

/** How many may be there at this sample beside those of the beginning. */
export function mostHeld(
  samples: readonly Sample[],
  { seconds, works }: Sample,
  kept: Kept | undefined,
  workers: number,
): number {
  if (kept === undefined) return 0;
  const { made = {}, livesSeconds = 0, perWorker = 0 } = kept;
  // The last look before their lifetime began: what was made since may still be there.
  const before = samples.findLast((each) => each.seconds <= seconds - livesSeconds);
  const late = Object.entries(made).reduce(
    (sum, [work, each]) => sum + each * ((works[work] ?? 0) - (before?.works[work] ?? 0)),
    0,
  );
  // What had no answer, or was refused half-way, may have made something, or not have ended what it was to end.
  const unanswered = (works.unanswered ?? 0) * Math.max(1, perWorker);
  return late * TOLERANCE + perWorker * workers + unanswered;
}

/** How much more of a figure is no growth: so much in all, or this part of what it is. */
export type Room = { absolute: number; share: number };

/** Findings, one for each figure that grows. */
export function judgeTrends(samples: readonly Sample[], rooms: Record<string, Room>): string[] {
  return Object.entries(rooms).flatMap(([name, { absolute, share }]) => {
    const { growth, middle } = trendOf(samples, name);
    if (growth <= Math.max(absolute, share * middle)) return [];
    return [`${name}: grew by ${growth.toFixed(1)} in the last two thirds (of ${middle.toFixed(1)})`];
  });
}

/**
 * By how much a figure grew in the last two thirds: the median of the slopes between all pairs of samples (Theil and
 * Sen), so that a few samples that lie far off, the last one too, change nothing. `middle` is the median itself.
 */
export function trendOf(samples: readonly Sample[], name: string): { growth: number; middle: number } {
  const end = samples.at(-1)?.seconds ?? 0;
  const begin = samples[0]?.seconds ?? 0;
  const late = samples.filter(({ seconds }) => seconds >= begin + (end - begin) / 3);
  const slopes = late.flatMap((one, index) =>
    late
      .slice(index + 1)
      .map(
        (other) =>
          ((other.figures[name] ?? 0) - (one.figures[name] ?? 0)) /
          Math.max(0.001, other.seconds - one.seconds),
      ),
  );
  const length = (late.at(-1)?.seconds ?? 0) - (late[0]?.seconds ?? 0);
  return { growth: median(slopes) * length, middle: median(late.map(({ figures }) => figures[name] ?? 0)) };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
