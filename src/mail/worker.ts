import { setTimeout as delay } from 'node:timers/promises';
import { createId } from '../lib/ids.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Letter } from './letter.ts';
import type { createSmtp } from './smtp.ts';
import { type MailStore, mailContext, type TakenMail } from './store.ts';

export type WorkerDeps = {
  store: MailStore;
  sealer: Sealer;
  smtp: Pick<ReturnType<typeof createSmtp>, 'deliver' | 'close'>;
  logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  config: { retrySeconds: number; connections: number };
  metrics?: Pick<Metrics, 'count'> | undefined;
};

/** Longer than all of SMTP's timeouts together, so that nobody else takes a mail while it is being sent. */
export const LEASE_MS = 180_000;
/** Other nodes queue mails, too, and dead ones leave some behind. */
const LONGEST_SLEEP_MS = 5_000;
const SHORTEST_SLEEP_MS = 20;
const LONGEST_GOODBYE_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;

/** Sends what is queued. Every node runs one; each mail is taken by one of them. */
export function createWorker({ store, sealer, smtp, logger, config, metrics }: WorkerDeps) {
  const holder = createId('mailer');
  const stopping = new AbortController();
  let alarm = new AbortController();
  let running: Promise<void> | undefined;

  return {
    start(): void {
      running ??= run();
    },

    /** A mail was queued here. */
    wake(): void {
      alarm.abort();
    },

    /**
     * Ends after the mails that are on their way, but waits no more than 5 s for a mail server that says nothing. What
     * waits stays queued, and what was on its way is tried again when its lease has run out.
     */
    async stop(): Promise<void> {
      stopping.abort();
      alarm.abort();
      await Promise.race([running, delay(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
      await smtp.close();
    },

    /** Sends all that is due. */
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
        logger.warn({ err: error }, 'The queue of mails could not be read');
      }
      if (!stopping.signal.aborted) await delay(sleepMs, undefined, { signal: alarm.signal }).catch(() => {});
    }
  }

  async function sendDue(): Promise<void> {
    await Promise.all(Array.from({ length: config.connections }, sendUntilNone));
  }

  async function sendUntilNone(): Promise<void> {
    while (!stopping.signal.aborted) {
      const mail = await store.take(holder, LEASE_MS);
      if (!mail) return;
      await send(mail);
    }
  }

  async function send(mail: TakenMail): Promise<void> {
    const letter = open(mail);
    if (!letter) return store.postpone(mail.id, holder, LONGEST_DELAY_MS);
    const delivery = await smtp.deliver(mail.id, letter);
    const outcome = delivery.sent ? 'sent' : delivery.retry;
    metrics?.count('gatehouse_mail_attempts_total', { outcome });
    const fields = { mail: { id: mail.id, attempts: mail.attempts } };
    if (delivery.sent) {
      logger.info(fields, 'Mail sent');
      return store.remove(mail.id, holder);
    }
    // The error may quote the recipient: what the server said of it is for the operator of the mail server.
    const reason = reasonOf(delivery.error);
    if (delivery.retry === 'never') {
      logger.warn({ ...fields, reason }, 'Mail given up: the mail server refused it for good');
      return store.remove(mail.id, holder);
    }
    logger.warn({ ...fields, reason }, 'Mail not sent; it will be tried again');
    return store.postpone(mail.id, holder, delayAfter(mail.attempts));
  }

  /** A mail sealed under a root key that is not given now waits for it. */
  function open(mail: TakenMail): Letter | undefined {
    try {
      return JSON.parse(sealer.open(mail.sealed, mailContext(mail.id)).toString());
    } catch (error) {
      logger.warn({ err: error, mail: { id: mail.id } }, 'A queued mail cannot be opened');
      return undefined;
    }
  }

  function delayAfter(attempts: number): number {
    return Math.min(LONGEST_DELAY_MS, config.retrySeconds * 1000 * 2 ** (attempts - 1));
  }
}

function reasonOf(error: unknown): Record<string, unknown> {
  const { code, responseCode, command } = error as Record<string, unknown>;
  return { code, responseCode, command };
}
