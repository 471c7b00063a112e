import { setTimeout as delay } from 'node:timers/promises';
import { createId } from '../lib/ids.ts';
import type { DeliveriesStore, Taken } from './store.ts';

/** What became of one attempt. `again`: the other side is away or busy; `never`: it will not have this one. */
export type Attempt = { sent: true } | { sent: false; retry: 'again' | 'never'; error: unknown };

export type WorkerDeps<Content> = {
  store: DeliveriesStore;
  /** Throws when no root key of now opens it. */
  open(id: string, sealed: string): Content;
  /** In the log: `Mail`. */
  noun: string;
  /**
   * Brings one to where it goes. It may run twice for the same id, when the process dies or takes longer than the lease:
   * the other side tells them apart by the id. It says what happened and does not throw.
   */
  deliver(id: string, content: Content): Promise<Attempt>;
  /** What of an error may be logged: no personal data, nothing that the other side made up. */
  reasonOf(error: unknown): Record<string, unknown>;
  /** How many are on their way at once; how long to wait after a first failure, twice as long after each further one. */
  config: { connections: number; retrySeconds: number };
  /** Longer than one delivery can take. */
  leaseMs: number;
  logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Hears of each attempt. */
  attempted(outcome: 'sent' | 'again' | 'never'): void;
};

/** Other nodes queue some, too, and dead ones leave some behind. */
const LONGEST_SLEEP_MS = 5_000;
const SHORTEST_SLEEP_MS = 20;
const LONGEST_GOODBYE_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;

/** Delivers what is queued. Every node runs one; each row is taken by one of them. */
export function createWorker<Content>(deps: WorkerDeps<Content>) {
  const { store, noun, deliver, reasonOf, config, leaseMs, logger, attempted } = deps;
  const holder = createId('worker');
  const stopping = new AbortController();
  let alarm = new AbortController();
  let running: Promise<void> | undefined;

  return {
    start(): void {
      running ??= run();
    },

    /** Something was queued here. */
    wake(): void {
      alarm.abort();
    },

    async stop(): Promise<void> {
      stopping.abort();
      alarm.abort();
      await Promise.race([running, delay(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
    },

    sendDue,
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      alarm = new AbortController();
      let sleepMs = LONGEST_SLEEP_MS;
      try {
        await sendDue();
        sleepMs = Math.min(
          sleepMs,
          Math.max(SHORTEST_SLEEP_MS, (await store.untilNext()) ?? LONGEST_SLEEP_MS),
        );
      } catch (error) {
        logger.warn({ err: error }, `${noun}: the queue could not be read`);
      }
      if (!stopping.signal.aborted) await delay(sleepMs, undefined, { signal: alarm.signal }).catch(() => {});
    }
  }

  async function sendDue(): Promise<void> {
    await Promise.all(Array.from({ length: config.connections }, sendUntilNone));
  }

  async function sendUntilNone(): Promise<void> {
    while (!stopping.signal.aborted) {
      const taken = await store.take(holder, leaseMs);
      if (!taken) return;
      await send(taken);
    }
  }

  async function send(taken: Taken): Promise<void> {
    const { id, attempts } = taken;
    const content = opened(taken);
    if (content === undefined) return store.postpone(id, holder, LONGEST_DELAY_MS);
    const attempt = await deliver(id, content);
    attempted(attempt.sent ? 'sent' : attempt.retry);
    const fields = { delivery: { id, attempts } };
    if (attempt.sent) {
      logger.info(fields, `${noun} sent`);
      return store.remove(id, holder);
    }
    const reason = reasonOf(attempt.error);
    if (attempt.retry === 'never') {
      logger.warn({ ...fields, reason }, `${noun} given up: the other side refused it for good`);
      return store.remove(id, holder);
    }
    logger.warn({ ...fields, reason }, `${noun} not sent; it will be tried again`);
    return store.postpone(id, holder, delayAfter(attempts));
  }

  /** What was sealed under a root key that is not given now waits for it. */
  function opened({ id, sealed }: Taken): Content | undefined {
    try {
      return deps.open(id, sealed);
    } catch (error) {
      logger.warn({ err: error, delivery: { id } }, `${noun}: one in the queue cannot be opened`);
      return undefined;
    }
  }

  function delayAfter(attempts: number): number {
    return Math.min(LONGEST_DELAY_MS, config.retrySeconds * 1000 * 2 ** (attempts - 1));
  }
}
