import type { Database } from '../../database/database.ts';
import type { TotpSettings } from './codes.ts';

export type TotpStore = ReturnType<typeof createTotpStore>;

export type TotpCredential = {
  id: string;
  userId: string;
  name: string;
  /** Sealed with `totpContext(id)`. */
  sealedSecret: string;
  settings: TotpSettings;
  lastStep: number;
  createdAt: number;
  lastUsedAt?: number;
};

const COLUMNS = [
  'id',
  'user_id',
  'name',
  'sealed_secret',
  'algorithm',
  'digits',
  'period_seconds',
  'last_step',
  'created_at',
  'last_used_at',
];

/** The SQL of authenticators. */
export function createTotpStore(db: Database) {
  return {
    /** Oldest first. */
    async list(userId: string): Promise<TotpCredential[]> {
      const rows = await db.hot<Row>(
        `select ${COLUMNS.join(', ')} from totp_credentials where user_id = ? order by created_at, id`,
        [userId],
      );
      return rows.map(toCredential);
    },

    async count(userId: string): Promise<number> {
      const [row] = await db.hot<{ count: number }>(
        'select count(*) as count from totp_credentials where user_id = ?',
        [userId],
      );
      return row?.count ?? 0;
    },

    /** False when it is there already: a form that was sent twice. */
    async insert(credential: Omit<TotpCredential, 'lastUsedAt'>): Promise<boolean> {
      const { settings } = credential;
      const row = {
        id: credential.id,
        user_id: credential.userId,
        name: credential.name,
        sealed_secret: credential.sealedSecret,
        algorithm: settings.algorithm,
        digits: settings.digits,
        period_seconds: settings.periodSeconds,
        last_step: credential.lastStep,
        created_at: credential.createdAt,
        last_used_at: null,
      };
      const [inserted] = await db('totp_credentials').insert(row).onConflict('id').ignore().returning('id');
      return inserted !== undefined;
    },

    /** Checks and spends a step in one statement: of any number of callers at once, one gets it. */
    async spendStep(id: string, step: number, now: number): Promise<boolean> {
      const rows = await db.hot(
        'update totp_credentials set last_step = ?, last_used_at = ? where id = ? and last_step < ? returning id',
        [step, now, id, step],
      );
      return rows.length === 1;
    },

    async rename(userId: string, id: string, name: string): Promise<boolean> {
      return (await db('totp_credentials').where({ id, user_id: userId }).update({ name })) === 1;
    },

    async delete(userId: string, id: string): Promise<boolean> {
      return (await db('totp_credentials').where({ id, user_id: userId }).delete()) === 1;
    },
  };
}

/** For `keys reseal`. */
export const sealedTotpColumns = [
  { table: 'totp_credentials', column: 'sealed_secret', idColumn: 'id', context: totpContext },
];

export function totpContext(id: string): string {
  return `totp_credentials.sealed_secret:${id}`;
}

type Row = {
  id: string;
  user_id: string;
  name: string;
  sealed_secret: string;
  algorithm: string;
  digits: number;
  period_seconds: number;
  last_step: number;
  created_at: number;
  last_used_at: number | null;
};

function toCredential(row: Row): TotpCredential {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    sealedSecret: row.sealed_secret,
    settings: {
      algorithm: row.algorithm as TotpSettings['algorithm'],
      digits: row.digits as TotpSettings['digits'],
      periodSeconds: row.period_seconds,
    },
    lastStep: row.last_step,
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}
