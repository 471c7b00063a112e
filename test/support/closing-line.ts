import type { Reporter, TestModule } from 'vitest/node';
import { nameOf } from './opening-lines.ts';

/** What a file may take on two cores that nobody else uses: a run of them all ends soon after its last one began. */
const BUDGET_SECONDS = 60;
/** Of so many files the slowest are named, also when all keep to it. */
const MANY = 20;

/**
 * Ends a run with what was slow, and one plain line for machines: `12 passed, 0 failed`, and `, 1 skipped` when there is
 * something. A test that skipped itself has a line before it that says why.
 */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => ({ name: test.fullName, ...test.result() }));
    const count = (state: string) => results.filter((each) => each.state === state).length;
    for (const result of results)
      if (result.state === 'skipped' && result.note) console.log(`Skipped: ${result.name}. ${result.note}`);
    for (const line of describeSpeed(modules.map((module) => [nameOf(module.moduleId), secondsOf(module)])))
      console.log(line);
    // A file that could not be loaded, an error outside of any test and a set-up that failed are in no test's count.
    const broken = modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const failed = count('failed') + broken;
    const skipped = count('skipped') + count('pending');
    const line = `${count('passed')} passed, ${failed || Number(reason === 'failed')} failed`;
    console.log(`\n${skipped > 0 ? `${line}, ${skipped} skipped` : line}`);
  },
};

function secondsOf(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}

/** The files over their budget, and the three slowest of many. */
export function describeSpeed(files: readonly [name: string, seconds: number][]): string[] {
  const sorted = files.toSorted(([, one], [, other]) => other - one);
  const list = (some: typeof files) =>
    some.map(([name, seconds]) => `${name} ${Math.round(seconds)} s`).join(', ');
  const over = sorted.filter(([, seconds]) => seconds > BUDGET_SECONDS);
  if (over.length > 0)
    return [`Over the ${BUDGET_SECONDS} s that a file may take on two free cores: ${list(over)}.`];
  return files.length < MANY
    ? []
    : [`Every file took less than its ${BUDGET_SECONDS} s. The slowest: ${list(sorted.slice(0, 3))}.`];
}
