import { byPerson, type ChangedBy } from '../../lib/actor.ts';
import { browserName } from '../../lib/browser-name.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import { hmac, sha256 } from '../../lib/secret.ts';
import {
  ANSWERS,
  createMailedCodes,
  isToken,
  type MailedCode,
  type MailedCodesDeps,
  sweptMailedCodes,
} from '../../mailed-codes/mailed-codes.ts';
import { localeOf, tidyEmail } from '../../users/users.ts';
import { html } from '../../views/html.ts';
import type { Mails } from '../../views/views.ts';
import type { BeginInput, Begun, FinishInput, Method, Proof, Refusal, UnknownIdentity } from '../method.ts';
import { definePlugIn, type NewcomersRule } from '../plug-in.ts';
import { type EmailConfig, emailConfig } from './config.ts';
import { createEmailRoutes } from './routes.ts';
import { EMAIL_CODES, type EmailCodeColumns, type EmailLink, type SealedLink } from './store.ts';

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
  sweeps: [sweptMailedCodes(EMAIL_CODES)],
  create({ db, users, clients, mail, keys, newcomers, clock, config: { issuer, methods } }, config) {
    const made = createEmail({
      db,
      users,
      clients,
      mail,
      keys,
      newcomers,
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
 * of them spends both. An address that nobody has gets a row as well, and a mail: one that makes an account, where it may,
 * else one that is never sent. So nobody can tell.
 */
export function createEmail({ db, users, clients, mail, keys, newcomers, config, issuer, clock }: EmailDeps) {
  const codes = createMailedCodes<SealedLink, EmailCodeColumns>(FORM, { db, clock, keys });
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
      const user = await (userId === undefined ? users.findToSignIn(identifier) : users.find(userId));
      // Asked of each address, so that it takes as long for one that somebody has.
      const wayIn = userId === undefined ? await newcomers.wayInFor(tidyEmail(identifier)) : undefined;
      const isNew = user === undefined && wayIn !== undefined;
      const address = user?.email ?? tidyEmail(identifier);
      const id = createId('emc');
      const { token, code } = await codes.create({
        id,
        link: (code) => ({
          code,
          address,
          handle: input.attemptId ?? '',
          boundTo: input.boundTo ?? '',
          ...defined({
            userId: input.userId,
            clientId: input.clientId,
            browserHash: input.request?.browserHash,
            remember: input.remember,
          }),
          askedAt: input.now,
          ...(isNew ? { isNew } : {}),
        }),
        own: (key) => ({
          binding: sha256(JSON.stringify([input.boundTo ?? id, input.userId ?? null])),
          address_mac: addressMacOf(key, id, address),
        }),
        expiresAt: input.now + config.ttlSeconds * 1000,
        ...defined({ userId: user?.id }),
      });
      await send(input, { address, user, isNew, token, code });
      return {
        keep: { id },
        show: {
          // The address as it was typed, never as we know it: else the page would tell whether somebody has it.
          address: identifier === '' ? address : tidyEmail(identifier),
          validSeconds: config.ttlSeconds,
          isMailAway: !(await mail.isAnswering()),
          ...(userId === undefined && newcomers.areWelcome ? { areNewcomersWelcome: true } : {}),
        },
      };
    },

    async finish({
      userId,
      identifier,
      answer,
      kept,
    }: FinishInput): Promise<Proof | UnknownIdentity | Refusal> {
      const known = defined({ userId });
      const spent = await spend(String(kept?.id ?? ''), answer.code ?? '');
      if (spent === 'expired' || spent === 'wrong') return { refused: spent, ...known };
      const user = await personOf(spent, identifier);
      if (!user && userId === undefined) return judgeNewcomer(spent, identifier);
      if (!user) return { refused: 'unknown', ...known };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      // The address was changed after the mail was sent: whoever reads the older one proves nothing any more.
      if (!(await isAddressOf(spent, user.email))) return { refused: 'expired', userId: user.id };
      if (!user.emailVerified) await users.update(user.id, { emailVerified: true }, byPerson(user.id));
      return { proved: user.id };
    },

    /** What a link is for; nothing when it was spent, voided, has expired, or never was. Never spends. */
    async readLink(token: string): Promise<EmailLink | undefined> {
      const found = await codes.readLink(token);
      if (!found) return undefined;
      const { handle: attemptId, ...link } = found.link;
      return { ...link, attemptId, id: found.row.id, expiresAt: found.row.expiresAt };
    },

    /** Ends the mails that were sent to a person and not used yet. */
    endAllOf: (userId: string): Promise<void> => codes.endAllOf(userId),
  } satisfies Method & Record<string, unknown>;

  return email;

  /** Everybody's mail is written and sealed; that of nobody who may come, or of somebody disabled, is not sent. */
  async function send(input: BeginInput, { address, user, isNew, token, code }: Written): Promise<void> {
    const isDecoy = user ? user.disabledAt !== undefined : !isNew;
    const client = input.clientId === undefined ? undefined : await clients.find(input.clientId);
    const { locale = 'en', network = '', userAgent = '' } = input.request ?? {};
    const data = {
      code,
      url: `${issuer}/email/link?${new URLSearchParams({ token })}`,
      validSeconds: config.ttlSeconds,
      when: input.now,
      device: browserName(userAgent),
      network,
    };
    await mail.send({
      to: isDecoy ? NOBODY : address,
      ...(isNew
        ? { template: 'registration', data }
        : {
            template: 'sign-in',
            data: { ...data, ...(client && !client.isBuiltIn ? { appName: client.name } : {}) },
          }),
      locale: localeOf(user, locale),
      keepSeconds: config.ttlSeconds,
      isDecoy,
    });
  }

  /** Whose mail it was; of an address that nobody had, who has got it meanwhile. */
  async function personOf({ userId }: Spent, identifier = ''): Promise<EmailUser | undefined> {
    return userId === undefined ? users.findToSignIn(identifier) : users.find(userId);
  }

  /** Nobody has the address, and the mail was answered: it is certain who reads it. */
  async function judgeNewcomer(spent: Spent, identifier = ''): Promise<UnknownIdentity | Refusal> {
    const address = tidyEmail(identifier);
    const isTheirs = spent.userId === undefined && (await isAddressOf(spent, address));
    if (!isTheirs || (await newcomers.wayInFor(address)) === undefined) return { refused: 'unknown' };
    return { unknown: { provider: 'email', subject: address, claims: {} } };
  }

  /** Six digits, or the token of the link. */
  async function spend(id: string, typed: string): Promise<Spent | 'wrong' | 'expired'> {
    if (isToken(typed)) return (await codes.spendByToken(id, typed)) ?? 'expired';
    return codes.spendByCode(id, typed);
  }

  async function isAddressOf({ id, keyId, own }: Spent, address: string): Promise<boolean> {
    const key = await keys.serverKeys.find('codes', keyId);
    return key !== undefined && addressMacOf(key, id, address) === own.address_mac;
  }
}

export type EmailDeps = MailedCodesDeps & {
  users: {
    find(id: string): Promise<EmailUser | undefined>;
    findToSignIn(typed: string): Promise<EmailUser | undefined>;
    update(id: string, changes: { emailVerified: true }, by: ChangedBy): Promise<unknown>;
  };
  clients: { find(id: string): Promise<{ name: string; isBuiltIn: boolean } | undefined> };
  mail: {
    isAvailable: boolean;
    isAnswering(): Promise<boolean>;
    send(
      mail: { to: string; locale: string; keepSeconds: number; isDecoy: boolean } & (
        | { template: 'sign-in'; data: Mails['sign-in'] }
        | { template: 'registration'; data: Mails['registration'] }
      ),
    ): Promise<void>;
  };
  newcomers: NewcomersRule;
  config: EmailConfig;
  issuer: string;
};

type EmailUser = {
  id: string;
  email: string;
  emailVerified: boolean;
  profile: { locale?: string | undefined };
  disabledAt?: number | undefined;
};

type Written = {
  address: string;
  user: EmailUser | undefined;
  isNew: boolean;
  token: string;
  code: string;
};

/** A use of a link or code that won: nobody else can have it any more. */
type Spent = MailedCode<EmailCodeColumns>;

/** RFC 2606 §2: it is written into a mail that is never sent. */
const NOBODY = 'nobody@nobody.invalid';

const FORM = {
  table: EMAIL_CODES,
  macLabel: 'email.code',
  linkLabel: 'gatehouse e-mail link',
  linkContext: ({ id }: { id: string }) => `email_codes.sealed:${id}`,
};

function addressMacOf(key: Buffer, id: string, address: string): string {
  return hmac(key, 'email.address', id, address);
}
