import type { Database } from '../database/database.ts';

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
