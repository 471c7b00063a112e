import { check } from 'recheck';
import { findExpressions } from './expressions.ts';

/**
 * Part of `npm run check`: holds each regular expression of the server against recheck, which looks for texts on which one
 * takes longer than in proportion. It proves most to be linear; those with assertions it can only try.
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
    const why =
      result.status === 'vulnerable'
        ? `${result.complexity.summary} on ${result.attack.pattern}`
        : `not decided (${result.error.kind})`;
    faults.push(`${where} ${expression}: ${why}`);
  }
}
