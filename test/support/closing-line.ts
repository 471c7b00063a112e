import type { Reporter } from 'vitest/node';

/** Ends a run with one plain line for machines: `12 passed, 0 failed`, and `, 1 skipped` when there is something. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((each) => each === state).length;
    // A file that could not be loaded, and an error outside of any test, are failures that no test counts.
    const broken = modules.flatMap((module) => module.errors()).length + unhandledErrors.length;
    const skipped = count('skipped') + count('pending');
    const line = `${count('passed')} passed, ${count('failed') + broken} failed`;
    console.log(`\n${skipped > 0 ? `${line}, ${skipped} skipped` : line}`);
  },
};
