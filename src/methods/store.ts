import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { sha256 } from '../lib/secret.ts';

export type MethodsStore = ReturnType<typeof createMethodsStore>;

export type Memory = {
  handleHash: string;
  method: string;
  purpose: string;
  binding: string;
  /** Sealed under the handle, which is not stored. */
  kept: string;
  /** How many answers it still takes. */
  answersLeft: number;
  expiresAt: number;
};

export type MemoryKey = Omit<Memory, 'kept' | 'answersLeft' | 'expiresAt'>;

/** The SQL of what all methods share: what they remember between two requests, and browsers that signed in before. */
export function createMethodsStore(db: Database) {
  return {
    async remember(memory: Memory): Promise<void> {
      await db('one_time_memory').insert({
        handle_hash: memory.handleHash,
        method: memory.method,
        purpose: memory.purpose,
        binding: memory.binding,
        kept: memory.kept,
        answers_left: memory.answersLeft,
        expires_at: memory.expiresAt,
      });
    },

    /** Reads and spends in one statement: of any number of callers at once, one gets it. */
    async consumeMemory(key: MemoryKey, now: number): Promise<string | undefined> {
      const [row] = await db('one_time_memory')
        .where(memoryWhere(key))
        .where('expires_at', '>', now)
        .delete()
        .returning(['kept']);
      return row?.kept;
    },

    /** Reads and counts in one statement: of any number of callers at once, no more get it than answers are left. */
    async answerMemory(key: MemoryKey, now: number): Promise<string | undefined> {
      const [row] = await db('one_time_memory')
        .where(memoryWhere(key))
        .where('expires_at', '>', now)
        .where('answers_left', '>', 0)
        .decrement('answers_left', 1)
        .returning(['kept']);
      return row?.kept;
    },

    /** Whether `answerMemory` would give it. */
    async isMemoryOpen(key: MemoryKey, now: number): Promise<boolean> {
      const row: unknown = await db('one_time_memory')
        .where(memoryWhere(key))
        .where('expires_at', '>', now)
        .where('answers_left', '>', 0)
        .first('handle_hash');
      return row !== undefined;
    },

    async rememberBrowser(browser: KnownBrowser, expiresAt: number): Promise<void> {
      await db.hot(
        `insert into known_devices (id, user_id, expires_at) values (?, ?, ?)
         on conflict (id) do update set expires_at = excluded.expires_at returning id`,
        [knownBrowserId(browser), browser.userId, expiresAt],
      );
    },

    async isBrowserKnown(browser: KnownBrowser, now: number): Promise<boolean> {
      const rows = await db.hot('select id from known_devices where id = ? and expires_at > ?', [
        knownBrowserId(browser),
        now,
      ]);
      return rows.length > 0;
    },

    async insertRememberedBrowser({ tokenHash, ...browser }: NewRememberedBrowser): Promise<void> {
      await db('remembered_devices').insert({
        id: browser.id,
        user_id: browser.userId,
        token_hash: tokenHash,
        user_agent: browser.userAgent,
        network: browser.network,
        created_at: browser.createdAt,
        last_used_at: browser.createdAt,
        expires_at: browser.expiresAt,
      });
    },

    /** Of one person only; notes the use. */
    async useRememberedBrowser(
      userId: string,
      tokenHashes: readonly string[],
      { now, since }: { now: number; since: number },
    ): Promise<boolean> {
      const rows = await db('remembered_devices')
        .where({ user_id: userId })
        .whereIn('token_hash', [...tokenHashes])
        .where('expires_at', '>', now)
        .where('created_at', '>=', since)
        .update({ last_used_at: now })
        .returning('id');
      return rows.length > 0;
    },

    /** The last one used first. */
    async listRememberedBrowsers(userId: string, now: number): Promise<RememberedBrowser[]> {
      const rows = await db('remembered_devices')
        .where({ user_id: userId })
        .where('expires_at', '>', now)
        .orderBy('last_used_at', 'desc')
        .select('id', 'user_agent', 'network', 'created_at', 'last_used_at', 'expires_at');
      return rows.map((row: RememberedBrowserRow) => ({
        id: row.id,
        userAgent: row.user_agent,
        network: row.network,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
        expiresAt: row.expires_at,
      }));
    },

    /** Of one person: one of them, or all. Answers how many there were. */
    async deleteRememberedBrowsers(userId: string, id?: string): Promise<number> {
      return await db('remembered_devices')
        .where(id === undefined ? { user_id: userId } : { user_id: userId, id })
        .delete();
    },

    /** All but those of the tokens, which count as remembered now. Answers how many there were. */
    async deleteOtherRememberedBrowsers(
      userId: string,
      tokenHashes: readonly string[],
      now: number,
    ): Promise<number> {
      await db('remembered_devices')
        .where({ user_id: userId })
        .whereIn('token_hash', [...tokenHashes])
        .where('created_at', '<', now)
        .update({ created_at: now });
      return await db('remembered_devices')
        .where({ user_id: userId })
        .whereNotIn('token_hash', [...tokenHashes])
        .delete();
    },

    /** Whether the person has signed in lately in this browser, in others only, or in none. */
    async lookForBrowser(browser: KnownBrowser, now: number): Promise<'known' | 'others' | 'none'> {
      const [row] = await db.hot<{ is_this: number }>(
        `select case when id = ? then 1 else 0 end as is_this from known_devices
         where user_id = ? and expires_at > ? order by is_this desc limit 1`,
        [knownBrowserId(browser), browser.userId, now],
      );
      if (!row) return 'none';
      return row.is_this === 1 ? 'known' : 'others';
    },

    async forgetBrowser(browser: KnownBrowser): Promise<void> {
      await db('known_devices')
        .where({ id: knownBrowserId(browser) })
        .delete();
    },

    /** Forgets the browsers a person signed in with, for example after a stolen password. */
    async forgetBrowsers(userId: string): Promise<void> {
      await db('known_devices').where({ user_id: userId }).delete();
    },
  };
}

/** A browser in which a person is not asked for the second factor. */
export type RememberedBrowser = {
  id: string;
  userAgent: string;
  network: string;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
};
type RememberedBrowserRow = {
  id: string;
  user_agent: string;
  network: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
};
export type NewRememberedBrowser = Omit<RememberedBrowser, 'lastUsedAt'> & {
  userId: string;
  tokenHash: string;
};

/** For the sweeper: what has expired counts as absent. */
export const sweptMethods: readonly SweptTable[] = [
  { name: 'one_time_memory', key: 'handle_hash', expiresAt: 'expires_at' },
  { name: 'remembered_devices', key: 'id', expiresAt: 'expires_at' },
  { name: 'known_devices', key: 'id', expiresAt: 'expires_at' },
];

/** A browser (the hash of its device cookie) in which a person has signed in. */
export type KnownBrowser = { userId: string; knownBrowserHash: string };

function memoryWhere({ handleHash, method, purpose, binding }: MemoryKey) {
  return { handle_hash: handleHash, method, purpose, binding };
}

function knownBrowserId({ userId, knownBrowserHash }: KnownBrowser): string {
  return sha256(JSON.stringify([userId, knownBrowserHash]));
}
