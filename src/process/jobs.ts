import type { Job } from '../lib/job.ts';
import type { Logger } from '../observability/logger.ts';

/** Runs each of them in its time, and none a second time while it still runs. What fails is logged and tried again. */
export function createJobs(jobs: readonly Job[], { logger }: { logger: Pick<Logger, 'warn'> }) {
  const timers: NodeJS.Timeout[] = []; // at most one for each job

  return {
    start(): void {
      timers.push(...jobs.map(begin));
    },
    stop(): void {
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
  };

  function begin({ everyMs, run, failure }: Job): NodeJS.Timeout {
    let isRunning = false;
    const timer = setInterval(async () => {
      if (isRunning) return;
      isRunning = true;
      await run().catch((error: unknown) => logger.warn({ err: error }, failure));
      isRunning = false;
    }, everyMs);
    return timer.unref();
  }
}
