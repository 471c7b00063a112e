import { check } from 'recheck';
import { findExpressions } from './expressions.ts';
import { isWorseThanLinear } from './growth.ts';

/**
 * Part of `npm run check`: holds each regular expression of the server against recheck, which looks for texts on which one
 * takes longer than in proportion. Most it proves to be linear. Those with assertions it can only guess about, so what it
 * finds for them is tried.
 */

const { literals } = findExpressions();
const byText = new Map(literals.map((found) => [String(found.expression), found]));
const waiting = [...byText.values()];
const faults: string[] = [];
await Promise.all([work(), work()]);
for (const fault of faults.sort()) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let found = waiting.pop(); found; found = waiting.pop()) {
    const { where, expression } = found;
    const result = await check(expression.source, expression.flags, { timeout: 30_000 });
    if (result.status === 'safe') continue;
    if (result.status === 'vulnerable' && result.checker === 'fuzz' && !isTrue(expression, result.attack))
      continue;
    const why =
      result.status === 'vulnerable'
        ? `${result.complexity.summary} on ${result.attack.pattern}`
        : `not decided (${result.error.kind})`;
    faults.push(`${where} ${expression}: ${why}`);
  }
}

type Attack = { pumps: readonly { prefix: string; pump: string }[]; suffix: string };

function isTrue(expression: RegExp, { pumps, suffix }: Attack): boolean {
  return pumps.some(({ prefix, pump }) => {
    const hostile = { start: prefix, repeated: pump, end: suffix };
    return isWorseThanLinear((text) => text.replace(expression, ''), hostile);
  });
}
