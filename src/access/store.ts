import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';

/** A link that removes one credential: the one of this id that was made at this time. */
export type Denial = {
  userId: string;
  method: string;
  credentialId: string;
  credentialAt: number;
  createdAt: number;
  expiresAt: number;
};

export type DenialStore = ReturnType<typeof createDenialStore>;

/** The SQL of "this wasn't me". Hashes of the links' tokens only. */
export function createDenialStore(db: Database) {
  return {
    async insert(tokenHash: string, denial: Denial): Promise<void> {
      await db('access_denials').insert({
        token_hash: tokenHash,
        user_id: denial.userId,
        method: denial.method,
        credential_id: denial.credentialId,
        credential_at: denial.credentialAt,
        created_at: denial.createdAt,
        expires_at: denial.expiresAt,
      });
    },

    /** Never spends: mail scanners open links. */
    async find(tokenHash: string, now: number): Promise<Denial | undefined> {
      const row: Row | undefined = await db('access_denials')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .first(COLUMNS);
      return row && toDenial(row);
    },

    /** True for exactly one of any number of calls. */
    async consume(tokenHash: string, now: number): Promise<boolean> {
      const rows = await db('access_denials')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .delete()
        .returning(['user_id']);
      return rows.length === 1;
    },
  };
}

/** For the sweeper. */
export const sweptAccess: SweptTable = { name: 'access_denials', key: 'token_hash', expiresAt: 'expires_at' };

const COLUMNS = ['user_id', 'method', 'credential_id', 'credential_at', 'created_at', 'expires_at'] as const;

type Row = {
  user_id: string;
  method: string;
  credential_id: string;
  credential_at: number;
  created_at: number;
  expires_at: number;
};

function toDenial(row: Row): Denial {
  return {
    userId: row.user_id,
    method: row.method,
    credentialId: row.credential_id,
    credentialAt: Number(row.credential_at),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
  };
}
