import { setTimeout as delay } from 'node:timers/promises';
import type { Transporter } from 'nodemailer';
import type { Attempt } from '../deliveries/deliveries.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { MAIL_LOGO_ID, showsLogo, withLogoInside } from '../lib/mail-logo.ts';
import { smtpUtf8Missing } from './errors.ts';
import type { Letter } from './letter.ts';

export type SmtpOptions = {
  /** `smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…` (TLS from the start). */
  url: string;
  connections: number;
  requireTls?: boolean | undefined;
  dkim?: Dkim | undefined;
  /** A PNG, attached to the mails that show it. */
  logo?: Buffer | undefined;
};

/** What signs a mail: RFC 6376. `privateKey` is PEM. */
export type Dkim = { domainName: string; keySelector: string; privateKey: string };

/** A pool of connections to the mail server. */
export function createSmtp({ url, connections, requireTls, dkim, logo }: SmtpOptions) {
  let transport: Promise<Transporter> | undefined;
  /** What the last conversation with the server showed. */
  let seen: { isAnswering: boolean; at: number } | undefined;
  let asking: Promise<boolean> | undefined;
  /** The first mail loads the library: a server that mails nothing does not carry it. */
  const connect = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport(settings() as object);
  };
  const settings = () => ({
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
  });

  return {
    async deliver(id: string, letter: Letter): Promise<Attempt> {
      try {
        if (needsSmtpUtf8(letter.to) && !(await takesSmtpUtf8())) {
          return { sent: false, retry: 'never', error: smtpUtf8Missing() };
        }
        transport ??= connect();
        await (await transport).sendMail({
          // The same for each attempt, so that a mail that arrives twice can be seen to be one.
          messageId: `<${id}@${letter.from.address.split('@')[1]}>`,
          from: letter.from,
          to: { name: '', address: letter.to },
          subject: letter.subject,
          text: letter.text,
          ...partsOf(letter.html, logo),
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

  /**
   * Whether the server takes addresses with letters beyond ASCII (RFC 6531), asked on a connection of its own: without
   * it some servers accept such a mail, and lose it.
   */
  async function takesSmtpUtf8(): Promise<boolean> {
    const { createTransport } = await import('nodemailer');
    let takes = false;
    const hear = (_fields: unknown, line: unknown) => {
      takes ||= /^250[ -]SMTPUTF8$/im.test(String(line).slice(0, MOST_OF_A_GREETING));
    };
    const logger = { level() {}, trace: hear, debug: hear, info: hear, warn: hear, error: hear, fatal: hear };
    const asked = createTransport({ ...settings(), pool: false, debug: true, logger } as object);
    await asked.verify().finally(() => asked.close());
    return takes;
  }

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

/** RFC 2387: the picture travels with the HTML. A mail that was written when there was still a logo goes without. */
function partsOf(html: string, logo: Buffer | undefined) {
  if (!showsLogo(html)) return { html };
  if (!logo) return { html: withLogoInside(html, undefined) };
  const picture = { cid: MAIL_LOGO_ID, content: logo, contentType: 'image/png' };
  return { html, attachments: [{ ...picture, contentDisposition: 'inline' as const }] };
}

const SEEN_MS = 30_000;
const ASKED_MS = 3_000;
const MOST_OF_A_GREETING = 4096;

/** The domain of an address can be written in ASCII, what is before it cannot. */
function needsSmtpUtf8(address: string): boolean {
  return /[\x80-\uffff]/.test(address.slice(0, address.lastIndexOf('@')));
}

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
  return password !== '' && !isLoopbackHost(hostname);
}
