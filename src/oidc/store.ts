import type { Database } from '../database/database.ts';
import type { SecondFactorRule } from './levels.ts';

/** What a person allows a client: standard scopes, single claims, and scopes of resource servers by identifier. */
export type Allowed = {
  scopes: readonly string[];
  claims: readonly string[];
  resources: Readonly<Record<string, readonly string[]>>;
};

export type Consent = {
  userId: string;
  clientId: string;
  allowed: Allowed;
  createdAt: number;
  updatedAt: number;
  lastUsedAt?: number;
};

export type ConsentStore = ReturnType<typeof createConsentStore>;

export function createConsentStore({ db }: { db: Database }) {
  return {
    async find(userId: string, clientId: string): Promise<Consent | undefined> {
      const [row] = await db.hot<Parameters<typeof consentOf>[0]>(
        `select ${columns.join(', ')} from consents where user_id = ? and client_id = ?`,
        [userId, clientId],
      );
      return row && consentOf(row);
    },

    async listByUser(userId: string): Promise<Consent[]> {
      const rows = await db('consents')
        .where({ user_id: userId })
        .orderBy('updated_at', 'desc')
        .select(...columns);
      return rows.map(consentOf);
    },

    /** Two decisions at once are both kept: the row is locked while it is merged. */
    async merge(
      userId: string,
      clientId: string,
      change: (before: Allowed | undefined) => Allowed,
      now: number,
    ): Promise<void> {
      await db.transaction(async (inside) => {
        await inside('consents')
          .insert({
            user_id: userId,
            client_id: clientId,
            allowed: JSON.stringify(change(undefined)),
            created_at: now,
            updated_at: now,
          })
          .onConflict(['user_id', 'client_id'])
          .ignore();
        const [row] = await inside('consents')
          .where({ user_id: userId, client_id: clientId })
          .forUpdate()
          .select(...columns);
        await inside('consents')
          .where({ user_id: userId, client_id: clientId })
          .update({ allowed: JSON.stringify(change(row && consentOf(row).allowed)), updated_at: now });
      });
    },

    async touch(userId: string, clientId: string, now: number): Promise<void> {
      await db('consents').where({ user_id: userId, client_id: clientId }).update({ last_used_at: now });
    },

    async withdraw(userId: string, clientId: string): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const rows = await inside('consents')
          .where({ user_id: userId, client_id: clientId })
          .delete()
          .returning('client_id');
        await inside('grants').where({ user_id: userId, client_id: clientId }).delete();
        return rows.length === 1;
      });
    },

    /** A client is gone: what people allowed it goes with it. */
    async deleteOfClient(clientId: string): Promise<number> {
      return await db.transaction(async (inside) => {
        await inside('consents').where({ client_id: clientId }).delete();
        return await inside('grants').where({ client_id: clientId }).delete();
      });
    },
  };
}

const columns = ['user_id', 'client_id', 'allowed', 'created_at', 'updated_at', 'last_used_at'] as const;

function consentOf(row: {
  user_id: string;
  client_id: string;
  allowed: string;
  created_at: number;
  updated_at: number;
  last_used_at: number | null;
}): Consent {
  return {
    userId: row.user_id,
    clientId: row.client_id,
    allowed: JSON.parse(row.allowed) as Allowed,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}

export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;
export type SecondFactorPerson = { rule?: SecondFactorRule; putOff: number; putOffAt?: number };

/** What is particular about one person's second factor. */
export function createSecondFactorStore({ db }: { db: Database }) {
  return {
    async find(userId: string): Promise<SecondFactorPerson | undefined> {
      const [row] = await db.hot<{ rule: string | null; put_off: number; put_off_at: number | null }>(
        'select rule, put_off, put_off_at from second_factor_people where user_id = ?',
        [userId],
      );
      return (
        row && {
          putOff: row.put_off,
          ...(row.rule === null ? {} : { rule: row.rule as SecondFactorRule }),
          ...(row.put_off_at === null ? {} : { putOffAt: row.put_off_at }),
        }
      );
    },

    async setRule(userId: string, rule: SecondFactorRule | undefined): Promise<void> {
      await db('second_factor_people')
        .insert({ user_id: userId, rule: rule ?? null })
        .onConflict('user_id')
        .merge(['rule']);
    },

    /** Counts and checks in one statement. False when it was done too often already. */
    async putOff(userId: string, { atMost, now }: { atMost: number; now: number }): Promise<boolean> {
      await db('second_factor_people').insert({ user_id: userId }).onConflict('user_id').ignore();
      const rows = await db('second_factor_people')
        .where({ user_id: userId })
        .where('put_off', '<', atMost)
        .increment('put_off', 1)
        .update({ put_off_at: now })
        .returning('user_id');
      return rows.length === 1;
    },
  };
}
