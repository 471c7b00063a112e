import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { toldNameKey, usernameKey } from '../lib/username.ts';
import { spendId } from '../spent-ids/spent-ids.ts';
import { emailKey, type Profile, spellingKey, tidyEmail } from './profile.ts';
import { searchKey, searchKeysOf, searchRange } from './search.ts';

/** A person who can sign in. Times are milliseconds since the epoch. */
export type User = {
  /** `usr_…`, unless it was chosen. */
  id: string;
  email: string;
  emailVerified: boolean;
  /** A name that nobody else has (`lib/username.ts`). */
  username?: string;
  profile: Profile;
  isAdmin: boolean;
  disabledAt?: number;
  createdAt: number;
  updatedAt: number;
  /** From 1; rises with each change. */
  version: number;
};

/** `first-administrator` belongs to nobody and works only while there is no administrator. */
export type LinkPurpose = 'first-administrator' | 'set-password' | 'recovery';

const COLUMNS = [
  'id',
  'email',
  'email_verified',
  'username',
  'profile',
  'is_admin',
  'disabled_at',
  'created_at',
  'updated_at',
  'version',
] as const;

type UserRow = {
  id: string;
  email: string;
  email_verified: boolean | number;
  username: string | null;
  profile: string;
  is_admin: boolean | number;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
  version: number;
};

export type StoredLink = {
  tokenHash: string;
  purpose: LinkPurpose;
  userId?: string;
  expiresAt: number;
  createdAt: number;
};

/** Links that ran out. */
export const sweptUsers: readonly SweptTable[] = [
  { name: 'one_time_links', key: 'token_hash', expiresAt: 'expires_at' },
];

export type UserStore = ReturnType<typeof createUserStore>;

export function createUserStore(db: Database) {
  return {
    async find(id: string): Promise<User | undefined> {
      const [row] = await db.hot<UserRow>(`select ${COLUMNS.join(', ')} from users where id = ?`, [id]);
      return row && toUser(row);
    },

    /**
     * By the address in any spelling. Those who share one (`listSharers`) are each found by the own spelling alone, until
     * somebody has decided who keeps it.
     */
    async findByEmail(email: string): Promise<User | undefined> {
      const [spelling, key] = [spellingKey(email), emailKey(email)];
      const rows = await db.hot<UserRow & { email_key: string }>(
        `select ${COLUMNS.join(', ')}, email_key from users where email_key = ? or address_key = ?`,
        [spelling, key],
      );
      const exactly = rows.find((row) => row.email_key === spelling);
      if (exactly) return toUser(exactly);
      // The release before changes an address and leaves its key.
      const [one, another] = rows.filter((row) => emailKey(row.email) === key);
      return another || !one ? undefined : toUser(one);
    },

    /** By the key of a username (`usernameKey`). */
    async findByUsername(key: string): Promise<User | undefined> {
      const [row] = await db.hot<UserRow>(`select ${COLUMNS.join(', ')} from users where username_key = ?`, [
        key,
      ]);
      return row && toUser(row);
    },

    /** Whether somebody has this username, or is known to apps by it. */
    isNameTaken: (name: string): Promise<boolean> => isNameTaken(db, name),

    /**
     * People who have one address in several spellings since before these were one: those of an address together, each
     * with the spelling that finds this person.
     */
    async listSharers(limit: number): Promise<{ id: string; email: string }[][]> {
      const rows: (Pick<UserRow, 'id' | 'email'> & { email_key: string; address_key: string })[] = await db(
        'users',
      )
        .whereIn('address_key', db('users').where('address_rank', '>', 0).select('address_key'))
        .orderBy(['address_key', 'created_at', 'id'])
        .limit(limit)
        .select('id', 'email', 'email_key', 'address_key');
      const fresh = rows.filter(({ email, address_key }) => emailKey(email) === address_key);
      const groups = Map.groupBy(fresh, (row) => row.address_key);
      return [...groups.values()]
        .filter(({ length }) => length > 1)
        .map((group) =>
          group.map(({ id, email, email_key: found }) => ({
            id,
            email: spellingKey(email) === found ? email : found,
          })),
        );
    },

    /**
     * People whom apps are told by one name since before nobody could take another one's: those of a name together. At
     * most `limit` people.
     */
    async listNamesakes(limit: number): Promise<Namesakes[]> {
      const rows: (Pick<UserRow, 'id' | 'username' | 'profile'> & { told_name_key: string })[] = await db(
        'users',
      )
        .whereIn('told_name_key', db('users').whereRaw('told_name_rank > 0').select('told_name_key'))
        .orderBy(['told_name_key', 'told_name_rank'])
        .limit(limit)
        .select('id', 'username', 'profile', 'told_name_key');
      const all = rows.map(({ id, username, profile, told_name_key: key }) => ({
        id,
        key,
        name: toldNameOf({ profile: JSON.parse(profile), ...(username === null ? {} : { username }) }) ?? '',
      }));
      // The release before changes a name and leaves its key.
      const fresh = all.filter(({ key, name }) => toldNameKey(name) === key);
      return [...Map.groupBy(fresh, ({ key }) => key).values()]
        .filter(({ length }) => length > 1)
        .map((group) => ({ name: group[0]?.name ?? '', ids: group.map(({ id }) => id) }));
    },

    /**
     * Computes the keys of addresses of people whom the release before has made or changed meanwhile, and writes the
     * address of those who share it with nobody as it is shown. Answers how many there were, at most `batch`.
     */
    async renewAddressKeys(batch: number): Promise<number> {
      const rows: StaleAddress[] = await db('users')
        .whereRaw('(address_as_of is null or address_as_of <> updated_at)')
        // By the index of just these: nothing tells PostgreSQL that they are few.
        .orderBy('id')
        .limit(batch)
        .select('id', 'email', 'updated_at', 'address_key');
      for (const row of rows) await renewAddressKey(db, row);
      return rows.length;
    },

    /** The same of the names that apps are told. */
    async renewToldNameKeys(batch: number): Promise<number> {
      const rows: StaleName[] = await db('users')
        .whereRaw('(told_name_as_of is null or told_name_as_of <> updated_at)')
        .orderBy('id')
        .limit(batch)
        .select('id', 'updated_at', 'username', 'profile', 'told_name_key');
      for (const row of rows) await renewToldNameKey(db, row);
      return rows.length;
    },

    /**
     * Gives each name whose first holder the release before has deleted to the next one of its namesakes: nobody else can
     * take it. Answers how many names there were, at most `batch`.
     */
    async passLeftNamesOn(batch: number): Promise<number> {
      let [passed, after] = [0, ''];
      while (passed < batch) {
        const rows: { told_name_key: string }[] = await db('users')
          .whereRaw('told_name_rank > 0')
          .where('told_name_key', '>', after)
          .orderBy('told_name_key')
          .limit(batch)
          .select('told_name_key');
        for (const key of new Set(rows.map(({ told_name_key }) => told_name_key)))
          if (await passToldNameOn(db, key)) passed += 1;
        if (rows.length < batch) break;
        after = rows.at(-1)?.told_name_key ?? '';
      }
      return passed;
    },

    /** Oldest first, after the given one. */
    async list({ after, limit, among }: ListWish): Promise<User[]> {
      const query = db('users').orderBy(['created_at', 'id']).limit(limit).select(COLUMNS);
      if (among) query.whereIn('id', among());
      if (after) query.whereRaw('(created_at, id) > (?, ?)', [after.createdAt, after.id]);
      const rows: UserRow[] = await query;
      return rows.map(toUser);
    },

    /**
     * Those who have a key with this beginning, in the order of the first one that they have, after the given person.
     * Each page reads as many keys as it has people, and one more for each key that a person has beside the first one.
     */
    async search(
      search: string,
      { after, limit, among }: ListWish,
    ): Promise<User[] | 'after has no such key'> {
      const { from, before } = searchRange(search);
      const query = db('user_search_keys as found')
        .join('users', 'users.id', 'found.user_id')
        .where('found.search_key', '>=', from)
        .where('found.search_key', '<', before)
        .whereNotExists(
          db('user_search_keys as earlier')
            .whereRaw('earlier.user_id = found.user_id')
            .where('earlier.search_key', '>=', from)
            .whereRaw('earlier.search_key < found.search_key')
            .select('earlier.user_id'),
        )
        .orderBy(['found.search_key', 'found.user_id'])
        .limit(limit)
        .select(COLUMNS.map((column) => `users.${column}`));
      if (after) {
        const first: { search_key: string } | undefined = await db('user_search_keys')
          .where({ user_id: after.id })
          .where('search_key', '>=', from)
          .where('search_key', '<', before)
          .orderBy('search_key')
          .first('search_key');
        if (!first) return 'after has no such key';
        query.whereRaw('(found.search_key, found.user_id) > (?, ?)', [first.search_key, after.id]);
      }
      if (among) query.whereIn('users.id', among());
      const rows: UserRow[] = await query;
      return rows.map(toUser);
    },

    /** Those of them who are among the others. */
    async keepAmong(users: readonly User[], among: ListedIds | undefined): Promise<User[]> {
      if (!among || users.length === 0) return [...users];
      const ids = users.map(({ id }) => id);
      const rows: { id: string }[] = await db('users').whereIn('id', ids).whereIn('id', among()).select('id');
      return users.filter(({ id }) => rows.some((row) => row.id === id));
    },

    async hasAdministrator(): Promise<boolean> {
      return (await db('users').where({ is_admin: true }).first('id')) !== undefined;
    },

    async hasAny(): Promise<boolean> {
      return (await db('users').first('id')) !== undefined;
    },

    /**
     * Administrators who are not disabled, locked until the transaction ends, so that of two who go at the same moment the
     * second sees that the first is gone. Locked with them, in one order for all: those who are disabled and the given
     * person, whom the transaction changes next. Whoever waited for a row keeps its lock when the row fits no more, so two
     * that lock in different orders would each wait for the other.
     */
    async lockAdministrators(changedId: string): Promise<string[]> {
      const rows: Pick<UserRow, 'id' | 'is_admin' | 'disabled_at'>[] = await db('users')
        .where({ is_admin: true })
        .orWhere({ id: changedId })
        .orderBy('id')
        .forUpdate()
        .select('id', 'is_admin', 'disabled_at');
      return rows.filter((row) => Boolean(row.is_admin) && row.disabled_at === null).map(({ id }) => id);
    },

    async listAdministrators(): Promise<User[]> {
      const rows: UserRow[] = await db('users')
        .where({ is_admin: true })
        .whereNull('disabled_at')
        .orderBy('id')
        .select(COLUMNS);
      return rows.map(toUser);
    },

    /**
     * Inside a transaction. Otherwise than `true` when another user has the e-mail address, in whatever spelling, or the
     * username already, or is known to apps by the same name, also when both come at the same moment.
     */
    async insert(user: User): Promise<true | Taken> {
      const rows: { id: string }[] = await db('users')
        .insert({
          id: user.id,
          created_at: user.createdAt,
          version: user.version,
          ...changeable(user),
          ...keptAddress(user),
          told_name_key: toldNameKeyOf(user),
          told_name_as_of: user.updatedAt,
        })
        .onConflict()
        .ignore()
        .returning(['id']);
      if (rows.length === 0) {
        const name = toldNameOf(user);
        return name !== undefined && (await isNameTaken(db, name)) ? nameTaken(user) : 'email taken';
      }
      await insertSearchKeys(db, user);
      return true;
    },

    /**
     * Reads, changes and writes one user in one transaction; the version rises. `undefined` when there is none, one of
     * `Taken` when another user has the new one, `changed` when it is not the version `onlyIfVersion` any more.
     */
    async update(
      id: string,
      change: (user: User) => User,
      { onlyIf, onlyIfVersion }: Conditions = {},
    ): Promise<{ before: User; after: User } | Taken | 'changed' | undefined> {
      let wanted: User | undefined;
      try {
        return await db.transaction(async (inside) => {
          await onlyIf?.(inside);
          const row: (UserRow & WithName) | undefined = await inside('users')
            .where({ id })
            .forUpdate()
            .first([...COLUMNS, 'told_name_key']);
          if (!row) return undefined;
          const before = toUser(row);
          if (onlyIfVersion !== undefined && before.version !== onlyIfVersion) return 'changed';
          const after = { ...change(before), version: before.version + 1 };
          wanted = after;
          const name = nameAfter(row, before, after);
          const written = await inside('users')
            .where({ id, version: before.version })
            .update({
              ...changeable(after),
              ...addressAfter(inside, before, after),
              ...name,
              version: after.version,
            });
          if (written === 0) return 'changed';
          const [left, kept] = [emailKey(before.email), emailKey(after.email)];
          if (left !== kept) await passAddressOn(inside, left);
          if ('told_name_key' in name) await passToldNameOn(inside, row.told_name_key);
          if (String(keysOf(before)) !== String(keysOf(after))) {
            await inside('user_search_keys').where({ user_id: id }).delete();
            await insertSearchKeys(inside, after);
          }
          return { before, after };
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return wanted && namesName(error) ? nameTaken(wanted) : 'email taken';
      }
    },

    /** For the transaction that inserts the person. False when somebody has, or had, this id. */
    async claimChosenId(id: string, now: number): Promise<boolean> {
      // One that was made up here is spent when its holder goes: who no longer sees the holder finds it spent.
      if (await db('users').where({ id }).first('id')) return false;
      return await spendId(db, id, now);
    },

    /** The id is never given again. */
    async delete(
      id: string,
      { now, onlyIf }: { now: number; onlyIf?: (inside: Database) => Promise<void> },
    ): Promise<boolean> {
      return await db.transaction(async (inside) => {
        await onlyIf?.(inside);
        await spendId(inside, id, now);
        const [gone]: { email: string; told_name_key: string | null }[] = await inside('users')
          .where({ id })
          .delete()
          .returning(['email', 'told_name_key']);
        if (!gone) return false;
        await passAddressOn(inside, emailKey(gone.email));
        await passToldNameOn(inside, gone.told_name_key);
        return true;
      });
    },

    /** One statement: the older link of the same purpose and user is replaced. */
    async saveLink(link: StoredLink): Promise<void> {
      await db('one_time_links')
        .insert({
          token_hash: link.tokenHash,
          purpose: link.purpose,
          user_id: link.userId ?? null,
          owner: `${link.purpose}:${link.userId ?? ''}`,
          expires_at: link.expiresAt,
          created_at: link.createdAt,
        })
        .onConflict('owner')
        .merge(['token_hash', 'expires_at', 'created_at']);
    },

    async findLink(
      purpose: LinkPurpose,
      tokenHash: string,
      now: number,
    ): Promise<{ userId?: string } | undefined> {
      const row: LinkRow | undefined = await valid(db, purpose, tokenHash, now).first(['user_id']);
      return row && toLink(row);
    },

    /** Read and spent in one statement, so never twice. */
    async consumeLink(
      purpose: LinkPurpose,
      tokenHash: string,
      now: number,
    ): Promise<{ userId?: string } | undefined> {
      const [row]: LinkRow[] = await valid(db, purpose, tokenHash, now).delete().returning(['user_id']);
      return row && toLink(row);
    },

    async deleteLinksOf(userId: string): Promise<number> {
      return await db('one_time_links').where({ user_id: userId }).delete();
    },
  };
}

type LinkRow = { user_id: string | null };

function valid(db: Database, purpose: LinkPurpose, tokenHash: string, now: number): Knex.QueryBuilder {
  const query = db('one_time_links').where({ purpose, token_hash: tokenHash }).where('expires_at', '>', now);
  return purpose === 'first-administrator'
    ? query.whereNotExists(db('users').where({ is_admin: true }).select('id'))
    : query;
}

function toLink(row: LinkRow): { userId?: string } {
  return row.user_id === null ? {} : { userId: row.user_id };
}

/** A query for the ids of people, made anew for each statement that it is part of. */
export type ListedIds = () => Knex.QueryBuilder;

type ListWish = {
  after?: Pick<User, 'id' | 'createdAt'> | undefined;
  limit: number;
  among?: ListedIds | undefined;
};

export type Taken = 'email taken' | 'username taken' | 'preferred username taken';

/** People whom apps are told by this name. */
export type Namesakes = { name: string; ids: string[] };

/** Of two names that are one: the one that was typed, which apps are told. */
const nameTaken = ({ username }: User): Taken =>
  username === undefined ? 'preferred username taken' : 'username taken';

/** PostgreSQL names the index, SQLite the column. */
function namesName(error: unknown): boolean {
  const { constraint, message } = error as { constraint?: unknown; message?: unknown };
  const isIndex = constraint === 'users_username' || constraint === 'users_told_name';
  return isIndex || /\busers\.(?:username|told_name)_key\b/.test(String(message));
}

/** The claim `preferred_username` (OIDC Core §5.1): the username, or what was written down in its place. */
export function toldNameOf({ username, profile }: Pick<User, 'username' | 'profile'>): string | undefined {
  return username ?? profile.preferred_username;
}

function toldNameKeyOf(user: Pick<User, 'username' | 'profile'>): string | null {
  return toldNameKey(toldNameOf(user) ?? '') || null;
}

async function isNameTaken(db: Database, name: string): Promise<boolean> {
  const byName: Record<string, string>[] = [{ told_name_key: toldNameKey(name) }];
  const key = usernameKey(name);
  // Of somebody whom the release before has made there is this one alone.
  if (key !== undefined) byName.push({ username_key: key });
  for (const by of byName) if (await db('users').where(by).first('id')) return true;
  return false;
}

function keyOfUsername({ username }: User): string | null {
  return username === undefined ? null : (usernameKey(username) ?? null);
}

type Conditions = {
  onlyIf?: ((inside: Database) => Promise<void>) | undefined;
  onlyIfVersion?: number | undefined;
};

async function insertSearchKeys(db: Database, user: User): Promise<void> {
  await db('user_search_keys').insert(keysOf(user).map((key) => ({ user_id: user.id, search_key: key })));
}

function keysOf({ email, username, profile }: User): string[] {
  return searchKeysOf(email, profile, username);
}

function changeable(user: User): Record<string, unknown> {
  return {
    email: user.email,
    email_verified: user.emailVerified,
    username: user.username ?? null,
    username_key: keyOfUsername(user),
    profile: JSON.stringify(user.profile),
    // Of the release before, which finds people by it while both run.
    search_text: searchKey(
      [user.email, user.profile.name, user.profile.given_name, user.profile.family_name].join(' '),
    ),
    is_admin: user.isAdmin,
    disabled_at: user.disabledAt ?? null,
    updated_at: user.updatedAt,
  };
}

/** What says whose an address is, of somebody who shares it with nobody. */
function keptAddress({ email, updatedAt }: User): Record<string, unknown> {
  return {
    // The release before finds people by it, and this one those who share an address.
    email_key: spellingKey(email),
    address_key: emailKey(email),
    address_rank: 0,
    address_as_of: updatedAt,
  };
}

function addressAfter(db: Database, before: User, after: User): Record<string, unknown> {
  if (emailKey(before.email) !== emailKey(after.email)) return keptAddress(after);
  // What the release before has left to be looked at again still is.
  const asOf = db.knex.raw('case when address_as_of = updated_at then ? else address_as_of end', [
    after.updatedAt,
  ]);
  return {
    address_as_of: asOf,
    ...(before.email === after.email ? {} : { email_key: spellingKey(after.email) }),
  };
}

type WithName = { told_name_key: string | null };

/** What says whose a name is: by the key in the row, which the release before leaves behind. */
function nameAfter({ told_name_key: kept }: WithName, before: User, after: User): Partial<NameColumns> {
  const key = toldNameKeyOf(after);
  if (key === kept) return { told_name_as_of: after.updatedAt };
  // The release before gave it, maybe beside somebody who has it: that is looked at again.
  if (key === toldNameKeyOf(before)) return { told_name_as_of: null };
  return { told_name_key: key, told_name_rank: 0, told_name_as_of: after.updatedAt };
}
type NameColumns = WithName & { told_name_rank: number; told_name_as_of: number | null };

/**
 * Of those who shared an address with somebody who has left it, the first one has it now: nobody else can take it. Who
 * shares it with nobody any more is looked at again.
 */
async function passAddressOn(inside: Database, key: string): Promise<void> {
  await inside('users')
    .where('id', inside('users').where({ address_key: key }).orderBy('address_rank').limit(1).select('id'))
    .update({ address_rank: 0, address_as_of: null });
}

/**
 * Of those who were told by one name, when one of them leaves it, the next one has it now: nobody else can take it. Answers
 * whether there was such a one.
 */
async function passToldNameOn(inside: Database, key: string | null): Promise<boolean> {
  if (key === null) return false;
  const first = inside('users').where({ told_name_key: key }).orderBy('told_name_rank').limit(1).select('id');
  const changed = await inside('users')
    .where('id', first)
    .whereRaw('told_name_rank > 0')
    .update({ told_name_rank: 0 });
  return changed > 0;
}

type StaleName = Pick<UserRow, 'id' | 'updated_at' | 'username' | 'profile'> & WithName;

async function renewToldNameKey(
  db: Database,
  { id, updated_at, username, profile, told_name_key: before }: StaleName,
): Promise<void> {
  const key = toldNameKeyOf({ profile: JSON.parse(profile), ...(username === null ? {} : { username }) });
  const rank = db.knex.raw(
    'coalesce((select max(other.told_name_rank) + 1 from users as other where other.told_name_key = ?), 0)',
    [key],
  );
  const moved = key === before ? {} : { told_name_key: key, told_name_rank: rank };
  // Both or neither: a name that its first holder has left, and nobody has been given, is free for anybody.
  await db.transaction(async (inside) => {
    const written = await inside('users')
      .where({ id, updated_at })
      .update({ ...moved, told_name_as_of: updated_at });
    if (written > 0 && key !== before) await passToldNameOn(inside, before);
  });
}

type StaleAddress = Pick<UserRow, 'id' | 'email' | 'updated_at'> & { address_key: string | null };

async function renewAddressKey(
  db: Database,
  { id, email, updated_at, address_key: before }: StaleAddress,
): Promise<void> {
  const key = emailKey(email);
  const rank = db.knex.raw(
    `case when address_key = ? then address_rank else
       coalesce((select max(other.address_rank) + 1 from users as other where other.address_key = ?), 0) end`,
    [key, key],
  );
  await db.transaction(async (inside) => {
    await inside('users')
      .where({ id, updated_at })
      .update({ address_key: key, address_rank: rank, address_as_of: updated_at });
    if (before !== null && before !== key) await passAddressOn(inside, before);
  });
  if (tidyEmail(email) !== email) await tidyAddress(db, { id, email, updated_at }, key);
}

/**
 * Writes an address that was kept in another spelling as it is shown. Those who share one keep theirs: it says who is who.
 * So does what the release before finds people by, as they have typed it to this day.
 */
async function tidyAddress(db: Database, row: Omit<StaleAddress, 'address_key'>, key: string): Promise<void> {
  await db.transaction(async (inside) => {
    const [written]: UserRow[] = await inside('users')
      .where(row)
      .whereNotExists(
        inside('users as other')
          .where('other.address_key', key)
          .whereRaw('other.id <> users.id')
          .select('other.id'),
      )
      .update({ email: tidyEmail(row.email) })
      .returning([...COLUMNS]);
    if (!written) return;
    await inside('user_search_keys').where({ user_id: row.id }).delete();
    await insertSearchKeys(inside, toUser(written));
  });
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: Boolean(row.email_verified),
    ...(row.username === null ? {} : { username: row.username }),
    profile: JSON.parse(row.profile) as Profile,
    isAdmin: Boolean(row.is_admin),
    ...(row.disabled_at === null ? {} : { disabledAt: Number(row.disabled_at) }),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    version: row.version,
  };
}
