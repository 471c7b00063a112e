import type { Reporter } from 'vitest/node';

/** Ends a run with one plain line for machines: `12 passed, 0 failed`, and `, 1 skipped` when there is something. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((each) => each === state).length;
    // A file that could not be loaded, an error outside of any test and a set-up that failed are in no test's count.
    const broken = modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const failed = count('failed') + broken;
    const skipped = count('skipped') + count('pending');
    const line = `${count('passed')} passed, ${failed || Number(reason === 'failed')} failed`;
    console.log(`\n${skipped > 0 ? `${line}, ${skipped} skipped` : line}`);
  },
};
