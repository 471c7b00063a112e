import type { Database } from '../database/database.ts';

export type MethodsStore = ReturnType<typeof createMethodsStore>;

export type Memory = {
  handleHash: string;
  method: string;
  purpose: string;
  binding: string;
  /** Sealed under the handle, which is not stored. */
  kept: string;
  expiresAt: number;
};

export type MemoryKey = Omit<Memory, 'kept' | 'expiresAt'>;

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
        expires_at: memory.expiresAt,
      });
    },

    /** Reads and spends in one statement: of any number of callers at once, one gets it. */
    async consumeMemory(key: MemoryKey, now: number): Promise<string | undefined> {
      const [row] = await db('one_time_memory')
        .where({
          handle_hash: key.handleHash,
          method: key.method,
          purpose: key.purpose,
          binding: key.binding,
        })
        .where('expires_at', '>', now)
        .delete()
        .returning(['kept']);
      return row?.kept;
    },

    async rememberDevice(device: KnownDevice): Promise<void> {
      await db('known_devices')
        .insert({
          account_key: device.accountKey,
          device_hash: device.deviceHash,
          user_id: device.userId,
          expires_at: device.expiresAt,
        })
        .onConflict(['account_key', 'device_hash'])
        .merge(['user_id', 'expires_at']);
    },

    async isDeviceKnown(accountKey: string, deviceHash: string, now: number): Promise<boolean> {
      const row = await db('known_devices')
        .where({ account_key: accountKey, device_hash: deviceHash })
        .where('expires_at', '>', now)
        .first('user_id');
      return row !== undefined;
    },

    /** Forgets the browsers a person signed in with, for example after a stolen password. */
    async forgetDevices(userId: string): Promise<void> {
      await db('known_devices').where({ user_id: userId }).delete();
    },

    /** Removes at most `batch` expired rows of each kind; answers how many went. */
    async deleteExpired(now: number, batch: number): Promise<number> {
      const memories = await db('one_time_memory')
        .whereIn(
          'handle_hash',
          db('one_time_memory').select('handle_hash').where('expires_at', '<=', now).limit(batch),
        )
        .delete();
      const devices = await db('known_devices')
        .whereIn(
          ['account_key', 'device_hash'],
          db('known_devices')
            .select('account_key', 'device_hash')
            .where('expires_at', '<=', now)
            .limit(batch),
        )
        .delete();
      return memories + devices;
    },
  };
}

export type KnownDevice = { accountKey: string; deviceHash: string; userId: string; expiresAt: number };
