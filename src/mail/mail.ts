import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Database } from '../database/database.ts';
import { createDeliveries } from '../deliveries/deliveries.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { withLogoInside } from '../lib/mail-logo.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Brand, MailName, Mails, RenderedMail } from '../views/views.ts';
import type { MailConfig } from './config.ts';
import { dkimKeyUnreadable, mailOff } from './errors.ts';
import { type Letter, oneLine, requireSingleAddress } from './letter.ts';
import type { Mailbox } from './mailbox.ts';
import { createSmtp, type Dkim } from './smtp.ts';
import { createMailboxStore, MAILS, mailboxContext, sealedMailColumns, sweptMails } from './store.ts';

export { createMailboxAddress, createMailboxRoutes, type Mailbox, type MailboxMail } from './mailbox.ts';
export { sweptMails } from './store.ts';

export type OutgoingMail<Name extends MailName = MailName> = {
  to: string;
  template: Name;
  data: Mails[Name];
  locale: string;
  /** For a mail that is worth nothing later, such as a code: it is thrown away then. `mail.giveUpSeconds` unless said. */
  keepSeconds?: number;
  /**
   * Does all the work of a mail and sends none: for an address that nobody here has, so that the time it takes tells
   * nobody.
   */
  isDecoy?: boolean;
};

export type MailDeps = {
  db: Database;
  sealer: Sealer;
  clock: Clock;
  config: { issuer: string; isLoopback: boolean; smtpUrl?: string; brand: Brand; mail: MailConfig };
  logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    debug(fields: object, message: string): void;
  };
  /** `views.mail`. */
  render<Name extends MailName>(
    name: Name,
    data: Mails[Name],
    options: { locale: string; issuer: string; brand: Brand },
  ): RenderedMail;
  /** `i18n.choose`: a language that we have, from the one that the person has. */
  chooseLocale?(wish: { uiLocales: string }): string;
  metrics?: Pick<Metrics, 'count' | 'gauge'>;
  /** A PNG that stands in each mail. */
  logo?: Buffer | undefined;
};

export type Mail = ReturnType<typeof createMail>;

export type MailSource = Pick<MailDeps['config'], 'smtpUrl' | 'mail' | 'issuer'>;

/** Speaks to the mail server as far as the password, and sends nothing. Throws what it, or the network, said. */
export async function askMailServer(config: MailSource): Promise<void> {
  const smtp = smtpOf(config, config.mail.from ?? `no-reply@${new URL(config.issuer).hostname}`);
  try {
    await smtp.ask();
  } finally {
    await smtp.close();
  }
}

export type TestMailConfig = MailDeps['config'];

/**
 * Sends one mail past the queue, so that whoever asks hears what the mail server says. It is made as all others are, with
 * their logo. Throws what the delivery failed of, `mail.address_malformed` and `mail.off`.
 */
export async function sendTestMail(
  { config, render, logo }: Pick<MailDeps, 'config' | 'render' | 'logo'>,
  { to, locale, now }: { to: string; locale: string; now: number },
): Promise<void> {
  if (transportOf(config) !== 'smtp') throw mailOff();
  const address = config.mail.from ?? `no-reply@${new URL(config.issuer).hostname}`;
  const { issuer } = config;
  const brand = { ...config.brand, hasMailLogo: logo !== undefined };
  const rendered = render('test', { accountUrl: `${issuer}/account` }, { locale, issuer, brand });
  const letter: Letter = {
    ...rendered,
    to: requireSingleAddress(to),
    from: { name: oneLine(config.brand.name), address },
    subject: oneLine(rendered.subject),
    at: now,
  };
  const smtp = smtpOf(config, address, logo);
  try {
    const attempt = await smtp.deliver(createId('mail'), letter);
    if (!attempt.sent) throw attempt.error;
  } finally {
    await smtp.close();
  }
}

/**
 * Mail to people. `SMTP_URL` decides where it goes: to a mail server, by a queue in the database that survives crashes
 * and mail servers that are away (each mail arrives at least once, by one worker of all nodes); `none`: nowhere; absent
 * on a loopback issuer: into the mailbox at `/dev/mailbox`. What is stored is sealed, the recipient too.
 */
export function createMail(deps: MailDeps) {
  const { db, sealer, clock, config, logger, render, logo } = deps;
  const brand = { ...config.brand, hasMailLogo: logo !== undefined };
  const chooseLocale = deps.chooseLocale ?? (({ uiLocales }) => uiLocales);
  const from = {
    name: oneLine(config.brand.name),
    address: config.mail.from ?? `no-reply@${new URL(config.issuer).hostname}`,
  };
  const transport = transportOf(config);
  const box = createMailboxStore(db);
  const smtp = transport === 'smtp' ? smtpOf(config, from.address, logo) : undefined;
  const queue = smtp && createMailQueue(deps, smtp);
  if (queue) deps.metrics?.gauge('gatehouse_mail_queued', async () => [{ value: await queue.count() }]);

  const mailbox: Mailbox = {
    async list() {
      return (await box.list()).map(({ id, sealed }) => {
        const letter: Letter = JSON.parse(sealer.open(sealed, mailboxContext(id)).toString());
        const { to, subject, text } = letter;
        const html = withLogoInside(letter.html, logo);
        const date = new Date(letter.at).toISOString();
        return { id, to, from: `${letter.from.name} <${letter.from.address}>`, subject, text, html, date };
      });
    },
  };

  return {
    /** Its rows that run out. */
    sweeps: [sweptMails],
    sealedColumns: sealedMailColumns,

    /** Whether mail reaches people. When not, what needs it is not offered. */
    isAvailable: transport !== 'none',

    /** The mailbox of this machine, when it has no mail server. */
    mailbox: transport === 'mailbox' ? mailbox : undefined,

    /** Resolves when the mail is safely queued. Throws `mail.address_malformed`; nothing when there is no mail. */
    async send<Name extends MailName>(mail: OutgoingMail<Name>): Promise<void> {
      const { to, template, data, locale, isDecoy = false } = mail;
      const { issuer } = config;
      const rendered = render(template, data, { locale: chooseLocale({ uiLocales: locale }), issuer, brand });
      const letter: Letter = {
        ...rendered,
        to: requireSingleAddress(to),
        from,
        subject: oneLine(rendered.subject),
        at: clock.now(),
      };
      const id = createId('mail');
      if (transport === 'none') return logger.debug({ template }, 'No mail: SMTP_URL is none');
      if (!queue) {
        const sealed = sealer.seal(JSON.stringify(letter), mailboxContext(id));
        return isDecoy ? undefined : box.insert({ id, sealed, at: letter.at }, MAILBOX_KEEPS);
      }
      const keepSeconds = Math.min(mail.keepSeconds ?? Number.POSITIVE_INFINITY, config.mail.giveUpSeconds);
      // A decoy has run out already: no worker takes it, and the sweeper takes it away.
      await queue.put(id, letter, isDecoy ? 0 : keepSeconds * 1000);
    },

    /** Whether mail would leave now. What is queued waits for the mail server either way. */
    async isAnswering(): Promise<boolean> {
      return transport !== 'smtp' || ((await smtp?.isAnswering()) ?? true);
    },

    /** Sends what is queued, from now on. */
    start(): void {
      queue?.start();
    },

    /** Ends after the mails that are on their way. */
    async stop(): Promise<void> {
      await queue?.stop();
      await smtp?.close();
    },
  };
}

const MAILBOX_KEEPS = 200;

/** Longer than all of SMTP's timeouts together, so that nobody else takes a mail while it is being sent. */
const LEASE_MS = 180_000;

/** What waits for the mail server. Exported for its test. */
export function createMailQueue(
  {
    db,
    sealer,
    logger,
    config,
    metrics,
  }: Pick<MailDeps, 'db' | 'sealer' | 'logger' | 'metrics'> & {
    config: { mail: Pick<MailConfig, 'connections' | 'retrySeconds'> };
  },
  smtp: Pick<ReturnType<typeof createSmtp>, 'deliver'>,
) {
  return createDeliveries<Letter>({
    db,
    sealer,
    logger,
    table: MAILS,
    noun: 'Mail',
    config: config.mail,
    leaseMs: LEASE_MS,
    deliver: smtp.deliver,
    attempted: (outcome) => metrics?.count('gatehouse_mail_attempts_total', { outcome }),
    // The error may quote the recipient: what the server said of it is for the operator of the mail server.
    reasonOf(error) {
      const { code, originalCode, responseCode, command } = error as Record<string, unknown>;
      return { code, originalCode, responseCode, command };
    },
  });
}

function transportOf({ smtpUrl, isLoopback }: MailDeps['config']): 'smtp' | 'mailbox' | 'none' {
  if (smtpUrl === undefined) return isLoopback ? 'mailbox' : 'none';
  return smtpUrl === 'none' ? 'none' : 'smtp';
}

function smtpOf(
  { smtpUrl = '', mail }: Pick<MailDeps['config'], 'smtpUrl' | 'mail'>,
  sender: string,
  logo?: Buffer,
) {
  const { connections, requireTls, dkim } = mail;
  return createSmtp({ url: smtpUrl, connections, requireTls, dkim: dkim && dkimOf(dkim, sender), logo });
}

/** Read at the start, so that a mistake is one then. Throws `mail.dkim_key_unreadable`. */
function dkimOf({ domain, selector, privateKeyFile }: NonNullable<MailConfig['dkim']>, sender: string): Dkim {
  try {
    const privateKey = readFileSync(privateKeyFile, 'utf8');
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') throw new TypeError('the key is not RSA');
    return { domainName: domain ?? sender.split('@')[1] ?? '', keySelector: selector, privateKey };
  } catch (cause) {
    throw dkimKeyUnreadable({ file: privateKeyFile }, cause);
  }
}
