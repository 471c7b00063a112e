import { type Database, oldestFirst } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { PageWish } from '../deeds/deeds.ts';
import type { Picture } from '../lib/picture.ts';
import { createSecrets, type NewSecret, sweptSecrets } from '../secrets/secrets.ts';
import { spendId } from '../spent-ids/spent-ids.ts';
import type { ClientProperties } from './properties.ts';
import { type Client, type Registration, withLaterProperties } from './registration.ts';

const COLUMNS = [
  'id',
  'name',
  'type',
  'metadata',
  'settings',
  'created_at',
  'updated_at',
  'disabled_at',
  'sector_checked_at',
  'pkce_since',
  'version',
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
  sector_checked_at: number | null;
  pkce_since: number | null;
  version: number;
};

const SECRETS = { table: 'client_secrets', owner: 'client_id' };
const secrets = createSecrets(SECRETS);

/** Secrets whose overlap has ended. */
export const sweptClients: readonly SweptTable[] = [sweptSecrets(SECRETS)];

/** Apps in use that let in certain roles alone: the first ones, oldest first. */
export async function listWithAllowedRoles(
  db: Database,
  limit: number,
): Promise<{ id: string; name: string; allowedRoles: readonly string[] }[]> {
  const rows: { id: string; name: string; settings: string }[] = await db('clients')
    .whereNull('disabled_at')
    .where('settings', 'like', '%"allowedRoles":[%')
    .orderBy(['created_at', 'id'])
    .limit(limit)
    .select('id', 'name', 'settings');
  return rows.map(({ id, name, settings }) => ({
    id,
    name,
    allowedRoles: JSON.parse(settings).allowedRoles,
  }));
}

export function createClientStore(db: Database, properties: ClientProperties) {
  return {
    async find(id: string, now: number): Promise<Client | undefined> {
      return await find(db, id, now, properties);
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

    /** Oldest first, after one of them. */
    async list(wish: PageWish, now: number): Promise<Client[]> {
      const rows: ClientRow[] = await oldestFirst(db, 'clients', wish).select(COLUMNS);
      const ids = rows.map(({ id }) => id);
      const hashes = await secrets.hashesByOwner(db, now, ids);
      return rows.map((row) => toClient(row, hashes.get(row.id) ?? [], properties));
    },

    /** False when the chosen id is somebody's, or was. */
    async insert(
      client: Omit<Client, 'secretHashes' | 'isBuiltIn' | 'version'>,
      { secret, logo }: { secret?: NewSecret | undefined; logo?: Picture | undefined },
      { isIdChosen }: { isIdChosen: boolean },
    ): Promise<boolean> {
      return await db.transaction(async (inside) => {
        if (isIdChosen && !(await claimChosenId(inside, client.id, client.createdAt))) return false;
        await inside('clients').insert({
          id: client.id,
          created_at: client.createdAt,
          ...changeable(client),
        });
        if (secret) await secrets.insert(inside, client.id, secret);
        if (logo) await insertLogo(inside, client.id, logo);
        return true;
      });
    },

    /**
     * Reads, changes and writes one client in one transaction, so that two changes at once both count. `conflict`: it is
     * of another version than was asked for.
     */
    async update(
      id: string,
      now: number,
      change: (client: Client) => Registration & Pick<Client, 'disabledAt' | 'sectorCheckedAt'>,
      { version, logo }: { version?: number | undefined; logo?: Picture | undefined } = {},
    ): Promise<{ before: Client; after: Client } | 'conflict' | undefined> {
      return await db.transaction(async (inside) => {
        const locked = await inside('clients').where({ id }).forUpdate().first('id');
        const before = locked && (await find(inside, id, now, properties));
        if (!before) return undefined;
        if (version !== undefined && version !== before.version) return 'conflict';
        const changed = change(before);
        const written: number = await inside('clients')
          .where({ id, version: before.version })
          .update({ ...changeable({ ...changed, updatedAt: now }), version: before.version + 1 });
        if (written !== 1) return 'conflict';
        if (!changed.metadata.token_endpoint_auth_method.startsWith('client_secret')) {
          await secrets.endAll(inside, id);
        }
        if (changed.settings.logo !== before.settings.logo) {
          await inside('client_logos').where({ client_id: id }).delete();
          if (logo) await insertLogo(inside, id, logo);
        }
        const after = await find(inside, id, now, properties);
        return after && { before, after };
      });
    },

    /** The picture of this name, whichever app has it. */
    async findLogo(name: string): Promise<Picture | undefined> {
      const row: { type: string; body: string } | undefined = await db('client_logos')
        .where({ name })
        .first('type', 'body');
      return row && { name, type: row.type, body: Buffer.from(row.body, 'base64') };
    },

    /** True for the one call that noted it first. Settings and times of the client stay. */
    async notePkce(id: string, now: number): Promise<boolean> {
      const noted = await db('clients').where({ id }).whereNull('pkce_since').update({ pkce_since: now });
      return noted === 1;
    },

    /** The id is never given again. Otherwise than a boolean when it is of another version than was asked for. */
    async delete(id: string, now: number, version?: number): Promise<boolean | { version: number }> {
      return await db.transaction(async (inside) => {
        const row: { version: number } | undefined = await inside('clients')
          .where({ id })
          .forUpdate()
          .first('version');
        if (!row) return false;
        if (version !== undefined && version !== row.version) return { version: row.version };
        await spendId(inside, id, now);
        return (await inside('clients').where({ id }).delete()) === 1;
      });
    },

    /** False when there is no such client. The older secrets end as `secrets/store.ts` says. */
    async rotateSecret(id: string, secret: NewSecret, olderEndAt: number): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const found: number = await inside('clients').where({ id }).increment('version', 1);
        if (found !== 1) return false;
        await secrets.rotate(inside, id, secret, olderEndAt);
        return true;
      });
    },
  };
}

async function insertLogo(inside: Database, clientId: string, { name, type, body }: Picture): Promise<void> {
  await inside('client_logos').insert({ client_id: clientId, name, type, body: body.toString('base64') });
}

async function claimChosenId(inside: Database, id: string, now: number): Promise<boolean> {
  // One that was made up here is spent when its client goes: who no longer sees the client finds it spent.
  if (await inside('clients').where({ id }).first('id')) return false;
  return await spendId(inside, id, now);
}

async function find(
  db: Database,
  id: string,
  now: number,
  properties: ClientProperties,
): Promise<Client | undefined> {
  const row: ClientRow | undefined = await db('clients').where({ id }).first(COLUMNS);
  if (!row) return undefined;
  return toClient(row, await secrets.hashesOf(db, id, now), properties);
}

function changeable(
  client: Registration & Pick<Client, 'disabledAt' | 'updatedAt' | 'sectorCheckedAt'>,
): Record<string, unknown> {
  return {
    name: client.name,
    type: client.type,
    metadata: JSON.stringify(client.metadata),
    settings: JSON.stringify(client.settings),
    updated_at: client.updatedAt,
    disabled_at: client.disabledAt ?? null,
    // A client without the document needs no word about it.
    sector_checked_at:
      client.metadata.sector_identifier_uri === undefined ? null : (client.sectorCheckedAt ?? null),
  };
}

function toClient(row: ClientRow, secretHashes: string[], properties: ClientProperties): Client {
  const stored = {
    name: row.name,
    type: row.type,
    metadata: JSON.parse(row.metadata) as Client['metadata'],
    settings: JSON.parse(row.settings) as Client['settings'],
  };
  return {
    id: row.id,
    ...stored,
    ...withLaterProperties(stored, properties),
    isBuiltIn: false,
    secretHashes,
    version: row.version,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    ...(row.disabled_at === null ? {} : { disabledAt: Number(row.disabled_at) }),
    ...(row.pkce_since === null ? {} : { pkceSince: Number(row.pkce_since) }),
    ...(row.sector_checked_at === null ? {} : { sectorCheckedAt: Number(row.sector_checked_at) }),
  };
}
