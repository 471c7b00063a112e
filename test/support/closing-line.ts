import type { Reporter } from 'vitest/node';

/**
 * Ends a run with one plain line for machines: `12 passed, 0 failed`, and `, 1 skipped` when there is something. A test
 * that skipped itself has a line before it that says why.
 */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => ({ name: test.fullName, ...test.result() }));
    const count = (state: string) => results.filter((each) => each.state === state).length;
    for (const result of results)
      if (result.state === 'skipped' && result.note) console.log(`Skipped: ${result.name}. ${result.note}`);
    // A file that could not be loaded, an error outside of any test and a set-up that failed are in no test's count.
    const broken = modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const failed = count('failed') + broken;
    const skipped = count('skipped') + count('pending');
    const line = `${count('passed')} passed, ${failed || Number(reason === 'failed')} failed`;
    console.log(`\n${skipped > 0 ? `${line}, ${skipped} skipped` : line}`);
  },
};
