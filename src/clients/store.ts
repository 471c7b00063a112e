import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { Client } from './clients.ts';
import type { Registration } from './registration.ts';

const COLUMNS = [
  'id',
  'name',
  'type',
  'metadata',
  'settings',
  'created_at',
  'updated_at',
  'disabled_at',
] as const;

type ClientRow = {
  id: string;
  name: string;
  type: Client['type'];
  metadata: string;
  settings: string;
  created_at: number;
  updated_at: number;
  disabled_at: number | null;
};

type SecretRow = { client_id: string; secret_hash: string };

/** Secrets whose overlap has ended. */
export const sweptClients: readonly SweptTable[] = [
  { name: 'client_secrets', key: 'id', expiresAt: 'expires_at' },
];

export type NewSecret = { id: string; secretHash: string; createdAt: number };

export function createClientStore(db: Database) {
  return {
    async find(id: string, now: number): Promise<Client | undefined> {
      return await find(db, id, now);
    },

    /** Ids that begin like this text, disabled ones too; a few. */
    async findIdsLike(start: string): Promise<string[]> {
      const rows: { id: string }[] = await db('clients')
        .where('id', '>=', start)
        // `z` is the last letter of our ids in every collation.
        .where('id', '<=', start.padEnd(40, 'z'))
        .orderBy('id')
        .limit(5)
        .select('id');
      return rows.map(({ id }) => id);
    },

    /** Oldest first. */
    async list(now: number): Promise<Client[]> {
      const rows: ClientRow[] = await db('clients').orderBy(['created_at', 'id']).select(COLUMNS);
      const secrets: SecretRow[] = await validSecrets(db, now).select(['client_id', 'secret_hash']);
      return rows.map((row) =>
        toClient(
          row,
          secrets.filter((secret) => secret.client_id === row.id),
        ),
      );
    },

    async insert(client: Omit<Client, 'secretHashes' | 'isBuiltIn'>, secret?: NewSecret): Promise<void> {
      await db.transaction(async (inside) => {
        await inside('clients').insert({
          id: client.id,
          created_at: client.createdAt,
          ...changeable(client),
        });
        if (secret) await inside('client_secrets').insert({ client_id: client.id, ...secretRow(secret) });
      });
    },

    /** Reads, changes and writes one client in one transaction, so that two changes at once both count. */
    async update(
      id: string,
      now: number,
      change: (client: Client) => Registration & Pick<Client, 'disabledAt'>,
    ): Promise<Client | undefined> {
      return await db.transaction(async (inside) => {
        const locked = await inside('clients').where({ id }).forUpdate().first('id');
        const before = locked && (await find(inside, id, now));
        if (!before) return undefined;
        const changed = change(before);
        await inside('clients')
          .where({ id })
          .update(changeable({ ...changed, updatedAt: now }));
        if (!changed.metadata.token_endpoint_auth_method.startsWith('client_secret')) {
          await inside('client_secrets').where({ client_id: id }).delete();
        }
        return await find(inside, id, now);
      });
    },

    async delete(id: string): Promise<boolean> {
      return (await db('clients').where({ id }).delete()) === 1;
    },

    /**
     * Adds a secret and ends the older ones at `olderEndAt`, or sooner if they end sooner. Of the older ones only the
     * newest lives on, so that there are never more than two. False when there is no such client.
     */
    async rotateSecret(id: string, secret: NewSecret, olderEndAt: number): Promise<boolean> {
      const now = secret.createdAt;
      return await db.transaction(async (inside) => {
        if (!(await inside('clients').where({ id }).forUpdate().first('id'))) return false;
        const newest: { id: string } | undefined = await validSecrets(inside, now)
          .where({ client_id: id })
          .orderBy([
            { column: 'created_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .first(['id']);
        const older = inside('client_secrets').where({ client_id: id });
        if (newest && olderEndAt > now) older.whereNot({ id: newest.id });
        await older.delete();
        await inside('client_secrets')
          .where({ client_id: id })
          .where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', olderEndAt))
          .update({ expires_at: olderEndAt });
        await inside('client_secrets').insert({ client_id: id, ...secretRow(secret) });
        return true;
      });
    },
  };
}

async function find(db: Database, id: string, now: number): Promise<Client | undefined> {
  const row: ClientRow | undefined = await db('clients').where({ id }).first(COLUMNS);
  if (!row) return undefined;
  const secrets: SecretRow[] = await validSecrets(db, now)
    .where({ client_id: id })
    .orderBy(['created_at', 'id'])
    .select(['client_id', 'secret_hash']);
  return toClient(row, secrets);
}

function validSecrets(db: Database, now: number) {
  return db('client_secrets').where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', now));
}

function secretRow({ id, secretHash, createdAt }: NewSecret): Record<string, unknown> {
  return { id, secret_hash: secretHash, created_at: createdAt, expires_at: null };
}

function changeable(
  client: Registration & Pick<Client, 'disabledAt' | 'updatedAt'>,
): Record<string, unknown> {
  return {
    name: client.name,
    type: client.type,
    metadata: JSON.stringify(client.metadata),
    settings: JSON.stringify(client.settings),
    updated_at: client.updatedAt,
    disabled_at: client.disabledAt ?? null,
  };
}

function toClient(row: ClientRow, secrets: readonly SecretRow[]): Client {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    isBuiltIn: false,
    metadata: JSON.parse(row.metadata) as Client['metadata'],
    settings: JSON.parse(row.settings) as Client['settings'],
    secretHashes: secrets.map((secret) => secret.secret_hash),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    ...(row.disabled_at === null ? {} : { disabledAt: Number(row.disabled_at) }),
  };
}
