import { createHash, randomInt } from 'node:crypto';
import { browserName } from '../../lib/browser-name.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import { createSealer, type Sealer } from '../../lib/seal.ts';
import { createSecret, hmac, sha256 } from '../../lib/secret.ts';
import { digitsOf } from '../../lib/typed-code.ts';
import { localeOf } from '../../users/users.ts';
import { html } from '../../views/html.ts';
import type { Mails } from '../../views/views.ts';
import type { BeginInput, Begun, FinishInput, Method, Proof, Refusal } from '../method.ts';
import { definePlugIn } from '../plug-in.ts';
import { type EmailConfig, emailConfig } from './config.ts';
import { createEmailRoutes } from './routes.ts';
import {
  createEmailStore,
  type EmailCode,
  type EmailLink,
  type EmailStore,
  type SpentCode,
  sweptEmail,
} from './store.ts';

export { createEmailStore, type EmailLink, sweptEmail } from './store.ts';

/** A link and a code in a mail. */
export const email = definePlugIn({
  id: 'email',
  identifies: true,
  config: {
    section: 'email',
    schema: emailConfig,
    isSwitchedOn: ({ enabled }) => enabled,
  },
  icon: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 6h18v12H3zm2 2v.5l7 4.5 7-4.5V8zm14 2.8-7 4.5-7-4.5V16h14z"/></svg>`,
  personalData: { email_codes: ['answers_left', 'spent_at', 'expires_at'] },
  sweeps: [sweptEmail],
  create({ db, users, clients, mail, keys, clock, config: { issuer, methods } }, config) {
    const made = createEmail({
      store: createEmailStore(db),
      users,
      clients,
      mail,
      keys,
      // The attempt is forgotten when the memory of it ends.
      config: { ...config, ttlSeconds: Math.min(config.ttlSeconds, methods.memoryTtlSeconds) },
      issuer,
      clock,
    });
    return {
      method: made,
      isOffered: config.enabled && mail.isAvailable,
      routes: (front) => createEmailRoutes({ ...front, email: made }),
      endAllOf: made.endAllOf,
    };
  },
});

export type Email = ReturnType<typeof createEmail>;

/**
 * Signing in by a mail that holds a link and a code of six digits. Both are one row, and the statement that checks one
 * of them spends both. An address that nobody has gets a row and a mail that is never sent, so that nobody can tell.
 */
export function createEmail({ store, users, clients, mail, keys, config, issuer, clock }: EmailDeps) {
  const email = {
    id: 'email',
    amr: config.amr,
    identifies: true,
    kind: 'mailbox',
    strength: 5,
    // Six digits, or the token of the link.
    fields: ['code'],
    maxFieldBytes: 128,
    row: 'name',
    beginsOn: 'post',
    beginLimits: config.limits,
    attempts: ANSWERS,

    /** Whoever has an account has an address. */
    isEnrolled: async (userId: string): Promise<boolean> =>
      config.enabled && mail.isAvailable && (await users.find(userId)) !== undefined,

    own: async () => ({ isEnrolled: config.enabled && mail.isAvailable }),

    async begin(input: BeginInput): Promise<Begun> {
      const { userId, identifier = '' } = input;
      const user = await (userId === undefined ? users.findByEmail(identifier) : users.find(userId));
      const address = user?.email ?? identifier;
      const { row, token, code } = await createRow(input, address, user?.id);
      await store.save(row);
      await send(input, { address, user, token, code });
      return {
        keep: { id: row.id },
        show: {
          // The address as it was typed, never as we know it: else the page would tell whether somebody has it.
          address: identifier === '' ? address : identifier,
          validSeconds: config.ttlSeconds,
          isMailAway: !(await mail.isAnswering()),
        },
      };
    },

    async finish({ userId, answer, kept }: FinishInput): Promise<Proof | Refusal> {
      const known = defined({ userId });
      const spent = await spend(String(kept?.id ?? ''), answer.code ?? '');
      if (spent === 'expired' || spent === 'wrong') return { refused: spent, ...known };
      const user = spent.userId === undefined ? undefined : await users.find(spent.userId);
      if (!user) return { refused: 'unknown', ...known };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      // The address was changed after the mail was sent: whoever reads the older one proves nothing any more.
      if (!(await isAddressOf(spent, user.email))) return { refused: 'expired', userId: user.id };
      if (!user.emailVerified) await users.update(user.id, { emailVerified: true });
      return { proved: user.id };
    },

    /** What a link is for; nothing when it was spent, voided, has expired, or never was. Never spends. */
    async readLink(token: string): Promise<EmailLink | undefined> {
      const row = TOKEN.test(token) ? await store.findByToken(sha256(token)) : undefined;
      if (!row || row.spentAt !== undefined || row.answersLeft <= 0 || row.expiresAt <= clock.now())
        return undefined;
      const sealed = JSON.parse(sealerFor(token).open(row.sealed, context(row.id)).toString());
      return { ...sealed, id: row.id, expiresAt: row.expiresAt };
    },
    /** Ends the mails that were sent to a person and not used yet. */
    endAllOf: (userId: string): Promise<void> => store.deleteOf(userId),
  } satisfies Method & Record<string, unknown>;

  return email;

  async function createRow(input: BeginInput, address: string, userId: string | undefined) {
    const { id: keyId, key } = await keys.serverKeys.current('codes');
    const id = createId('emc');
    const token = createSecret();
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const secrets = {
      code,
      address,
      handle: input.handle,
      boundTo: input.boundTo,
      userId: input.userId,
      clientId: input.clientId,
      browserHash: input.request?.browserHash,
      askedAt: input.now,
    };
    const row: EmailCode = {
      id,
      binding: sha256(JSON.stringify([input.boundTo ?? id, input.userId ?? null])),
      tokenHash: sha256(token),
      sealed: sealerFor(token).seal(JSON.stringify(secrets), context(id)),
      codeMac: hmac(key, 'email.code', id, code),
      keyId,
      addressMac: hmac(key, 'email.address', id, address),
      ...defined({ userId }),
      answersLeft: ANSWERS,
      expiresAt: input.now + config.ttlSeconds * 1000,
    };
    return { row, token, code };
  }

  /** Everybody's mail is written and sealed; that of nobody, or of somebody disabled, is not sent. */
  async function send(input: BeginInput, { address, user, token, code }: Written): Promise<void> {
    const isDecoy = user === undefined || user.disabledAt !== undefined;
    const client = input.clientId === undefined ? undefined : await clients.find(input.clientId);
    const { locale = 'en', network = '', userAgent = '' } = input.request ?? {};
    await mail.send({
      to: isDecoy ? NOBODY : address,
      template: 'sign-in',
      data: {
        code,
        url: `${issuer}/email/link?${new URLSearchParams({ token })}`,
        ...(client && !client.isBuiltIn ? { appName: client.name } : {}),
        validSeconds: config.ttlSeconds,
        when: input.now,
        device: browserName(userAgent),
        network,
      },
      locale: localeOf(user, locale),
      keepSeconds: config.ttlSeconds,
      isDecoy,
    });
  }

  async function spend(id: string, typed: string): Promise<SpentCode | 'expired' | 'wrong'> {
    if (TOKEN.test(typed)) return (await store.spendByToken(sha256(typed), id, clock.now())) ?? 'expired';
    const row = await store.find(id);
    if (!row) return 'expired';
    // Text that cannot be a code is refused without a look at the row, and uses up none of its answers.
    const code = digitsOf(typed, DIGITS);
    if (code === undefined) return 'wrong';
    const key = await keys.serverKeys.find('codes', row.keyId);
    const mac = key ? hmac(key, 'email.code', id, code) : '';
    const judged = await store.spendByCode(id, mac, clock.now());
    if (!judged) return 'expired';
    return judged.isRight ? judged : 'wrong';
  }

  async function isAddressOf({ id, keyId, addressMac }: SpentCode, address: string): Promise<boolean> {
    const key = await keys.serverKeys.find('codes', keyId);
    return key !== undefined && hmac(key, 'email.address', id, address) === addressMac;
  }
}

export type EmailDeps = {
  store: EmailStore;
  users: {
    find(id: string): Promise<EmailUser | undefined>;
    findByEmail(email: string): Promise<EmailUser | undefined>;
    update(id: string, changes: { emailVerified: true }): Promise<unknown>;
  };
  clients: { find(id: string): Promise<{ name: string; isBuiltIn: boolean } | undefined> };
  mail: {
    isAvailable: boolean;
    isAnswering(): Promise<boolean>;
    send(mail: {
      to: string;
      template: 'sign-in';
      data: Mails['sign-in'];
      locale: string;
      keepSeconds: number;
      isDecoy: boolean;
    }): Promise<void>;
  };
  keys: {
    serverKeys: {
      current(purpose: 'codes'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'codes', id: string): Promise<Buffer | undefined>;
    };
  };
  config: EmailConfig;
  issuer: string;
  clock: { now(): number };
};

type EmailUser = {
  id: string;
  email: string;
  emailVerified: boolean;
  profile: { locale?: string | undefined };
  disabledAt?: number | undefined;
};

type Written = { address: string; user: EmailUser | undefined; token: string; code: string };

const DIGITS = 6;
/** Of a million codes, so many may be tried before a new mail has to be asked for. */
const ANSWERS = 5;
const TOKEN = /^[\w-]{43}$/;
/** RFC 2606 §2: it is written into a mail that is never sent. */
const NOBODY = 'nobody@nobody.invalid';

/** Only who has the mail has the token: a copy of the table shows neither address nor code. */
function sealerFor(token: string): Sealer {
  return createSealer([createHash('sha256').update('gatehouse e-mail link').update(token).digest()]);
}

function context(id: string): string {
  return `email_codes.sealed:${id}`;
}
