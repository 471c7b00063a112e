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

/** A request to take away what was lost. Times are milliseconds since the epoch. */
export type Removal = {
  id: string;
  userId: string;
  /** Ids of methods. */
  methods: readonly string[];
  network: string;
  userAgent: string;
  createdAt: number;
  dueAt: number;
};

/**
 * One row for each person who waits. It is cancelled by deleting it while it waits, and takes effect by no longer waiting:
 * each is one statement on the same row, so that one of them wins.
 */
export function createRemovalStore(db: Database) {
  return {
    /** False when this person waits already. */
    async insert({ methods, tokenHash, ...removal }: Removal & { tokenHash: string }): Promise<boolean> {
      const rows = await db('access_removals')
        .insert({
          id: removal.id,
          user_id: removal.userId,
          methods: methods.join(' '),
          token_hash: tokenHash,
          network: removal.network,
          user_agent: removal.userAgent,
          is_waiting: true,
          created_at: removal.createdAt,
          due_at: removal.dueAt,
        })
        .onConflict('user_id')
        .ignore()
        .returning(['id']);
      return rows.length === 1;
    },

    async find(which: Which): Promise<Removal | undefined> {
      const row: RemovalRow | undefined = await waiting(which).first(REMOVAL_COLUMNS);
      return row && toRemoval(row);
    },

    /** Those that wait, the next one to take effect first, after the given one. */
    async list({ after, limit }: { after?: Removal | undefined; limit: number }): Promise<Removal[]> {
      const query = db('access_removals')
        .where({ is_waiting: true })
        .orderBy(['due_at', 'id'])
        .limit(limit)
        .select(REMOVAL_COLUMNS);
      if (after) query.whereRaw('(due_at, id) > (?, ?)', [after.dueAt, after.id]);
      const rows: RemovalRow[] = await query;
      return rows.map(toRemoval);
    },

    /** The request that was cancelled; nothing when it had taken effect, or there was none. */
    async cancel(which: Which): Promise<Removal | undefined> {
      const rows: RemovalRow[] = await waiting(which).delete().returning(REMOVAL_COLUMNS);
      return rows[0] && toRemoval(rows[0]);
    },

    /** Ends its waiting, for exactly one of any number of calls: from now on it cannot be cancelled. */
    async begin(which: Which, { dueBy }: { dueBy?: number } = {}): Promise<Removal | undefined> {
      const query = waiting(which);
      if (dueBy !== undefined) query.where('due_at', '<=', dueBy);
      const rows: RemovalRow[] = await query.update({ is_waiting: false }).returning(REMOVAL_COLUMNS);
      return rows[0] && toRemoval(rows[0]);
    },

    /** Those that were begun and are not finished: the node that began them may have died. */
    async listBegun(limit: number): Promise<Removal[]> {
      const rows: RemovalRow[] = await db('access_removals')
        .where({ is_waiting: false })
        .limit(limit)
        .select(REMOVAL_COLUMNS);
      return rows.map(toRemoval);
    },

    async listDue(now: number, limit: number): Promise<Removal[]> {
      const rows: RemovalRow[] = await db('access_removals')
        .where({ is_waiting: true })
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .select(REMOVAL_COLUMNS);
      return rows.map(toRemoval);
    },

    async finish(id: string): Promise<void> {
      await db('access_removals').where({ id }).delete();
    },
  };

  function waiting(which: Which) {
    const columns =
      'id' in which
        ? { id: which.id }
        : 'userId' in which
          ? { user_id: which.userId }
          : { token_hash: which.tokenHash };
    return db('access_removals').where({ ...columns, is_waiting: true });
  }
}

type Which = { id: string } | { userId: string } | { tokenHash: string };

type RemovalRow = {
  id: string;
  user_id: string;
  methods: string;
  network: string;
  user_agent: string;
  created_at: number;
  due_at: number;
};

const REMOVAL_COLUMNS = [
  'id',
  'user_id',
  'methods',
  'network',
  'user_agent',
  'created_at',
  'due_at',
] as const;

function toRemoval(row: RemovalRow): Removal {
  return {
    id: row.id,
    userId: row.user_id,
    methods: row.methods.split(' '),
    network: row.network,
    userAgent: row.user_agent,
    createdAt: Number(row.created_at),
    dueAt: Number(row.due_at),
  };
}
