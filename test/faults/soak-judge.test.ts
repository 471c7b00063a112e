import { describe, expect, test } from 'vitest';
import { judgeHeld, judgeTrends, type Kept, type Sample } from './soak-judge.ts';

/** The judge of `npm run soak`, which runs for too long to be asked each time what it would have found. */

const KINDS: Record<string, Kept> = {
  codes: { made: { codeFlow: 1 }, livesSeconds: 600, why: '10 min' },
  ended: { made: { signOut: 1 }, livesSeconds: 4200, why: '70 min' },
  chains: { perWorker: 10, why: 'of the last sign-in' },
};

describe('what is kept for a set time', () => {
  const codes = (held: (seconds: number) => number) =>
    judge(
      run(1800, (seconds) => ({ codes: held(seconds) })),
      KINDS,
    );

  test('may grow until that time has passed, and is level then', () => {
    expect(codes((seconds) => 5 * Math.min(seconds, 600))).toEqual([]);
  });

  test('is a leak when nobody sweeps it, from the moment when the first ought to have gone', () => {
    expect(codes((seconds) => 5 * seconds)).toEqual([
      expect.stringMatching(/^codes: 3\d\d\d after 6\d\d s, at most 3\d\d\d expected \(10 min\)$/),
    ]);
  });

  test('is a leak when a work makes two of what it makes one, however short the run', () => {
    const short = run(120, (seconds) => ({ codes: 10 * seconds }));
    expect(judge(short, KINDS)).toHaveLength(1);
    expect(
      judge(
        run(120, (seconds) => ({ codes: 5 * seconds })),
        KINDS,
      ),
    ).toEqual([]);
  });

  test('may still be growing at the end of a run that is shorter', () => {
    expect(
      judge(
        run(1800, (seconds) => ({ ended: seconds })),
        KINDS,
      ),
    ).toEqual([]);
  });
});

test('what each worker holds is no more than that for all of them', () => {
  const held = (each: number) => run(1800, () => ({ chains: each }), { chains: 0 });
  expect(judge(held(95), KINDS)).toEqual([]);
  expect(judge(held(150), KINDS)).toHaveLength(1);
});

test('what no work makes is level: a table that nobody has named here is found, too', () => {
  expect(
    judge(
      run(1800, () => ({ users: 16 })),
      KINDS,
    ),
  ).toEqual([]);
  expect(
    judge(
      run(1800, (seconds) => ({ forgotten: seconds / 10 })),
      KINDS,
    ),
  ).toEqual([expect.stringContaining('forgotten')]);
});

test('what has no answer may be there, or may still be there', () => {
  const samples = run(1800, () => ({ chains: 290 }), { chains: 0 });
  expect(judge(samples, KINDS)).toHaveLength(1);
  for (const { works } of samples) works.unanswered = 20;
  expect(judge(samples, KINDS)).toEqual([]);
});

test('what has room to swing is no row or key', () => {
  const samples = run(1800, () => ({ heap: 30_000 }), { heap: 20_000 });
  expect(judgeHeld(samples, {}, { workers: 10 })).toHaveLength(1);
  expect(judgeHeld(samples, {}, { workers: 10, rooms: { heap: { absolute: 0, share: 0 } } })).toEqual([]);
});

describe('memory', () => {
  const rooms = { heap: { absolute: 1000, share: 0.02 } };
  const heap = (of: (seconds: number, index: number) => number) =>
    judgeTrends(
      run(1800, (seconds, index) => ({ heap: of(seconds, index) })),
      rooms,
    );

  test('that settles in the first third, swings, or ends in a peak does not grow', () => {
    expect(heap((seconds) => 60_000 + 20_000 * Math.min(1, seconds / 500))).toEqual([]);
    expect(heap((_, index) => 60_000 + (index % 7) * 3000)).toEqual([]);
    expect(heap((seconds) => (seconds > 1700 ? 90_000 : 60_000))).toEqual([]);
  });

  test('that grows by a hundred bytes a request is found', () => {
    const requests = 30;
    expect(heap((seconds, index) => 60_000 + (index % 7) * 300 + (seconds * requests * 100) / 1024)).toEqual([
      expect.stringMatching(/^heap: grew by/),
    ]);
  });

  test('that falls is no finding', () => {
    expect(heap((seconds) => 90_000 - seconds)).toEqual([]);
  });
});

const judge = (samples: Sample[], kinds: Record<string, Kept>) => judgeHeld(samples, kinds, { workers: 10 });

/** Sixty looks at a run with five code flows and one sign-out a second, after one before it. */
function run(
  seconds: number,
  figures: (seconds: number, index: number) => Record<string, number>,
  start: Record<string, number> = figures(0, 0),
): Sample[] {
  const later = Array.from({ length: 60 }, (_, index) => {
    const at = ((index + 1) * seconds) / 60;
    return { seconds: at, works: { codeFlow: 5 * at, signOut: at }, figures: figures(at, index + 1) };
  });
  return [{ seconds: 0, works: {}, figures: start }, ...later];
}
