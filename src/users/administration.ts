import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { ChangedBy } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { UsersConfig } from './config.ts';
import { administratorThere, mailMissing, passwordRefused } from './errors.ts';
import {
  administratorLinkCreated,
  linkCreated,
  passwordChanged,
  recoveryStarted,
  secondFactorsRemoved,
  userSignedOut,
} from './events.ts';

import type { Profile } from './profile.ts';
import { tellPassword } from './told.ts';
import type { EndedOf, NewUser, User, Users, Why } from './users.ts';

type Refusal = { refused: string; detail?: Record<string, string | number> };

type MailToPerson = {
  to: string;
  locale: string;
  keepSeconds?: number;
  template: 'recovery-started';
  data: { url: string; validSeconds: number };
};

export type UserAdministrationDeps = {
  users: Users;
  /** Checks and hashes a password; `save` writes it for a person, inside a transaction when one is given. */
  passwords: {
    prepare(
      text: string,
      owner: Pick<User, 'email'> & { profile?: Profile },
    ): Promise<{ save(userId: string, db?: Database): Promise<void> } | Refusal>;
    /** When it was set last; nothing for who has none. */
    changedAt(userId: string): Promise<number | undefined>;
  };
  /** Ends what a person has open, and mails the person, as `access/ends.ts` says for the cause. */
  access: {
    end(
      userId: string,
      cause: 'password_set_by_operator' | 'second_factors_removed' | 'signed_out_by_operator',
      facts?: { change?: () => Promise<unknown>; isFirst?: boolean },
    ): Promise<EndedOf & { browsers: number }>;
  };
  /** Takes them away and answers how many of each method there were. `passkeys`: these too. */
  removeSecondFactors(userId: string, which: { passkeys: boolean }): Promise<Record<string, number>>;
  mail: { isAvailable: boolean; send(mail: MailToPerson): Promise<void> };
  recoveryTtlSeconds: number;
  audit: Pick<Audit, 'record'>;
  clock: Clock;
  config: UsersConfig;
  issuer: string;
};

/** A link to choose a password. `expiresAt`: milliseconds. Whoever has the link opens the account with it. */
export type PasswordLink = { url: string; expiresAt: number; validSeconds: number };

export type UserAdministration = ReturnType<typeof createUserAdministration>;

/** What is done to people beyond what is known of them, with what has to follow: what was open ends, mails, the audit. */
export function createUserAdministration(deps: UserAdministrationDeps) {
  const { users, passwords, access, mail, audit, clock, config, issuer } = deps;

  return {
    /**
     * With a password, written in the transaction that makes the person; without one, with a link to choose it. Throws what
     * `users.create` throws, and `users.password_refused`.
     */
    async create(
      { password, ...input }: NewUser & { password?: string | undefined },
      by: ChangedBy,
    ): Promise<{ user: User; link?: PasswordLink }> {
      if (password === undefined) {
        const user = await users.create(input, by);
        return { user, link: await createLink(user, by) };
      }
      const prepared = await prepare(password, input);
      const alsoInside = (db: Database, { id }: User) => prepared.save(id, db);
      return { user: await users.create({ ...input, alsoInside, alsoTold: { password: 'set' } }, by) };
    },

    /** Ends everything of the person, and mails them. Throws `users.password_refused`. */
    async setPassword(user: User, password: string, by: ChangedBy, { reason }: Why = {}): Promise<EndedOf> {
      const prepared = await prepare(password, user);
      const had = (await passwords.changedAt(user.id)) !== undefined;
      const change = () => prepared.save(user.id);
      const ended = await access.end(user.id, 'password_set_by_operator', { change, isFirst: !had });
      await audit.record(passwordChanged, {
        outcome: 'success',
        ...by,
        userId: user.id,
        detail: {
          how: 'operator',
          ...tellPassword({ had }),
          ...defined({ reason }),
        },
      });
      return countsOf(ended);
    },

    /** A link with which the person chooses a password, once. It voids the older one; the password stays until then. */
    createPasswordLink: createLink,

    /** Mails the person a link to choose a new password, which nobody else sees. Throws `users.mail_missing`. */
    async startRecovery(user: User, by: ChangedBy, { reason }: Why = {}): Promise<{ expiresAt: number }> {
      if (!mail.isAvailable) throw mailMissing();
      const ttlSeconds = deps.recoveryTtlSeconds;
      const { token, expiresAt } = await users.links.create('recovery', { userId: user.id, ttlSeconds });
      await mail.send({
        to: user.email,
        template: 'recovery-started',
        data: { url: `${issuer}/recovery/started?token=${token}`, validSeconds: ttlSeconds },
        locale: user.profile.locale ?? 'en',
        keepSeconds: ttlSeconds,
      });
      await audit.record(recoveryStarted, {
        outcome: 'success',
        ...by,
        userId: user.id,
        detail: { before: { link: null }, after: { link: 'set', expiresAt }, ...defined({ reason }) },
      });
      return { expiresAt };
    },

    /**
     * Takes away what the person has lost, how many of each way, ends everything, and mails the person. `browsers`: those
     * that are remembered no more.
     */
    async removeSecondFactors(
      userId: string,
      which: { passkeys: boolean },
      by: ChangedBy,
      { reason }: Why = {},
    ): Promise<{ removed: Record<string, number>; browsers: number; ended: EndedOf }> {
      let removed: Record<string, number> = {};
      const all = await access.end(userId, 'second_factors_removed', {
        async change() {
          removed = await deps.removeSecondFactors(userId, which);
          return { methods: Object.keys(removed) };
        },
      });
      if (Object.keys(removed).length > 0) {
        await audit.record(secondFactorsRemoved, {
          outcome: 'success',
          ...by,
          userId,
          detail: { before: removed, after: noneOf(removed), ...defined({ reason }) },
        });
      }
      return { removed, browsers: all.browsers, ended: countsOf(all) };
    },

    /** Ends all sessions and grants. */
    async signOut(userId: string, by: ChangedBy, { reason }: Why = {}): Promise<EndedOf> {
      const ended = countsOf(await access.end(userId, 'signed_out_by_operator'));
      await audit.record(userSignedOut, {
        outcome: 'success',
        ...by,
        userId,
        detail: { before: ended, after: noneOf(ended), ...defined({ reason }) },
      });
      return ended;
    },

    /**
     * A link that makes the first administrator. Every older one stops working; this one does as soon as there is an
     * administrator. Throws `users.administrator_there`.
     */
    async createFirstAdministratorLink(by: ChangedBy): Promise<PasswordLink> {
      if (await users.hasAdministrator()) throw administratorThere();
      const ttlSeconds = config.firstAdministratorLinkTtlSeconds;
      const { token, expiresAt } = await users.links.create('first-administrator', { ttlSeconds });
      await audit.record(administratorLinkCreated, {
        outcome: 'success',
        ...by,
        detail: { before: { link: null }, after: { link: 'set', expiresAt } },
      });
      return { url: `${issuer}/first-administrator?token=${token}`, expiresAt, validSeconds: ttlSeconds };
    },
  };

  async function createLink(user: User, by: ChangedBy, { reason }: Why = {}): Promise<PasswordLink> {
    const ttlSeconds = config.setPasswordLinkTtlSeconds;
    const { token, expiresAt } = await users.links.create('set-password', { userId: user.id, ttlSeconds });
    await audit.record(linkCreated, {
      outcome: 'success',
      ...by,
      userId: user.id,
      detail: { before: { link: null }, after: { link: 'set', expiresAt }, ...defined({ reason }) },
    });
    const url = `${issuer}/set-password?token=${token}`;
    return { url, expiresAt, validSeconds: Math.round((expiresAt - clock.now()) / 1000) };
  }

  async function prepare(text: string, owner: Pick<User, 'email'> & { profile?: Profile }) {
    const prepared = await passwords.prepare(text, owner);
    if (!('refused' in prepared)) return prepared;
    throw passwordRefused({ why: prepared.refused, sentence: sentenceOf(prepared) });
  }
}

function countsOf({ sessions, grants }: EndedOf): EndedOf {
  return { sessions, grants };
}

function noneOf(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
}

const SENTENCES: Record<string, (detail: Record<string, string | number>) => string> = {
  'password.missing': () => 'there was none on standard input.',
  'password.too_short': ({ minimum }) => `it must have at least ${minimum} characters.`,
  'password.too_long': ({ maximum }) => `it must have at most ${maximum} bytes.`,
  'password.characters': () => 'it must be text without control characters.',
  'password.breached': () => 'many people use it, so others try it first.',
  'password.personal': () => 'it is made of the person’s or this site’s own names.',
};

function sentenceOf({ refused, detail = {} }: Refusal): string {
  return SENTENCES[refused]?.(detail) ?? refused;
}
