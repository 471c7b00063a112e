import { setTimeout as sleep } from 'node:timers/promises';
import { check } from 'recheck';
import { redactText } from '../../src/observability/redact.ts';
import { findExpressions } from './expressions.ts';
import { findGrowth, isWorseThanLinear } from './growth.ts';

/**
 * Part of `npm run check`, and not of the tests: what it measures needs a machine that does nothing else just then.
 *
 * Most of what the server looks at was written by a stranger. An expression that goes back over the same text stops the
 * process for seconds with 57,000 letters. Each one is held against recheck, which looks for texts on which it takes longer
 * than in proportion: most it proves to be linear; those with assertions it can only guess about, so what it finds for them
 * is tried. Then each is run on what is worst for it, made of its own letters.
 */

/** If these are not found any more, nothing is. */
const PLANTED = [
  /\beyJ[\w-]+\.[\w-]*/g,
  /([A-Za-z][\w-]*)(=|":\s*)"/g,
  /\/+$/,
  /\s*;\s*/,
  /\bVersion\/[\d.]+.*\bSafari\//,
  /\/\*[\s\S]*?\*\//g,
  /^(\d+)*$/,
  /^(\s|\uFEFF|<[^>]*>)*<svg/,
];

const { literals } = findExpressions();
const byText = new Map(literals.map((found) => [String(found.expression), found]));
const waiting = [...byText.values()];
const faults: string[] = [];
await Promise.all([work(), work()]);
for (const { where, expression } of literals) {
  const found = await staysSlow(() => findGrowth(expression));
  if (found !== undefined) faults.push(`${where} ${expression}: slow on ${found}`);
}
for (const repeated of ['A', 'eyJ-', '" a="\\']) {
  const hostile = { start: '', repeated, end: '\0' };
  if (await staysSlow(() => isWorseThanLinear(redactText, hostile) || undefined))
    faults.push(`redactText: slow on ${JSON.stringify(repeated)} again and again`);
}
for (const expression of PLANTED)
  if (findGrowth(expression) === undefined) faults.push(`${expression} is slow, and was not found`);
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

/** Judged again twice, a moment later: a slow expression is slow each time, and a machine is busy once. */
async function staysSlow<T>(judge: () => T | undefined): Promise<T | undefined> {
  let found = judge();
  for (let again = 0; again < 2 && found !== undefined; again += 1) {
    await sleep(1000);
    found = judge();
  }
  return found;
}

type Attack = { pumps: readonly { prefix: string; pump: string }[]; suffix: string };

function isTrue(expression: RegExp, { pumps, suffix }: Attack): boolean {
  return pumps.some(({ prefix, pump }) => {
    const hostile = { start: prefix, repeated: pump, end: suffix };
    return isWorseThanLinear((text) => text.replace(expression, ''), hostile);
  });
}
