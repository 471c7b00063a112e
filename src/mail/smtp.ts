import { setTimeout as delay } from 'node:timers/promises';
import type { Transporter } from 'nodemailer';
import type { Attempt } from '../deliveries/deliveries.ts';
import type { Letter } from './letter.ts';

export type SmtpOptions = {
  /** `smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…` (TLS from the start). */
  url: string;
  connections: number;
  requireTls?: boolean | undefined;
  dkim?: Dkim | undefined;
};

/** What signs a mail: RFC 6376. `privateKey` is PEM. */
export type Dkim = { domainName: string; keySelector: string; privateKey: string };

/** A pool of connections to the mail server. */
export function createSmtp({ url, connections, requireTls, dkim }: SmtpOptions) {
  let transport: Promise<Transporter> | undefined;
  /** What the last conversation with the server showed. */
  let seen: { isAnswering: boolean; at: number } | undefined;
  let asking: Promise<boolean> | undefined;
  /** The first mail loads the library: a server that mails nothing does not carry it. */
  const connect = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      pool: true,
      maxConnections: connections,
      maxMessages: 100,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      requireTLS: requireTls ?? mustEncrypt(url),
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim ? { dkim } : {}),
    } as object);
  };

  return {
    async deliver(id: string, letter: Letter): Promise<Attempt> {
      try {
        transport ??= connect();
        await (await transport).sendMail({
          // The same for each attempt, so that a mail that arrives twice can be seen to be one.
          messageId: `<${id}@${letter.from.address.split('@')[1]}>`,
          from: letter.from,
          to: { name: '', address: letter.to },
          subject: letter.subject,
          text: letter.text,
          html: letter.html,
          date: new Date(letter.at),
          // RFC 3834 §5: no holiday notes back.
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        note(true);
        return { sent: true };
      } catch (error) {
        note(!isAway(error));
        return { sent: false, retry: isFinal(error) ? 'never' : 'again', error };
      }
    },

    /**
     * Whether the mail server answers: what was seen of it in the last half minute, else it is asked now, for 3 s at
     * most. The same for every recipient, so that a page may tell it.
     */
    async isAnswering(): Promise<boolean> {
      if (seen && performance.now() - seen.at < SEEN_MS) return seen.isAnswering;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },

    /** Connects, encrypts and logs in, and sends nothing. Throws what the server or the network said. */
    async ask(): Promise<void> {
      transport ??= connect();
      await (await transport).verify();
    },

    async close(): Promise<void> {
      (await transport)?.close();
    },
  };

  function note(isAnswering: boolean): boolean {
    seen = { isAnswering, at: performance.now() };
    return isAnswering;
  }

  async function ask(): Promise<boolean> {
    transport ??= connect();
    const verified = transport
      .then((pool) => pool.verify())
      .then(
        () => true,
        () => false,
      );
    return note(await Promise.race([verified, delay(ASKED_MS, false, { ref: false })]));
  }
}

const SEEN_MS = 30_000;
const ASKED_MS = 3_000;

/** Nothing could be said at all: nobody there, no encryption, a wrong password. One recipient's trouble is not that. */
function isAway(error: unknown): boolean {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return code === 'EAUTH' || responseCode === 421 || responseCode === undefined;
}

/** RFC 5321 §4.2.1: a 5yz to the envelope or the message is for ever; a wrong password is a mistake to be mended. */
function isFinal(error: unknown): boolean {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return isAboutMail && typeof responseCode === 'number' && responseCode >= 500;
}

/** A password never crosses a network in the clear. */
function mustEncrypt(url: string): boolean {
  const { password, hostname } = new URL(url);
  return password !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
