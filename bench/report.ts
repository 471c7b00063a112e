import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SliceResult } from './load.ts';
import { works } from './works.ts';

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

/** What each work is to reach at least, as a share of the bare library. */
const FLOORS: readonly { work: string; variant: string; callers: number; atLeast: number }[] = [
  { work: 'client-credentials', variant: 'postgres', callers: 16, atLeast: 0.9 },
  { work: 'code-flow', variant: 'redis', callers: 16, atLeast: 0.65 },
  { work: 'silent-renewal', variant: 'redis', callers: 16, atLeast: 0.65 },
  { work: 'refresh', variant: 'redis', callers: 16, atLeast: 0.6 },
  { work: 'introspection-opaque', variant: 'redis', callers: 16, atLeast: 0.65 },
  { work: 'introspection-jwt', variant: 'redis', callers: 16, atLeast: 0.65 },
  { work: 'userinfo', variant: 'redis', callers: 16, atLeast: 0.65 },
  ...[
    'client-credentials',
    'code-flow',
    'silent-renewal',
    'refresh',
    'introspection-opaque',
    'introspection-jwt',
    'userinfo',
  ].map((work) => ({ work, variant: 'redis', callers: 4, atLeast: 0.55 })),
  { work: 'discovery', variant: 'redis', callers: 16, atLeast: 3 },
  { work: 'jwks', variant: 'redis', callers: 16, atLeast: 3 },
  { work: 'code-flow', variant: 'sqlite', callers: 16, atLeast: 0.65 },
  { work: 'refresh', variant: 'sqlite', callers: 16, atLeast: 0.55 },
  { work: 'introspection-opaque', variant: 'sqlite', callers: 16, atLeast: 0.75 },
];

/** What the verification of an API key is to reach, as a share of our own introspection of an opaque token. */
const KEY_FLOORS: Readonly<Record<string, number>> = { sqlite: 0.3, postgres: 0.3, redis: 0.6 };

const folder = dirname(fileURLToPath(import.meta.url));

/** RESULTS.md, results.json (every slice) and ratios.svg beside this file. */
export async function writeReport({
  measurements,
  facts,
  plan,
}: {
  measurements: readonly Measurement[];
  facts: Record<string, string | number>;
  plan: { callers: readonly number[]; sliceMs: number; rounds: number; warmMs: number };
}): Promise<void> {
  const all = summarise(measurements);
  const main = all.filter(({ part }) => part === 'main');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder }).toString().trim();
  const wrong = all.reduce((sum, each) => sum + each.wrong, 0);
  const text = `# What a request costs

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}. ${cpus()[0]?.model.trim()}, ${cpus().length} cores,
${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}, PostgreSQL ${facts.postgres} (fsync and synchronous commit on), Redis without persistence.

**How it is measured.** A node is one process on one core of its own; the load generator, PostgreSQL and Redis share the
others. \`bare\` is oidc-provider with everything in its memory, with the same clients, algorithms (ES256) and lifetimes; it
runs twice, and how far the two differ is the noise of this run. All variants take turns in slices of ${plan.sliceMs} ms,
${plan.rounds} rounds, each warmed for 8 s of full load before, by 16 callers. Ratios are throughput against the mean of the two bare ones in the same round: median, and
the lowest and highest round. \`CPU\` is the same ratio for the processor time of one piece of work, which is what remains
when the machine has other things to do. Every answer is checked while it is measured: ${wrong === 0 ? 'all were right' : `**${wrong} were wrong**`}.
Nothing lies between node and stores but the loopback interface, except in the table "0.5 ms away".

Variants: \`sqlite\` (\`synchronous=FULL\`), \`postgres\` (everything in PostgreSQL), \`redis\` (PostgreSQL, and Redis for what is
short-lived). The access log is on, as it is by default; the bare library writes none.

![Ratios at 16 callers](ratios.svg)

## The floors

| Work | Variant | Callers | At least | Reached | CPU | |
| --- | --- | --- | --- | --- | --- | --- |
${FLOORS.map((floor) => {
  const found = main.find(
    ({ work, variant, callers }) =>
      work === floor.work && variant === floor.variant && callers === floor.callers,
  );
  if (!found) return undefined;
  const verdict =
    found.ratio >= floor.atLeast
      ? 'reached'
      : found.high >= floor.atLeast
        ? 'within the noise'
        : '**missed**';
  return `| ${titleOf(floor.work)} | ${floor.variant} | ${floor.callers} | ${floor.atLeast} | ${range(found)} | ${found.cpuRatio.toFixed(2)} | ${verdict} |`;
})
  .filter((line) => line !== undefined)
  .join('\n')}

${factLines(facts)}

## Every work, every number of callers

${works
  .filter(({ name }) => main.some(({ work }) => work === name))
  .map(({ name, title }) => `### ${title}\n\n${workTable(main.filter(({ work }) => work === name))}`)
  .join('\n\n')}
${keysTable(all)}
${partTable(all, 'delay', '0.5 ms away', 'A proxy holds each answer of PostgreSQL and Redis back for half a millisecond; the bare library has no store.')}
${partTable(all, 'size', 'The size of the installation', 'The same node with a full database (people, as many grants and refresh tokens, a tenth as many clients), against the small one.')}
${partTable(all, 'workers', 'Two workers', 'Against one process. With six cores or more, both may use them all; with fewer, both are on the core of the node, because load generator and stores need the others, and only the processor time says something.')}
`;
  await writeFile(join(folder, 'RESULTS.md'), `${text.replaceAll(/\n{3,}/g, '\n\n').trimEnd()}\n`);
  await writeFile(join(folder, 'ratios.svg'), plot(main.filter(({ callers }) => callers === 16)));
}

function factLines(facts: Record<string, string | number>): string {
  return Object.entries(facts)
    .filter(([name]) => name !== 'postgres')
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

function workTable(summaries: readonly Summary[]): string {
  const variants = [...new Set(summaries.map(({ variant }) => variant))];
  const counts = [...new Set(summaries.map(({ callers }) => callers))];
  const rows = variants.map((variant) => {
    const cells = counts.map((count) => {
      const found = summaries.find((each) => each.variant === variant && each.callers === count);
      return found
        ? `${Math.round(found.perSecond)}/s, ${found.ratio.toFixed(2)} (CPU ${found.cpuRatio.toFixed(2)}), ${found.p99.toFixed(0)} ms`
        : '';
    });
    return `| ${variant} | ${cells.join(' | ')} |`;
  });
  return [
    `| | ${counts.map((count) => `${count} caller${count === 1 ? '' : 's'}`).join(' | ')} |`,
    `| --- |${counts.map(() => ' --- |').join('')}`,
    ...rows,
    '',
    'Per second, ratio, ratio of processor time, 99 % of the answers within.',
  ].join('\n');
}

function keysTable(all: readonly Summary[]): string {
  const rows = all
    .filter(({ part, variant }) => part === 'keys' && variant === 'api-key-verify')
    .map((each) => {
      const floor = KEY_FLOORS[each.work] ?? 0;
      const verdict =
        each.ratio >= floor ? 'reached' : each.high >= floor ? 'within the noise' : '**missed**';
      return `| ${each.work} | ${Math.round(each.perSecond)} | ${floor} | ${range(each)} | ${each.cpuMs.toFixed(2)} ms | ${each.cpuRatio.toFixed(2)} | ${verdict} |`;
    });
  if (rows.length === 0) return '';
  const what =
    'Verification of an API key, counted against its tier, against our own introspection of an opaque token: by turns on the same node, 16 callers, each with a key or token of its own.';
  return `\n## API keys\n\n${what}\n\n| Store | Per second | At least | Ratio | CPU of one | CPU ratio | |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function partTable(all: readonly Summary[], part: string, title: string, what: string): string {
  const own = all.filter(
    (each) => each.part === part && each.variant !== 'bare' && each.variant !== 'bare again',
  );
  if (own.length === 0) return '';
  const rows = own.map(
    (each) =>
      `| ${titleOf(each.work)} | ${each.variant} | ${Math.round(each.perSecond)} | ${range(each)} | ${each.cpuMs.toFixed(2)} ms | ${each.cpuRatio.toFixed(2)} |`,
  );
  return `\n## ${title}\n\n${what}\n\n| Work | Variant | Per second | Ratio | CPU of one | CPU ratio |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

const range = ({ ratio, low, high }: Summary) => `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
const titleOf = (name: string) => works.find((work) => work.name === name)?.title ?? name;

/** Bars with whiskers for each work and variant; the line is the bare library. */
function plot(summaries: readonly Summary[]): string {
  const some = works.map(({ name }) => name).filter((name) => summaries.some(({ work }) => work === name));
  const variants = [...new Set(summaries.map(({ variant }) => variant))].filter((name) => name !== 'bare');
  const colors = ['#9a9a93', '#a67a1e', '#2f6f5e', '#7a2e3a'];
  const [left, barHeight, gap, width] = [190, 11, 14, 470];
  const most = 1.5;
  const x = (ratio: number) => left + (Math.min(ratio, most) / most) * width;
  let y = 40;
  const parts: string[] = [];
  for (const work of some) {
    parts.push(
      `<text x="${left - 10}" y="${y + (variants.length * barHeight) / 2 + 4}" text-anchor="end">${work}</text>`,
    );
    for (const [index, variant] of variants.entries()) {
      const found = summaries.find((each) => each.work === work && each.variant === variant);
      if (!found) continue;
      const middle = y + barHeight / 2;
      parts.push(
        `<rect x="${left}" y="${y + 1}" width="${(x(found.ratio) - left).toFixed(1)}" height="${barHeight - 2}" fill="${colors[index % colors.length]}"/>`,
        `<line x1="${x(found.low).toFixed(1)}" x2="${x(found.high).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#17211e"/>`,
        `<text x="${x(found.high) + 6}" y="${y + barHeight - 2}" font-size="9">${found.ratio.toFixed(2)}</text>`,
      );
      y += barHeight;
    }
    y += gap;
  }
  const legend = variants
    .map(
      (variant, index) =>
        `<rect x="${left + index * 110}" y="14" width="10" height="10" fill="${colors[index % colors.length]}"/><text x="${left + 15 + index * 110}" y="23">${variant}</text>`,
    )
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 60} ${y + 10}" font-family="system-ui, sans-serif" font-size="11" fill="#17211e"><title>Throughput against the bare library</title><rect width="100%" height="100%" fill="#fff"/>${legend}<line x1="${x(1)}" x2="${x(1)}" y1="32" y2="${y - 6}" stroke="#17211e" stroke-dasharray="3 3"/>${parts.join('')}</svg>\n`;
}
