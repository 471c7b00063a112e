import type { EventEmitter } from 'node:events';

export type ShutdownDeps = {
  /** `process`, or a stand-in. */
  process: Pick<EventEmitter, 'on' | 'off'> & { exit(code: number): void };
  logger: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** In order: say "not ready", close the port, stop the workers, close the database. Each one is waited for. */
  steps: readonly { name: string; run(): Promise<void> | void }[];
  /** Last of all at a second signal. */
  endAtOnce?: () => void;
  /** A second signal changes nothing: another process decides. */
  isPatient?: boolean;
};

/**
 * SIGTERM and SIGINT end the process in order and with 0: what runs is finished, what is queued is kept. A step that
 * fails does not keep the later ones from running. A second signal ends at once.
 */
export function createShutdown({ process, logger, steps, endAtOnce, isPatient = false }: ShutdownDeps) {
  let isEnding = false;

  async function end(signal: string): Promise<void> {
    if (isEnding && isPatient) return;
    if (isEnding) {
      endAtOnce?.();
      return process.exit(1);
    }
    isEnding = true;
    logger.info({ signal }, 'Stopping: finishing what runs');
    let exitCode = 0;
    for (const { name, run } of steps) {
      try {
        await run();
      } catch (error) {
        exitCode = 1;
        logger.error({ err: error, step: name }, 'A part could not be stopped in order');
      }
    }
    logger.info({}, 'Stopped');
    process.exit(exitCode);
  }

  const onTerminate = () => void end('SIGTERM');
  const onInterrupt = () => void end('SIGINT');

  return {
    /** Listens for the signals. */
    start(): void {
      process.on('SIGTERM', onTerminate);
      process.on('SIGINT', onInterrupt);
    },
    stop(): void {
      process.off('SIGTERM', onTerminate);
      process.off('SIGINT', onInterrupt);
    },
  };
}
