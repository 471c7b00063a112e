import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import { byPerson, type ChangedBy, type MadeBy } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { sha256 } from '../lib/secret.ts';
import { isKey, isPlainText } from '../lib/text.ts';
import { usernameKey } from '../lib/username.ts';
import { userIdSchema } from './chosen-id.ts';
import type { UsersConfig } from './config.ts';
import {
  emailTaken,
  idTaken,
  lastAdministrator,
  preferredUsernameTaken,
  userConflict,
  userInvalid,
  usernameTaken,
  userUnknown,
} from './errors.ts';
import { userCreated, userDeleted, userDisabled, userEnabled, userUpdated } from './events.ts';
import { createOneTimeLinks } from './one-time-links.ts';
import {
  CLAIMS,
  type Claims,
  createProfileSchema,
  emailKey,
  emailSchema,
  mayBeEmail,
  type Profile,
  type ProfileChanges,
  usernameSchema,
} from './profile.ts';
import { searchKey } from './search.ts';
import {
  createUserStore,
  type ListedIds,
  type Namesakes,
  sweptUsers,
  type Taken,
  type User,
} from './store.ts';
import { tellChange, tellPersonally } from './told.ts';

export { auditingRefusals, reasonForAudit, userReference } from './acting.ts';
export { type Attributes, attributeClaims, attributeInWords, readValue } from './attributes.ts';
export {
  claimsOfScope,
  claimsThatFit,
  emailKey,
  emailSchema,
  mayBeEmail,
  type ProfileChanges,
  spellingKey,
  tidyEmail,
} from './profile.ts';
export { type ListedIds, type Namesakes, toldNameOf, type User } from './store.ts';
export { tellPassword } from './told.ts';
export type { Whereabouts } from './whereabouts.ts';

export type NewUser = {
  /** One that was chosen, and that nobody has or had. Absent: one is made up. */
  id?: string | undefined;
  email: string;
  emailVerified?: boolean | undefined;
  /** A name that nobody else has (`lib/username.ts`), which is also the claim `preferred_username`. */
  username?: string | undefined;
  profile?: Profile;
  /** Whether the person administers. Said by an operator alone: no role and no group of a provider gives it. */
  isAdmin?: boolean;
};

export type AlsoInside = {
  alsoInside?: ((db: Database, user: User) => Promise<void>) | undefined;
  /** What the audit tells of it: `{ password: 'set' }`. */
  alsoTold?: Readonly<Record<string, 'set'>> | undefined;
};

/** A condition that is checked, and spent, in the transaction of the change. It throws to prevent it. */
export type OnlyIf = { onlyIf?: ((inside: Database) => Promise<void>) | undefined };

/** The version that was looked at: another change since then refuses this one with `users.conflict`. */
export type OfVersion = { onlyIfVersion?: number | undefined };

export type UpdateWish = OnlyIf &
  OfVersion &
  Why & {
    /**
     * Does what follows another e-mail address, for who has more to tell than that: absent, what was mailed to the older
     * one ends, and both are told.
     */
    whenMoved?: ((before: User, after: User) => Promise<unknown>) | undefined;
  };

export type UserChanges = {
  /** A new address counts as unverified unless `emailVerified` comes with it. */
  email?: string;
  emailVerified?: boolean;
  /** `null` takes it away. */
  username?: string | null;
  /** As a function: made of the profile that there is when it is written, for what is kept beside what changes. */
  profile?: ProfileChanges | ((now: Profile) => ProfileChanges);
  isAdmin?: boolean;
};
/** With the profile's changes made. */
type MadeChanges = Omit<UserChanges, 'profile'> & { profile?: ProfileChanges };

/** Why somebody did it, for the audit. */
export type Why = { reason?: string | undefined };

/** How much has ended. */
export type EndedOf = { sessions: number; grants: number };

export type UsersDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  /** Ends what a person has open, and mails the person, as `access/ends.ts` says for the cause. */
  end(
    userId: string,
    cause: 'disabled' | 'deleted' | 'email_changed',
    facts?: { otherEmail?: string; person?: User },
  ): Promise<EndedOf>;
  /** For the transaction that makes a person: the roles that everybody gets who is new (`roles/`). Answers their names. */
  giveRoles(inside: Database, userId: string): Promise<readonly string[]>;
  /** Absent: those that there are. */
  claims?: Claims;
  /** What people type to sign in. Absent: the e-mail address. */
  config?: { users: Pick<UsersConfig, 'signInBy'> };
};
export type Users = ReturnType<typeof createUsers>;

export function createUsers({ db, clock, audit, end, giveRoles, claims = CLAIMS, config }: UsersDeps) {
  const store = createUserStore(db);
  const schemas = createSchemas(claims);
  const { signInBy } = config?.users ?? { signInBy: 'email' };

  return {
    /** Its rows that run out, and what the person's export tells of them. */
    sweeps: sweptUsers,

    /** Keys of people whom the release before has made or changed in a rolling upgrade. */
    sweepSteps: [
      { name: 'keys of e-mail addresses', run: store.renewAddressKeys },
      { name: 'keys of names', run: store.renewToldNameKeys },
      { name: 'names that were left', run: store.passLeftNamesOn },
    ],
    personalData: { one_time_links: ['purpose', 'created_at', 'expires_at'] } satisfies PersonalData,

    links: createOneTimeLinks({ store, clock }),

    async find(id: string): Promise<User | undefined> {
      return await find(id);
    },

    /**
     * Finds by the address as it was typed, in whatever spelling of it. Hand it what was typed, and not a tidy one: of
     * people who share an address (`listSharers`) each is found by the own spelling alone.
     */
    async findByEmail(email: string): Promise<User | undefined> {
      return await findByEmail(email);
    },

    /**
     * People whose addresses became one when their spellings did: those of an address together. An operator decides who
     * keeps it, and gives the others another one. At most 100 people.
     */
    listSharers: (): Promise<Sharers[]> => listSharers(db),

    /** By the username as it was typed. */
    findByUsername,

    /** Whether nobody new can have this username: another person has it, or is known to apps by it. */
    isUsernameTaken: async (typed: string): Promise<boolean> =>
      isKey(typed) && (await store.isNameTaken(typed)),

    /** What people type to sign in. */
    signInBy,

    /**
     * Whom somebody who signs in is said to be, by the name as it was typed: one statement at most, and as many for a name
     * that nobody has. A username has no `@`. Where only usernames count, who has none yet comes by the e-mail address.
     */
    async findToSignIn(typed: string): Promise<User | undefined> {
      const takesUsernames = signInBy === 'username' || signInBy === 'both';
      if (takesUsernames && !mayBeEmail(typed)) return await findByUsername(typed);
      const user = await findByEmail(typed);
      return signInBy === 'username' && user?.username !== undefined ? undefined : user;
    },

    /** What this person types to sign in. */
    nameToSignIn: ({ email, username }: Pick<User, 'email' | 'username'>): string =>
      signInBy === 'username' ? (username ?? email) : email,

    /** By id, address or username, as an operator types it. */
    findAny,

    /** The same. Throws `users.unknown`. */
    async getAny(named: string): Promise<User> {
      return (await findAny(named)) ?? unknown();
    },

    /** Throws `users.unknown`. */
    async get(id: string): Promise<User> {
      return (await find(id)) ?? unknown();
    },

    /**
     * A page, oldest first, or with `search` in the order of what it found: whose e-mail address, or whose name from one of
     * its words on, begins with it; or who has it as the id. `among`: of these alone. Throws `users.unknown` for an `after`
     * that is nobody (there).
     */
    async list({
      after,
      limit = 50,
      search,
      among,
    }: Partial<PageWish> & { search?: string | undefined; among?: ListedIds } = {}): Promise<Page<User>> {
      const previous = after === undefined ? undefined : ((await findAny(after)) ?? unknown());
      const wish = { after: previous, limit: limit + 1, among };
      if (search === undefined) return pageOf(await store.list(wish), limit);
      const spelledAmong = async () => store.keepAmong(await spelled(search), among);
      if (!isPlainText(search)) return { items: previous ? [] : await spelledAmong() };
      const exactly = await find(search);
      if (exactly) return { items: previous ? [] : await store.keepAmong([exactly], among) };
      const found = searchKey(search) === '' ? await store.list(wish) : await store.search(search, wish);
      if (found === 'after has no such key') return unknown();
      if (found.length === 0 && !previous) return { items: await spelledAmong() };
      return pageOf(found, limit);
    },

    async hasAdministrator(): Promise<boolean> {
      return await store.hasAdministrator();
    },

    async hasAny(): Promise<boolean> {
      return await store.hasAny();
    },

    /** Administrators who can sign in. There is always one, once there was one. */
    async listAdministrators(): Promise<User[]> {
      return await store.listAdministrators();
    },

    /**
     * Throws `users.invalid`, `users.id_taken`, `users.email_taken`, `users.username_taken` and
     * `users.preferred_username_taken`. What must be there at once with the person (the password's hash,
     * made before) goes in by `alsoInside`, in the same transaction and through the handle it is given.
     */
    async create({ alsoInside, alsoTold, ...input }: NewUser & AlsoInside, by: MadeBy): Promise<User> {
      const user = newUser(input, clock.now(), schemas);
      const roles = await db.transaction(async (inside) => {
        const isChosen = input.id !== undefined;
        if (isChosen && !(await createUserStore(inside).claimChosenId(user.id, clock.now()))) throw idTaken();
        return await insert(inside, user, alsoInside);
      });
      await audit.record(userCreated, {
        outcome: 'success',
        ...byMaker(user, by),
        userId: user.id,
        detail: tellMade(user, roles, alsoTold),
        ...tellPersonally(undefined, user),
      });
      return user;
    },

    /**
     * Spends a first-administrator link and makes that person, in one transaction: either both happen or nothing.
     * `undefined` when the link does not work (used, expired, voided, or there is an administrator).
     */
    async createFirstAdministrator(
      {
        token,
        alsoInside,
        alsoTold,
        ...input
      }: Omit<NewUser, 'id' | 'isAdmin'> & AlsoInside & { token: string },
      by: MadeBy,
    ): Promise<User | undefined> {
      const user = newUser({ ...input, isAdmin: true }, clock.now(), schemas);
      const created = await db.transaction(async (inside) => {
        const { consumeLink } = createUserStore(inside);
        if (!(await consumeLink('first-administrator', sha256(token), clock.now()))) return undefined;
        return await insert(inside, user, alsoInside);
      });
      if (!created) return undefined;
      await audit.record(userCreated, {
        outcome: 'success',
        ...byMaker(user, by),
        userId: user.id,
        detail: { isAdmin: true, isFirst: true, ...tellMade(user, created, alsoTold) },
        ...tellPersonally(undefined, user),
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
     * With another e-mail address, what was mailed to the older one ends, and both are told. Throws `users.unknown`,
     * `users.invalid`, `users.email_taken`, `users.username_taken`, `users.preferred_username_taken`, `users.last_administrator` and
     * `users.conflict`. What must happen together with the change goes in by `onlyIf`, in the same transaction: when it throws, nothing has happened.
     */
    async update(
      id: string,
      wanted: UserChanges,
      by: ChangedBy,
      { onlyIf, onlyIfVersion, reason, whenMoved = tellBoth }: UpdateWish = {},
    ): Promise<User> {
      let changes: MadeChanges = {};
      const change = (user: User) => {
        changes = changesOf(user, wanted);
        return changed(user, changes, clock.now(), schemas);
      };
      const { before, after } = await update(id, change, {
        onlyIf: wanted.isAdmin === false ? unlessLastAdministrator(id, onlyIf) : onlyIf,
        onlyIfVersion,
      });
      // A link that was sent to the older address must not open the account any more.
      if (changes.email !== undefined) await store.deleteLinksOf(id);
      await audit.record(userUpdated, {
        outcome: 'success',
        ...by,
        userId: id,
        detail: { fields: namesOfChanges(changes), ...tellChange(before, after), ...defined({ reason }) },
        ...tellPersonally(before, after),
      });
      if (emailKey(before.email) !== emailKey(after.email)) await whenMoved(before, after);
      return after;
    },

    /**
     * A disabled person cannot sign in, and everything that was open has ended. Throws `users.unknown`,
     * `users.last_administrator` and `users.conflict`.
     */
    async disable(
      id: string,
      by: ChangedBy,
      wish: Why & OfVersion = {},
    ): Promise<{ user: User; ended: EndedOf }> {
      const user = await disable(id, by, wish);
      return { user, ended: countsOf(await end(id, 'disabled')) };
    },

    /** Throws `users.unknown` and `users.conflict`. */
    async enable(id: string, by: ChangedBy, { reason, onlyIfVersion }: Why & OfVersion = {}): Promise<User> {
      const known = await find(id);
      // Whoever looked at another version has looked at somebody who may be signed in, and ends nothing there.
      if (known && onlyIfVersion !== undefined && onlyIfVersion !== known.version)
        throw userConflict({ version: known.version });
      // Once more: enabling brings nothing back, not even what was under way when the person was disabled.
      if (known?.disabledAt !== undefined) await end(id, 'disabled');
      const { before, after } = await update(
        id,
        ({ disabledAt: _, ...user }) => ({ ...user, updatedAt: clock.now() }),
        { onlyIfVersion },
      );
      await audit.record(userEnabled, {
        outcome: 'success',
        ...by,
        userId: id,
        detail: { ...tellChange(before, after), ...defined({ reason }) },
      });
      return after;
    },

    /**
     * Removes the person, everything that hangs on the row, and everything that is open. Throws `users.unknown`,
     * `users.last_administrator` and `users.conflict`.
     */
    async delete(id: string, by: ChangedBy, wish: Why & OfVersion = {}): Promise<EndedOf> {
      // Disabled first: nothing new can begin between the end of what is open and the end of the row.
      const person = await disable(id, by, wish);
      const ended = await end(id, 'disabled');
      await erase(person, by, { reason: wish.reason });
      return countsOf(ended);
    },

    /** The same in one step, for a person of whom everything has ended already. `onlyIf` as `update` has it. */
    async deleteIf(id: string, onlyIf: NonNullable<OnlyIf['onlyIf']>, by: ChangedBy): Promise<void> {
      await erase((await find(id)) ?? unknown(), by, { onlyIf });
    },
  };

  function byMaker({ id }: User, by: MadeBy): ChangedBy {
    return by.actor === 'themselves' ? byPerson(id, by.request) : { ...by, actor: by.actor };
  }

  async function disable(
    id: string,
    by: ChangedBy,
    { reason, onlyIfVersion }: Why & OfVersion,
  ): Promise<User> {
    const now = clock.now();
    const { before, after } = await update(id, (user) => ({ ...user, disabledAt: now, updatedAt: now }), {
      onlyIf: unlessLastAdministrator(id),
      onlyIfVersion,
    });
    await store.deleteLinksOf(id);
    await audit.record(userDisabled, {
      outcome: 'success',
      ...by,
      userId: id,
      detail: { ...tellChange(before, after), ...defined({ reason }) },
    });
    return after;
  }

  async function erase(person: User, by: ChangedBy, { onlyIf, reason }: OnlyIf & Why): Promise<void> {
    const { id } = person;
    const isDeleted = await store.delete(id, {
      now: clock.now(),
      onlyIf: unlessLastAdministrator(id, onlyIf),
    });
    if (!isDeleted) return unknown();
    await audit.record(userDeleted, {
      outcome: 'success',
      ...by,
      userId: id,
      detail: { ...tellChange(person, undefined), ...defined({ reason }) },
    });
    await end(id, 'deleted', { person });
  }

  async function tellBoth({ email: otherEmail }: User, { id }: User): Promise<void> {
    await end(id, 'email_changed', { otherEmail });
  }

  /** Whose address this is, where it is kept in another spelling than the one that is searched for. */
  async function spelled(search: string): Promise<User[]> {
    const user = await findByEmail(search);
    return user ? [user] : [];
  }

  async function findAny(named: string): Promise<User | undefined> {
    return (await findByEmail(named)) ?? (await find(named)) ?? (await findByUsername(named));
  }

  async function findByUsername(typed: string): Promise<User | undefined> {
    const key = usernameKey(typed);
    return key === undefined ? undefined : await store.findByUsername(key);
  }

  async function findByEmail(typed: string): Promise<User | undefined> {
    return mayBeEmail(typed) ? await store.findByEmail(typed) : undefined;
  }

  async function find(id: string): Promise<User | undefined> {
    return isKey(id) ? await store.find(id) : undefined;
  }

  /** Answers the roles of who is new. */
  async function insert(
    inside: Database,
    user: User,
    alsoInside?: AlsoInside['alsoInside'],
  ): Promise<readonly string[]> {
    const inserted = await createUserStore(inside).insert(user);
    if (inserted !== true) throw takenBy(inserted);
    await alsoInside?.(inside, user);
    return await giveRoles(inside, user.id);
  }

  async function update(
    id: string,
    change: (before: User) => User,
    conditions: OnlyIf & OfVersion = {},
  ): Promise<{ before: User; after: User }> {
    const done = isKey(id) ? await store.update(id, change, conditions) : undefined;
    if (done === 'changed') throw userConflict({ version: (await find(id))?.version });
    if (typeof done === 'string') throw takenBy(done);
    return done ?? unknown();
  }
}

/** People who have one address: in which spelling each of them signs in. */
export type Sharers = { id: string; email: string }[];

/** For who has no more than a database. */
export function listSharers(db: Database): Promise<Sharers[]> {
  return createUserStore(db).listSharers(MOST_SHARERS);
}

/** People whom apps are told by one name: the same, for who has no more than a database. */
export function listNamesakes(db: Database): Promise<Namesakes[]> {
  return createUserStore(db).listNamesakes(MOST_SHARERS);
}

function takenBy(taken: Taken): Error {
  if (taken === 'email taken') return emailTaken();
  return taken === 'username taken' ? usernameTaken() : preferredUsernameTaken();
}

function tellMade(user: User, roles: readonly string[], alsoTold: AlsoInside['alsoTold']) {
  const { before, after } = tellChange(undefined, user);
  return { before, after: { ...after, ...(roles.length > 0 ? { roles } : {}), ...alsoTold } };
}

/** A condition, beside another one: that somebody who can sign in still administers this Gatehouse afterwards. */
function unlessLastAdministrator(id: string, onlyIf?: OnlyIf['onlyIf']): NonNullable<OnlyIf['onlyIf']> {
  return async (inside) => {
    const administrators = await createUserStore(inside).lockAdministrators(id);
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
    id: userIdSchema.optional(),
    email: emailSchema,
    emailVerified: z.boolean().default(false),
    username: usernameSchema.optional(),
    profile: createProfileSchema(claims).default({}),
    isAdmin: z.boolean().default(false),
  });
  const changes = fresh.omit({ id: true }).partial();
  return { fresh, changes: changes.extend({ username: usernameSchema.nullable().optional() }) };
}
type Schemas = ReturnType<typeof createSchemas>;

function newUser(input: NewUser, now: number, schemas: Schemas): User {
  const { id, email, emailVerified, username, profile, isAdmin } = parse(schemas.fresh, input);
  return {
    id: id ?? createId('usr'),
    email,
    emailVerified,
    ...defined({ username }),
    profile: defined(profile),
    isAdmin,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

function changesOf({ profile: now }: User, { profile, ...changes }: UserChanges): MadeChanges {
  return { ...changes, ...defined({ profile: typeof profile === 'function' ? profile(now) : profile }) };
}

function changed(before: User, changes: MadeChanges, now: number, schemas: Schemas): User {
  const profile = { ...before.profile, ...defined(changes.profile ?? {}) };
  for (const [claim, value] of Object.entries(profile)) {
    if (value === null) delete profile[claim as keyof Profile];
  }
  const parsed = parse(schemas.changes, { ...changes, profile });
  const email = parsed.email ?? before.email;
  const isSame = emailKey(email) === emailKey(before.email);
  const { username: older, ...rest } = before;
  const username = parsed.username === undefined ? older : (parsed.username ?? undefined);
  return {
    ...rest,
    email,
    ...defined({ username }),
    emailVerified: changes.emailVerified ?? (isSame && before.emailVerified),
    profile: defined(parsed.profile ?? {}),
    isAdmin: changes.isAdmin ?? before.isAdmin,
    updatedAt: now,
  };
}

function namesOfChanges({ profile, ...changes }: MadeChanges): string[] {
  return [...Object.keys(defined(changes)), ...Object.keys(defined(profile ?? {}))];
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

const MOST_SHARERS = 100;

function countsOf({ sessions, grants }: EndedOf): EndedOf {
  return { sessions, grants };
}

function unknown(): never {
  throw userUnknown();
}
