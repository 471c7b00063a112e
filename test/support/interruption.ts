import type { Reporter, Vitest } from 'vitest/node';

/**
 * A run that is interrupted ends in order: what failed so far is printed as at the end of a whole run, the services are
 * stopped, and no process or folder stays. A second signal ends it at once; the watchdogs clean up.
 */

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
let vitest: Vitest | undefined;
let isInterrupted = false;

export const interruption: Reporter = {
  onInit(begun) {
    vitest = begun;
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      // Vitest's own listener ends the process a millisecond later, with nothing said and its forks left to themselves.
      process.removeAllListeners(signal);
      process.on(signal, () => interrupt(signal));
    }
  },
  onTestModuleQueued() {
    // The signal came before the first file, while services were started.
    if (isInterrupted) endFiles();
  },
};

function interrupt(signal: keyof typeof SIGNALS): void {
  const exitCode = 128 + SIGNALS[signal];
  if (isInterrupted) process.exit(exitCode);
  isInterrupted = true;
  console.log(`\n${signal}: ending. What failed until now follows; what did not run counts as skipped.`);
  process.on('exit', () => {
    process.exitCode = exitCode;
  });
  endFiles();
}

function endFiles(): void {
  // Once takes what waits out of the queue and lets the running files finish; twice ends those as well.
  for (let each = 0; each < 2; each += 1) void vitest?.cancelCurrentRun('keyboard-input');
}
