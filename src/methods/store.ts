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

    async rememberDevice(device: KnownDevice, expiresAt: number): Promise<void> {
      await db('known_devices')
        .insert({ id: deviceId(device), user_id: device.userId, expires_at: expiresAt })
        .onConflict('id')
        .merge(['expires_at']);
    },

    async isDeviceKnown(device: KnownDevice, now: number): Promise<boolean> {
      const row = await db('known_devices')
        .where({ id: deviceId(device) })
        .where('expires_at', '>', now)
        .first('user_id');
      return row !== undefined;
    },

    /** Forgets the browsers a person signed in with, for example after a stolen password. */
    async forgetDevices(userId: string): Promise<void> {
      await db('known_devices').where({ user_id: userId }).delete();
    },
  };
}

/** For the sweeper: what has expired counts as absent. */
export const sweptMethods: readonly SweptTable[] = [
  { name: 'one_time_memory', key: 'handle_hash', expiresAt: 'expires_at' },
  { name: 'known_devices', key: 'id', expiresAt: 'expires_at' },
];

/** A browser (the hash of its device cookie) in which a person has signed in. */
export type KnownDevice = { userId: string; deviceHash: string };

function memoryWhere({ handleHash, method, purpose, binding }: MemoryKey) {
  return { handle_hash: handleHash, method, purpose, binding };
}

function deviceId({ userId, deviceHash }: KnownDevice): string {
  return sha256(JSON.stringify([userId, deviceHash]));
}
