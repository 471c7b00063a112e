import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { type ChangedBy, SYSTEM } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { sha256 } from '../lib/secret.ts';
import { isKey, isPlainText } from '../lib/text.ts';
import { emailTaken, lastAdministrator, userInvalid, userUnknown } from './errors.ts';
import { userCreated, userDeleted, userDisabled, userEnabled, userUpdated } from './events.ts';
import { createInvitations } from './invitations.ts';
import { createOneTimeLinks } from './one-time-links.ts';
import {
  CLAIMS,
  type Claims,
  createProfileSchema,
  emailSchema,
  type Profile,
  type ProfileChanges,
} from './profile.ts';
import { createUserStore, type User } from './store.ts';

export { claimsOfScope, emailKey, emailSchema } from './profile.ts';
export { sweptUsers, type User, type UserId } from './store.ts';

export type NewUser = { email: string; emailVerified?: boolean; profile?: Profile; isAdmin?: boolean };

export type AlsoInside = { alsoInside?: (db: Database, user: User) => Promise<void> };

/** A condition that is checked, and spent, in the transaction of the change. It throws to prevent it. */
export type OnlyIf = { onlyIf?: (inside: Database) => Promise<void> };

export type UserChanges = {
  /** A new address counts as unverified unless `emailVerified` comes with it. */
  email?: string;
  emailVerified?: boolean;
  profile?: ProfileChanges;
  isAdmin?: boolean;
};

export type UsersDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  /** Absent: those that there are. */
  claims?: Claims;
};
export type Users = ReturnType<typeof createUsers>;

export function createUsers({ db, clock, audit, claims = CLAIMS }: UsersDeps) {
  const store = createUserStore(db);
  const schemas = createSchemas(claims);

  return {
    links: createOneTimeLinks({ store, clock }),

    invitations: createInvitations({ db, clock }),

    async find(id: string): Promise<User | undefined> {
      return await find(id);
    },

    /** Finds by the address as it was typed: letter case and Unicode forms do not matter. */
    async findByEmail(email: string): Promise<User | undefined> {
      return emailSchema.safeParse(email).success ? await store.findByEmail(email) : undefined;
    },

    /** Throws `users.unknown`. */
    async get(id: string): Promise<User> {
      return (await find(id)) ?? unknown();
    },

    /** Oldest first. `after`: the last user of the page before. `search`: a part of the e-mail address or the name. */
    async list({
      after,
      limit = 50,
      search,
    }: {
      after?: Pick<User, 'id' | 'createdAt'>;
      limit?: number;
      search?: string;
    } = {}): Promise<User[]> {
      if (search !== undefined && !isPlainText(search)) return [];
      return await store.list({ limit, ...(after ? { after } : {}), ...(search ? { search } : {}) });
    },

    async hasAny(): Promise<boolean> {
      return await store.hasAny();
    },

    /** Administrators who can sign in. There is always one, once there was one. */
    async listAdministrators(): Promise<User[]> {
      return await store.listAdministrators();
    },

    /**
     * Throws `users.invalid` and `users.email_taken`. What must be there at once with the person (the password's hash,
     * made before) goes in by `alsoInside`, in the same transaction and through the handle it is given. By
     * nobody in particular: the person makes the account.
     */
    async create(
      { alsoInside, ...input }: NewUser & AlsoInside,
      by: Partial<ChangedBy> = SYSTEM,
    ): Promise<User> {
      const user = newUser(input, clock.now(), schemas);
      if (alsoInside) await db.transaction((inside) => insert(inside, user, alsoInside));
      else await insert(db, user);
      await audit.record(userCreated, { outcome: 'success', ...by, userId: user.id });
      return user;
    },

    /**
     * Spends a first-administrator link and makes that person, in one transaction: either both happen or nothing.
     * `undefined` when the link does not work (used, expired, voided, or somebody exists).
     */
    async createFirstAdministrator(
      { token, alsoInside, ...input }: Omit<NewUser, 'isAdmin'> & AlsoInside & { token: string },
      by: Partial<ChangedBy> = SYSTEM,
    ): Promise<User | undefined> {
      const user = newUser({ ...input, isAdmin: true }, clock.now(), schemas);
      const created = await db.transaction(async (inside) => {
        const { consumeLink } = createUserStore(inside);
        if (!(await consumeLink('first-administrator', sha256(token), clock.now()))) return false;
        await insert(inside, user, alsoInside);
        return true;
      });
      if (!created) return undefined;
      await audit.record(userCreated, {
        outcome: 'success',
        ...by,
        userId: user.id,
        detail: { isAdmin: true, isFirst: true },
      });
      return user;
    },

    /**
     * Spends a set-password link and does what it is for, in one transaction: either both happen or nothing. False when
     * the link does not work.
     */
    async useSetPasswordLink({
      token,
      alsoInside,
    }: {
      token: string;
      alsoInside(inside: Database, userId: string): Promise<void>;
    }): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const { consumeLink } = createUserStore(inside);
        const link = await consumeLink('set-password', sha256(token), clock.now());
        if (link?.userId === undefined) return false;
        await alsoInside(inside, link.userId);
        return true;
      });
    },

    /**
     * Throws `users.unknown`, `users.invalid`, `users.email_taken` and `users.last_administrator`. What must happen
     * together with the change goes in by `onlyIf`, in the same transaction: when it throws, nothing has happened.
     */
    async update(
      id: string,
      changes: UserChanges,
      by: ChangedBy = SYSTEM,
      { onlyIf }: OnlyIf = {},
    ): Promise<User> {
      const guard = changes.isAdmin === false ? unlessLastAdministrator(id, onlyIf) : onlyIf;
      const user = await update(id, (before) => changed(before, changes, clock.now(), schemas), guard);
      // A link that was sent to the older address must not open the account any more.
      if (changes.email !== undefined) await store.deleteLinksOf(id);
      await audit.record(userUpdated, {
        outcome: 'success',
        ...by,
        userId: id,
        detail: { fields: namesOfChanges(changes) },
      });
      return user;
    },

    /**
     * A disabled person cannot sign in. Open sessions are the caller's to end. Throws `users.unknown` and
     * `users.last_administrator`.
     */
    async disable(id: string, by: ChangedBy = SYSTEM): Promise<User> {
      const now = clock.now();
      const disabled = (before: User) => ({ ...before, disabledAt: now, updatedAt: now });
      const user = await update(id, disabled, unlessLastAdministrator(id));
      await store.deleteLinksOf(id);
      await audit.record(userDisabled, { outcome: 'success', ...by, userId: id });
      return user;
    },

    async enable(id: string, by: ChangedBy = SYSTEM): Promise<User> {
      const now = clock.now();
      const user = await update(id, ({ disabledAt: _, ...before }) => ({ ...before, updatedAt: now }));
      await audit.record(userEnabled, { outcome: 'success', ...by, userId: id });
      return user;
    },

    /**
     * Removes the person and everything that hangs on the row; with `onlyIf` as `update` does. Throws `users.unknown` and
     * `users.last_administrator`.
     */
    async delete(id: string, by: ChangedBy = SYSTEM, { onlyIf }: OnlyIf = {}): Promise<void> {
      const isDeleted = isKey(id) && (await store.delete(id, unlessLastAdministrator(id, onlyIf)));
      if (!isDeleted) return unknown();
      await audit.record(userDeleted, { outcome: 'success', ...by, userId: id });
    },
  };

  async function find(id: string): Promise<User | undefined> {
    return isKey(id) ? await store.find(id) : undefined;
  }

  async function insert(inside: Database, user: User, alsoInside?: AlsoInside['alsoInside']): Promise<void> {
    if (!(await createUserStore(inside).insert(user))) throw emailTaken();
    await alsoInside?.(inside, user);
  }

  async function update(
    id: string,
    change: (before: User) => User,
    onlyIf?: OnlyIf['onlyIf'],
  ): Promise<User> {
    const user = isKey(id) ? await store.update(id, change, onlyIf) : undefined;
    if (user === 'taken') throw emailTaken();
    return user ?? unknown();
  }
}

/** A condition, beside another one: that somebody who can sign in still administers this Gatehouse afterwards. */
function unlessLastAdministrator(id: string, onlyIf?: OnlyIf['onlyIf']): NonNullable<OnlyIf['onlyIf']> {
  return async (inside) => {
    const administrators = await createUserStore(inside).lockAdministrators();
    if (administrators.length === 1 && administrators[0] === id) throw lastAdministrator();
    await onlyIf?.(inside);
  };
}

/** The language of a mail: the person's own, else `other` (that of the page in front of them, or the house's). */
export function localeOf(person: Pick<User, 'profile'> | undefined, other: string): string {
  return person?.profile.locale ?? other;
}

/** How a person is called on pages and in lists. */
export function displayName({ profile, email }: Pick<User, 'profile' | 'email'>): string {
  const parts = [profile.given_name, profile.family_name].filter((part) => part !== undefined);
  return profile.name ?? (parts.length > 0 ? parts.join(' ') : email);
}

function createSchemas(claims: Claims) {
  const fresh = z.strictObject({
    email: emailSchema,
    emailVerified: z.boolean().default(false),
    profile: createProfileSchema(claims).default({}),
    isAdmin: z.boolean().default(false),
  });
  return { fresh, changes: fresh.partial() };
}
type Schemas = ReturnType<typeof createSchemas>;

function newUser(input: NewUser, now: number, schemas: Schemas): User {
  const { email, emailVerified, profile, isAdmin } = parse(schemas.fresh, input);
  return {
    id: createId('usr'),
    email: email.normalize('NFC'),
    emailVerified,
    profile: withoutUndefined(profile),
    isAdmin,
    createdAt: now,
    updatedAt: now,
  };
}

function changed(before: User, changes: UserChanges, now: number, schemas: Schemas): User {
  const profile = { ...before.profile, ...withoutUndefined(changes.profile ?? {}) };
  for (const [claim, value] of Object.entries(profile)) {
    if (value === null) delete profile[claim as keyof Profile];
  }
  const parsed = parse(schemas.changes, { ...changes, profile });
  const email = parsed.email?.normalize('NFC') ?? before.email;
  return {
    ...before,
    email,
    emailVerified: changes.emailVerified ?? (email === before.email && before.emailVerified),
    profile: withoutUndefined(parsed.profile ?? {}),
    isAdmin: changes.isAdmin ?? before.isAdmin,
    updatedAt: now,
  };
}

function namesOfChanges({ profile, ...changes }: UserChanges): string[] {
  return [...Object.keys(withoutUndefined(changes)), ...Object.keys(withoutUndefined(profile ?? {}))];
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw userInvalid({
    problems: result.error.issues.map((issue) => ({
      field: issue.path.slice(issue.path[0] === 'profile' ? 1 : 0).join('.') || 'user',
      why: issue.message,
    })),
  });
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Value;
}

function unknown(): never {
  throw userUnknown();
}
