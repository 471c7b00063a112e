import type { SliceResult } from './load.ts';

export type Measurement = SliceResult & {
  part: string;
  work: string;
  variant: string;
  callers: number;
  round: number;
  cpuSeconds: number;
};
export type Summary = {
  part: string;
  work: string;
  variant: string;
  callers: number;
  perSecond: number;
  cpuMs: number;
  median: number;
  p99: number;
  ratio: number;
  low: number;
  high: number;
  cpuRatio: number;
  wrong: number;
};

/** Medians over the rounds; ratios are to the first variant (of two bare ones: to their mean) in the same round. */
export function summarise(all: readonly Measurement[]): Summary[] {
  const keys = [
    ...new Set(all.map(({ part, work, callers, variant }) => [part, work, callers, variant].join('|'))),
  ];
  return keys.map((key) => {
    const own = all.filter(
      ({ part, work, callers, variant }) => [part, work, callers, variant].join('|') === key,
    );
    const [first] = own as [Measurement];
    const beside = all.filter(
      ({ part, work, callers }) => part === first.part && work === first.work && callers === first.callers,
    );
    const bare = [...new Set(beside.map(({ variant }) => variant))].filter((name) => name.startsWith('bare'));
    const base =
      bare.length > 0 ? bare.slice(0, first.variant === 'bare again' ? 1 : 2) : [beside[0]?.variant ?? ''];
    const ratios: number[] = [];
    const cpuRatios: number[] = [];
    for (const each of own) {
      const others = beside.filter(({ round, variant }) => round === each.round && base.includes(variant));
      ratios.push(rate(each) / mean(others.map(rate)));
      cpuRatios.push(mean(others.map(cpu)) / cpu(each));
    }
    return {
      part: first.part,
      work: first.work,
      variant: first.variant,
      callers: first.callers,
      perSecond: median(own.map(rate)),
      cpuMs: median(own.map(cpu)),
      median: median(own.map((each) => each.median)),
      p99: median(own.map((each) => each.p99)),
      ratio: median(ratios),
      low: Math.min(...ratios),
      high: Math.max(...ratios),
      cpuRatio: median(cpuRatios),
      wrong: own.reduce((sum, each) => sum + each.wrong, 0),
    };
  });
}

export function table(summaries: readonly Summary[]): string {
  return summaries
    .map((each) =>
      [
        each.work.padEnd(20),
        each.variant.padEnd(16),
        String(each.callers).padStart(3),
        each.perSecond.toFixed(0).padStart(6),
        `cpu ${each.cpuMs.toFixed(2)} ms`.padStart(12),
        `${each.ratio.toFixed(2)} (${each.low.toFixed(2)}-${each.high.toFixed(2)})`.padStart(18),
        `cpu ${each.cpuRatio.toFixed(2)}`.padStart(9),
        each.wrong > 0 ? `${each.wrong} WRONG` : '',
      ].join(' '),
    )
    .join('\n');
}

const rate = ({ done, seconds }: Measurement) => done / seconds;
const cpu = ({ done, cpuSeconds }: Measurement) => (cpuSeconds * 1000) / Math.max(1, done);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function writeReport(_: {
  measurements: readonly Measurement[];
  facts: Record<string, string | number>;
  plan: object;
}): Promise<void> {}
