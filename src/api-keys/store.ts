import { type Database, oldestFirst } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { PageWish } from '../deeds/deeds.ts';
import { createSecrets, type NewSecret, sweptSecrets } from '../secrets/secrets.ts';

/** Whose a key is. */
export type Owner = { userId: string } | { clientId: string };

/** A key as it is kept, without what opens it. Times are milliseconds since the epoch. */
export type ApiKey = {
  /** `apk_…`; also the public id in the key itself. */
  id: string;
  owner: Owner;
  /** Of the resource server. */
  resourceServerId: string;
  /** Its identifier. */
  resource: string;
  name: string;
  /** At most these; what the owner may not do any more is left out at each use. */
  scopes: readonly string[];
  tier: string;
  /** CIDRs from which it may be used. Empty: from anywhere. */
  networks: readonly string[];
  expiresAt?: number;
  /** It is over before its time, and why: `revoked`, `leaked`, or a cause of `access/ends.ts`. */
  ended?: { at: number; by: string };
  /** To the hour. */
  lastUsedAt?: number;
  /** The network of that use. Absent: the API that asked did not say. */
  lastUsedFrom?: string;
  createdAt: number;
};

/** What one read says of a key that was presented. */
export type Presented = { apiKey: ApiKey; isSecretOver: boolean; isOwnerDisabled: boolean };

/** Where a key was used from, or refused, and why. An empty network: nobody said. Times are milliseconds since the epoch. */
export type KeyNetwork = { network: string; refused?: string; firstAt: number; lastAt: number };

/** Uses of one day (UTC), counted in days since the epoch. */
export type UsesOfDay = { day: number; used: number; refused: number };

const SECRETS = { table: 'api_key_secrets', owner: 'api_key_id' };
const secrets = createSecrets(SECRETS);

/** Days for which uses are kept, and for which a network that is not seen again is known. */
export const KEPT_DAYS = 90;
const KEPT_MS = KEPT_DAYS * 86_400_000;

/** For the sweeper: what ended or ran out a month ago, and what is told of use. */
export const sweptApiKeys: readonly SweptTable[] = [
  { name: 'api_keys', key: 'id', expiresAt: 'removed_at' },
  sweptSecrets(SECRETS),
  { name: 'api_key_uses', key: 'id', expiresAt: 'expires_at' },
  { name: 'api_key_networks', key: 'id', expiresAt: 'expires_at' },
];

const COLUMNS = [
  'id',
  'user_id',
  'client_id',
  'resource_server_id',
  'name',
  'scope',
  'tier',
  'networks',
  'expires_at',
  'ended_at',
  'ended_by',
  'last_used_at',
  'last_used_from',
  'created_at',
] as const;

type Row = {
  id: string;
  user_id: string | null;
  client_id: string | null;
  resource_server_id: string;
  identifier: string;
  name: string;
  scope: string;
  tier: string;
  networks: string;
  expires_at: number | null;
  ended_at: number | null;
  ended_by: string | null;
  last_used_at: number | null;
  last_used_from: string | null;
  created_at: number;
};

type PresentedRow = Row & { secret_expires_at: number | null; owner_disabled_at: number | null };

const QUALIFIED = COLUMNS.map((column) => `api_keys.${column}`);
const FIND_PRESENTED = `select ${QUALIFIED.join(', ')}, resource_servers.identifier,
    api_key_secrets.expires_at as secret_expires_at, users.disabled_at as owner_disabled_at
  from api_key_secrets
  join api_keys on api_keys.id = api_key_secrets.api_key_id
  join resource_servers on resource_servers.id = api_keys.resource_server_id
  left join users on users.id = api_keys.user_id
  where api_key_secrets.secret_hash = ?`;

/** The SQL of keys; how they are counted is in `counting/`. */
export function createApiKeyStore(db: Database) {
  return {
    /** By the SHA-256 of what was presented, in one statement. */
    async findPresented(secretHash: string, now: number): Promise<Presented | undefined> {
      const [row] = await db.hot<PresentedRow>(FIND_PRESENTED, [secretHash]);
      if (!row) return undefined;
      return {
        apiKey: toApiKey(row),
        isSecretOver: row.secret_expires_at !== null && Number(row.secret_expires_at) <= now,
        isOwnerDisabled: row.owner_disabled_at !== null,
      };
    },

    async find(id: string): Promise<ApiKey | undefined> {
      const row: Row | undefined = await withIdentifier(db).where('api_keys.id', id).first();
      return row && toApiKey(row);
    },

    /** Oldest first; of an owner or a resource server, where one is named. */
    async listPage(wish: PageWish & Filter): Promise<ApiKey[]> {
      const page = oldestFirst(db, 'api_keys', wish).where(columnsOf(wish)).select('id');
      const rows: Row[] = await withIdentifier(db)
        .whereIn('api_keys.id', page)
        .orderBy(['api_keys.created_at', 'api_keys.id']);
      return rows.map(toApiKey);
    },

    /** Newest first, with those that ended lately. */
    async listOf(owner: Owner): Promise<ApiKey[]> {
      const rows: Row[] = await withIdentifier(db)
        .where(ownerColumns(owner))
        .orderBy([
          { column: 'api_keys.created_at', order: 'desc' },
          { column: 'api_keys.id', order: 'desc' },
        ]);
      return rows.map(toApiKey);
    },

    /** How many of a resource server's are not over. */
    async countAt(resourceServerId: string, now: number): Promise<number> {
      const row: { count: number | string } | undefined = await notOver(db, now)
        .where({ resource_server_id: resourceServerId })
        .count({ count: '*' })
        .first();
      return Number(row?.count ?? 0);
    },

    /** The tiers that keys name which are not over. */
    async listTiers(now: number): Promise<string[]> {
      const rows: { tier: string }[] = await notOver(db, now).distinct('tier').orderBy('tier');
      return rows.map(({ tier }) => tier);
    },

    /** False where `most` of its owner's are not over: however many are made at once, there are no more. */
    async insert(
      apiKey: Omit<ApiKey, 'resource'>,
      secret: NewSecret,
      { most, removedAt }: { most: number; removedAt?: number | undefined },
    ): Promise<boolean> {
      return await db.transaction(async (inside) => {
        await lock(inside, apiKey.owner);
        if ((await countOf(inside, apiKey.owner, apiKey.createdAt)) >= most) return false;
        await inside('api_keys').insert({
          id: apiKey.id,
          ...ownerColumns(apiKey.owner),
          resource_server_id: apiKey.resourceServerId,
          name: apiKey.name,
          scope: apiKey.scopes.join(' '),
          tier: apiKey.tier,
          networks: JSON.stringify(apiKey.networks),
          expires_at: apiKey.expiresAt ?? null,
          removed_at: removedAt ?? null,
          created_at: apiKey.createdAt,
        });
        await secrets.insert(inside, apiKey.id, secret);
        return true;
      });
    },

    /** Adds a secret beside the older one (`secrets/store.ts`). False where the key is over meanwhile. */
    async rotate(id: string, secret: NewSecret, olderEndAt: number): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const row: { id: string } | undefined = await notOver(inside, secret.createdAt)
          .where({ id })
          .forUpdate()
          .first('id');
        if (!row) return false;
        await secrets.rotate(inside, id, secret, olderEndAt);
        return true;
      });
    },

    /** Ends those that are not over; answers them. Of any number of calls one ends a key. `since`: with a secret of after it. */
    async end(
      which: { id: string } | Owner | { ids: readonly string[] } | { userId: string; since: number },
      ended: { at: number; by: string; removedAt: number },
    ): Promise<ApiKey[]> {
      const keys = db('api_keys').whereNull('ended_at');
      if ('ids' in which) keys.whereIn('id', which.ids);
      else if ('id' in which) keys.where({ id: which.id });
      else keys.where(ownerColumns(which));
      if ('since' in which)
        keys.whereIn('id', db('api_key_secrets').where('created_at', '>', which.since).select('api_key_id'));
      const rows: { id: string }[] = await keys
        .update({ ended_at: ended.at, ended_by: ended.by, removed_at: ended.removedAt })
        .returning(['id']);
      return listByIds(rows);
    },

    /** The last days on which it was used, oldest first. */
    async listUses(id: string, sinceDay: number): Promise<UsesOfDay[]> {
      const rows: UsesOfDay[] = await db('api_key_uses')
        .where({ api_key_id: id })
        .where('day', '>=', sinceDay)
        .orderBy('day')
        .select('day', 'used', 'refused');
      return rows.map(({ day, used, refused }) => ({
        day: Number(day),
        used: Number(used),
        refused: Number(refused),
      }));
    },

    /** Adds to what is counted of a day. Of a key that is gone: nothing. */
    async addUses(id: string, { day, used, refused }: UsesOfDay, expiresAt: number): Promise<void> {
      await db.hot(
        `insert into api_key_uses (id, api_key_id, day, used, refused, expires_at)
         select ?, api_keys.id, cast(? as integer), cast(? as integer), cast(? as integer), cast(? as bigint)
         from api_keys where api_keys.id = ?
         on conflict (id) do update set
           used = api_key_uses.used + excluded.used, refused = api_key_uses.refused + excluded.refused
         returning id`,
        [`${id}.${day}`, day, used, refused, expiresAt, id],
      );
    },

    /** Written where the hour or the network is another one. */
    async touch(id: string, hour: number, from: string | null): Promise<void> {
      await db('api_keys')
        .where({ id })
        .whereRaw(
          '(last_used_at is null or last_used_at < ? or (last_used_at = ? and last_used_from is distinct from ?))',
          [hour, hour, from],
        )
        .update({ last_used_at: hour, last_used_from: from });
    },

    /** From where it was used, or refused, in the last `KEPT_DAYS`; the last one first. */
    async listNetworks(id: string): Promise<KeyNetwork[]> {
      const rows: NetworkRow[] = await db('api_key_networks')
        .where({ api_key_id: id })
        .orderBy([{ column: 'expires_at', order: 'desc' }, 'id'])
        .select('network', 'refused', 'created_at', 'expires_at');
      return rows.map(({ network, refused, created_at, expires_at }) => ({
        network,
        ...(refused === null ? {} : { refused }),
        firstAt: Number(created_at),
        lastAt: Number(expires_at) - KEPT_MS,
      }));
    },

    /**
     * Remembers a network of a key, from which it was used, or refused for a reason. `new`: it is known of others and not of
     * this one; at most `most` of each kind are remembered.
     */
    async rememberNetwork(
      apiKey: Pick<ApiKey, 'id' | 'owner'>,
      { network, refused, id, now, most }: NewNetwork,
    ): Promise<'first' | 'known' | 'new'> {
      const expiresAt = now + KEPT_MS;
      const known: number = await db('api_key_networks').where({ id }).update({ expires_at: expiresAt });
      if (known > 0) return 'known';
      const kind = refused === undefined ? 'refused is null' : 'refused is not null';
      const row: { count: number | string } | undefined = await db('api_key_networks')
        .where({ api_key_id: apiKey.id })
        .whereRaw(kind)
        .count({ count: '*' })
        .first();
      const others = Number(row?.count ?? 0);
      if (others >= most) return 'known';
      const { user_id = null } = ownerColumns(apiKey.owner);
      const inserted = await db.hot<{ id: string }>(
        `insert into api_key_networks (id, api_key_id, user_id, network, refused, created_at, expires_at)
         select ?, api_keys.id, cast(? as text), ?, cast(? as text), cast(? as bigint), cast(? as bigint)
         from api_keys where api_keys.id = ? on conflict (id) do nothing returning id`,
        [id, user_id, network, refused ?? null, now, expiresAt, apiKey.id],
      );
      if (inserted.length === 0) return 'known';
      return others === 0 ? 'first' : 'new';
    },

    /** Whether somebody is to be told of a new network: true once in `everyMs`, of any number of callers. */
    async takeNetworkLetter(id: string, now: number, everyMs: number): Promise<boolean> {
      const taken: number = await db('api_keys')
        .where({ id })
        .where((older) => older.whereNull('network_told_at').orWhere('network_told_at', '<=', now - everyMs))
        .update({ network_told_at: now });
      return taken === 1;
    },

    /** Those of people that run out before `before`, and of which nobody was told yet: each is answered once. */
    async takeExpiring({ now, before, longLivedMs }: ExpiringWish): Promise<ApiKey[]> {
      const rows: { id: string }[] = await notOver(db, now)
        .whereNotNull('user_id')
        .where('expires_at', '<=', before)
        // What was made for a week is no news a week before its end.
        .whereRaw('expires_at - created_at > ?', [longLivedMs])
        .whereNull('expiry_told_at')
        .update({ expiry_told_at: now })
        .returning(['id']);
      return listByIds(rows);
    },
  };

  /** Keys whose rows have just been written. */
  async function listByIds(written: readonly { id: string }[]): Promise<ApiKey[]> {
    if (written.length === 0) return [];
    const ids = written.map(({ id }) => id);
    const rows: Row[] = await withIdentifier(db).whereIn('api_keys.id', ids);
    return rows.map(toApiKey);
  }
}

export type ApiKeyStore = ReturnType<typeof createApiKeyStore>;
export type Filter = { owner?: Owner | undefined; resourceServerId?: string | undefined };
type NewNetwork = { network: string; refused?: string | undefined; id: string; now: number; most: number };
type NetworkRow = { network: string; refused: string | null; created_at: number; expires_at: number };
type ExpiringWish = { now: number; before: number; longLivedMs: number };

const withIdentifier = (db: Database) =>
  db('api_keys')
    .join('resource_servers', 'resource_servers.id', 'api_keys.resource_server_id')
    .select([...QUALIFIED, 'resource_servers.identifier']);

const notOver = (db: Database, now: number) =>
  db('api_keys')
    .whereNull('ended_at')
    .where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', now));

async function countOf(db: Database, owner: Owner, now: number): Promise<number> {
  const row: { count: number | string } | undefined = await notOver(db, now)
    .where(ownerColumns(owner))
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}

/** Whoever makes another key of this owner waits until this transaction has ended. */
async function lock(inside: Database, owner: Owner): Promise<void> {
  if ('userId' in owner) await inside('users').where({ id: owner.userId }).forUpdate().first('id');
  else await inside('clients').where({ id: owner.clientId }).forUpdate().first('id');
}

function ownerColumns(owner: Owner): { user_id?: string; client_id?: string } {
  return 'userId' in owner ? { user_id: owner.userId } : { client_id: owner.clientId };
}

function columnsOf({ owner, resourceServerId }: Filter): Record<string, string> {
  return {
    ...(owner ? ownerColumns(owner) : {}),
    ...(resourceServerId === undefined ? {} : { resource_server_id: resourceServerId }),
  };
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    owner: row.user_id === null ? { clientId: row.client_id ?? '' } : { userId: row.user_id },
    resourceServerId: row.resource_server_id,
    resource: row.identifier,
    name: row.name,
    scopes: row.scope === '' ? [] : row.scope.split(' '),
    tier: row.tier,
    networks: JSON.parse(row.networks) as string[],
    ...(row.expires_at === null ? {} : { expiresAt: Number(row.expires_at) }),
    ...(row.ended_at === null ? {} : { ended: { at: Number(row.ended_at), by: row.ended_by ?? '' } }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: Number(row.last_used_at) }),
    ...(row.last_used_from === null ? {} : { lastUsedFrom: row.last_used_from }),
    createdAt: Number(row.created_at),
  };
}
