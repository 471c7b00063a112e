import type { JWK } from 'jose';
import type { Database } from '../database/database.ts';
import { createId } from '../lib/ids.ts';
import { type KeyId, type NewKey, type SigningAlg, signingAlgs } from './generation.ts';

export type KeyState = 'next' | 'current' | 'retired';

/** A signing key without its private half. Times in milliseconds since the epoch, of the database's clock. */
export type SigningKey = {
  id: KeyId;
  alg: SigningAlg;
  state: KeyState;
  publicJwk: JWK;
  publishedAt: number;
  currentAt?: number;
  retiredAt?: number;
  /** When a retired key leaves the JWKS: its last token has expired by then. */
  expiresAt?: number;
  /** The longest lifetime of any token that could have been signed with it. */
  longestTokenSeconds: number;
};

export type SealedKey = { id: KeyId; alg: SigningAlg; state: KeyState; sealedPrivateJwk: string };
export type ServerKeyRow = { id: string; purpose: string; sealedSecret: string; isCurrent: boolean };
export type NewServerKey = { id: string; purpose: string; sealedSecret: string };

/** A column whose values are sealed, for `keys reseal`. `context` must be the one that the values are opened with. */
export type SealedColumn = {
  table: string;
  column: string;
  idColumn: string;
  context: (id: string) => string;
};

/** One promotion: `current` stops signing, `next` begins, and `newNext` is published. */
export type Promotion = {
  currentId: KeyId;
  nextId: KeyId;
  newNext: NewKey;
  now: number;
  longestTokenSeconds: number;
  expiresAt: number;
  /** The retired key leaves the JWKS at once: it was stolen. */
  isUnpublished: boolean;
};

export type KeysStore = ReturnType<typeof createKeysStore>;

const KEY_COLUMNS = [
  'id',
  'alg',
  'state',
  'public_jwk',
  'published_at',
  'current_at',
  'retired_at',
  'expires_at',
  'longest_token_seconds',
] as const;

/** Whether there is anything that a root key has sealed. */
export async function holdsSealedKeys(db: Database): Promise<boolean> {
  return (await db('server_keys').first('id')) !== undefined || (await db('keys').first('id')) !== undefined;
}

export function createKeysStore(db: Database) {
  return {
    now: () => db.now(),

    /** Every key, the current ones first, then next, then retired, the newest first. */
    async list(): Promise<SigningKey[]> {
      const rows = await db('keys').select(KEY_COLUMNS);
      return rows.map(toSigningKey).sort(inOrder);
    },

    async find(id: string): Promise<SigningKey | undefined> {
      const row = await db('keys').where({ id }).first(KEY_COLUMNS);
      return row && toSigningKey(row);
    },

    async listSealed(): Promise<SealedKey[]> {
      const rows = await db('keys').select('id', 'alg', 'state', 'published_at', 'private_jwk');
      return rows
        .map((row: SealedKeyRecord) => ({ ...row, publishedAt: Number(row.published_at) }))
        .sort(inOrder)
        .map(({ id, alg, state, private_jwk }: SealedKeyRecord) => ({
          id,
          alg,
          state,
          sealedPrivateJwk: private_jwk,
        }));
    },

    /** What the set is made of, by ids and states alone. */
    async listStates(): Promise<{ id: string; state: string }[]> {
      return db('keys').select('id', 'state').orderBy('id');
    },

    /** Publishes new keys. One that is already there for its alg and state stays, and ours is dropped. */
    async add(keys: { key: NewKey; state: 'next' | 'current' }[], now: number): Promise<void> {
      await db('keys')
        .insert(keys.map(({ key, state }) => toRow(key, state, now)))
        .onConflict()
        .ignore();
    },

    /** False when another call or node changed these keys first; then nothing has changed here. */
    async promote(promotion: Promotion): Promise<boolean> {
      const { currentId, nextId, newNext, now, longestTokenSeconds, expiresAt, isUnpublished } = promotion;
      return atomically(db, async (transaction) => {
        const retired = isUnpublished
          ? await transaction('keys').where({ id: currentId, state: 'current' }).delete()
          : await transaction('keys').where({ id: currentId, state: 'current' }).update({
              state: 'retired',
              retired_at: now,
              expires_at: expiresAt,
              longest_token_seconds: longestTokenSeconds,
            });
        if (retired !== 1) return false;
        const promoted = await transaction('keys')
          .where({ id: nextId, state: 'next' })
          .update({ state: 'current', current_at: now });
        if (promoted !== 1) return false;
        await transaction('keys').insert(toRow(newNext, 'next', now));
        return true;
      });
    },

    /** Takes a key that never signed out of the set, another in its place. False when it was not `next` any more. */
    async replaceNext(id: KeyId, newNext: NewKey, now: number): Promise<boolean> {
      return atomically(db, async (transaction) => {
        const removed = await transaction('keys').where({ id, state: 'next' }).delete();
        if (removed !== 1) return false;
        await transaction('keys').insert(toRow(newNext, 'next', now));
        return true;
      });
    },

    async removeRetired(id: KeyId): Promise<boolean> {
      return (await db('keys').where({ id, state: 'retired' }).delete()) === 1;
    },

    /** Removes retired keys whose last token has expired. */
    async removeExpired(now: number): Promise<number> {
      return db('keys').where({ state: 'retired' }).where('expires_at', '<=', now).delete();
    },

    /** Remembers the longest token a signing key may have signed, also when lifetimes are shortened later. */
    async raiseLongestToken(seconds: number): Promise<void> {
      await db('keys')
        .where({ state: 'current' })
        .where('longest_token_seconds', '<', seconds)
        .update({ longest_token_seconds: seconds });
    },

    async listServerKeys(): Promise<ServerKeyRow[]> {
      const rows = await db('server_keys')
        .select('id', 'purpose', 'secret', 'retired_at')
        .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }]);
      return rows.map(toServerKey);
    },

    /** Adds the current key of each purpose; a purpose that has one keeps it. */
    async addServerKeys(keys: NewServerKey[], now: number): Promise<void> {
      await db('server_keys')
        .insert(keys.map((key) => toServerKeyRow(key, now)))
        .onConflict()
        .ignore();
    },

    /** False when another call or node rotated this purpose first. */
    async replaceServerKey(currentId: string, key: NewServerKey, now: number): Promise<boolean> {
      return atomically(db, async (transaction) => {
        const retired = await transaction('server_keys')
          .where({ id: currentId })
          .whereNull('retired_at')
          .update({ retired_at: now });
        if (retired !== 1) return false;
        await transaction('server_keys').insert(toServerKeyRow(key, now));
        return true;
      });
    },

    /** The next values after `afterId` that do not begin with `prefix`, which is what a value sealed now begins with. */
    async listStaleSealed(
      { table, column, idColumn }: SealedColumn,
      { prefix, afterId, limit }: { prefix: string; afterId: string; limit: number },
    ): Promise<{ id: string; sealed: string }[]> {
      return db(table)
        .select({ id: idColumn, sealed: column })
        .where(idColumn, '>', afterId)
        .whereNotNull(column)
        .whereRaw('substr(??, 1, ?) <> ?', [column, prefix.length, prefix])
        .orderBy(idColumn)
        .limit(limit);
    },

    /** False when the value has changed since it was read. */
    async replaceSealed(
      { table, column, idColumn }: SealedColumn,
      { id, from, to }: { id: string; from: string; to: string },
    ): Promise<boolean> {
      const changed = await db(table)
        .where({ [idColumn]: id, [column]: from })
        .update({ [column]: to });
      return changed === 1;
    },
  };
}

export function createServerKeyId(): string {
  return createId('srk');
}

type KeyRecord = {
  id: KeyId;
  alg: SigningAlg;
  state: KeyState;
  public_jwk: string;
  published_at: number;
  current_at: number | null;
  retired_at: number | null;
  expires_at: number | null;
  longest_token_seconds: number;
};

type SealedKeyRecord = Pick<KeyRecord, 'id' | 'alg' | 'state' | 'published_at'> & { private_jwk: string };

const ORDER: readonly KeyState[] = ['current', 'next', 'retired'];

function inOrder(
  left: { id: string; alg: SigningAlg; state: KeyState; publishedAt: number },
  right: { id: string; alg: SigningAlg; state: KeyState; publishedAt: number },
): number {
  return (
    ORDER.indexOf(left.state) - ORDER.indexOf(right.state) ||
    signingAlgs.indexOf(left.alg) - signingAlgs.indexOf(right.alg) ||
    right.publishedAt - left.publishedAt ||
    (left.id < right.id ? -1 : 1)
  );
}

function toSigningKey(row: KeyRecord): SigningKey {
  return {
    id: row.id,
    alg: row.alg,
    state: row.state,
    publicJwk: JSON.parse(row.public_jwk) as JWK,
    publishedAt: Number(row.published_at),
    ...(row.current_at === null ? {} : { currentAt: Number(row.current_at) }),
    ...(row.retired_at === null ? {} : { retiredAt: Number(row.retired_at) }),
    ...(row.expires_at === null ? {} : { expiresAt: Number(row.expires_at) }),
    longestTokenSeconds: Number(row.longest_token_seconds),
  };
}

function toRow(key: NewKey, state: 'next' | 'current', now: number) {
  return {
    id: key.id,
    alg: key.alg,
    state,
    public_jwk: JSON.stringify(key.publicJwk),
    private_jwk: key.sealedPrivateJwk,
    published_at: now,
    current_at: state === 'current' ? now : null,
  };
}

function toServerKey(row: {
  id: string;
  purpose: string;
  secret: string;
  retired_at: number | null;
}): ServerKeyRow {
  return { id: row.id, purpose: row.purpose, sealedSecret: row.secret, isCurrent: row.retired_at === null };
}

function toServerKeyRow(key: NewServerKey, now: number) {
  return { id: key.id, purpose: key.purpose, secret: key.sealedSecret, created_at: now };
}

const LOST = Symbol('another node was first');

/** Runs `work` in a transaction that is rolled back when it answers false. */
async function atomically(db: Database, work: (db: Database) => Promise<boolean>): Promise<boolean> {
  try {
    await db.transaction(async (transaction) => {
      if (!(await work(transaction))) throw LOST;
    });
    return true;
  } catch (cause) {
    if (cause === LOST) return false;
    throw cause;
  }
}
