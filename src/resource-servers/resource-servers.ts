import type { Audit, EventData, EventDefinition } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { Keys } from '../keys/keys.ts';
import type { ChangedBy } from '../lib/actor.ts';
import { changesBetween } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { createReadCache } from '../lib/read-cache.ts';
import { isSecretOf } from '../lib/secret.ts';
import { isKey } from '../lib/text.ts';
import { mintSecret } from '../secrets/secrets.ts';
import { resourceServerConflict, resourceServerTaken, resourceServerUnknown } from './errors.ts';
import {
  introspectionEnded,
  introspectionRotated,
  resourceServerCreated,
  resourceServerDeleted,
  resourceServerUpdated,
} from './events.ts';
import { identifierKey } from './identifier.ts';
import {
  type ResourceServer,
  type ResourceServerChanges,
  type ResourceServerInput,
  register,
  registerAgain,
  valuesOf,
} from './registration.ts';
import { createResourceServerStore, sweptResourceServers } from './store.ts';

export type { ResourceServer } from './registration.ts';

export type ResourceServersDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  /** Makes the keys of an algorithm, before a resource server says that its tokens are signed with it. */
  keys: Pick<Keys, 'ensure'>;
  /** Scopes that ask for claims of people, beside those of OpenID Connect: none of an API's. */
  scopesOfPeople?: readonly string[];
};
export type ResourceServers = ReturnType<typeof createResourceServers>;

/** Only when it still is of this version. Absent: whatever it is. */
type OfVersion = { version?: number | undefined };

const CACHE_MS = 1000;
const SECRETS = { inWords: ['introspectionSecret'] };

export function createResourceServers({ db, clock, audit, keys, scopesOfPeople = [] }: ResourceServersDeps) {
  const store = createResourceServerStore(db);
  const cache = createReadCache<ResourceServer>({ clock, ttlMs: CACHE_MS });
  const listCache = createReadCache<ResourceServer[]>({ clock, ttlMs: CACHE_MS });

  return {
    /** Its rows that run out. */
    sweeps: sweptResourceServers,

    /** By its identifier, compared exactly. Read at most one second ago, like the two below. */
    async find(identifier: string): Promise<ResourceServer | undefined> {
      return await read({ identifier });
    },

    async findByIntrospectionId(id: string): Promise<ResourceServer | undefined> {
      return await read({ introspection_id: id });
    },

    async findByAudience(audience: string): Promise<ResourceServer | undefined> {
      return await read({ audience });
    },

    /** By its own id (`rs_…`) or its identifier, fresh from the database. Throws `resource_servers.unknown`. */
    async get(idOrIdentifier: string): Promise<ResourceServer> {
      if (!isKey(idOrIdentifier)) throw resourceServerUnknown();
      const now = clock.now();
      const found =
        (await store.find({ id: idOrIdentifier }, now)) ??
        (await store.find({ identifier: idOrIdentifier }, now));
      if (!found) throw resourceServerUnknown();
      return found;
    },

    /** Oldest first. Throws `resource_servers.unknown` for `after`. */
    async list({ limit, after }: PageWish): Promise<Page<ResourceServer>> {
      const last = after === undefined ? undefined : (await this.get(after)).id;
      return pageOf(await store.listPage({ limit: limit + 1, after: last }, clock.now()), limit);
    },

    /** The names of all scopes of all resource servers, each once. Read at most one second ago. */
    async allScopes(): Promise<string[]> {
      const all = await readAll();
      return [...new Set(all.flatMap((resourceServer) => resourceServer.scopes.map(({ name }) => name)))];
    },

    /** Those for which people make API keys by themselves. Read at most one second ago. */
    async listWithOwnKeys(): Promise<ResourceServer[]> {
      return (await readAll()).filter(({ apiKeys }) => apiKeys === 'self-service');
    },

    /**
     * The registered identifier that this is, or is another spelling of (`identifierKey`). Read at most one second ago,
     * all by one statement: anybody may name hundreds in one request.
     */
    async findSpelling(identifier: string): Promise<string | undefined> {
      if (!isKey(identifier)) return undefined;
      const all = (await readAll()).map((each) => each.identifier);
      if (all.includes(identifier)) return identifier;
      const key = identifierKey(identifier);
      return all.find((each) => identifierKey(each) === key);
    },

    /** Throws `resource_servers.invalid` and `resource_servers.taken`. The secret is known only now. */
    async create(
      input: ResourceServerInput,
      by: ChangedBy,
      { introspection = false }: { introspection?: boolean } = {},
    ): Promise<{ resourceServer: ResourceServer; introspectionSecret?: string }> {
      const now = clock.now();
      const fresh = {
        id: createId('rs'),
        ...register(input, scopesOfPeople),
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await refuseSpelling(fresh);
      await keys.ensure(fresh.signingAlg);
      const minted = introspection ? { id: createId('rsi'), ...mintSecret(now) } : undefined;
      const isInserted = await store.insert(fresh, minted && { id: minted.id, secret: minted.stored });
      forget();
      if (!isInserted) throw resourceServerTaken();
      await record(
        resourceServerCreated,
        fresh,
        by,
        changesBetween({}, { ...valuesOf(fresh), ...(minted && { introspectionSecret: 1 }) }, SECRETS),
      );
      if (!minted) return { resourceServer: fresh };
      const { id, secret, stored } = minted;
      const resourceServer = { ...fresh, introspection: { id, secretHashes: [stored.secretHash] } };
      return { resourceServer, introspectionSecret: secret };
    },

    /**
     * Throws `resource_servers.unknown`, `resource_servers.invalid` and `resource_servers.taken`, and
     * `resource_servers.conflict` when it is of another version than `version`.
     */
    async update(
      id: string,
      changes: ResourceServerChanges,
      by: ChangedBy,
      { version }: OfVersion = {},
    ): Promise<ResourceServer> {
      if (!isKey(id)) throw resourceServerUnknown();
      if (changes.signingAlg) await keys.ensure(changes.signingAlg);
      const updated = await store.update(
        id,
        clock.now(),
        (before) => registerAgain(before, changes, scopesOfPeople),
        version,
      );
      forget();
      if (updated === 'taken') throw resourceServerTaken();
      if (!updated) throw resourceServerUnknown();
      if (updated === 'conflict') throw resourceServerConflict({ id, version: (await this.get(id)).version });
      const { before, after } = updated;
      await record(resourceServerUpdated, after, by, {
        fields: Object.keys(changes),
        ...changesBetween(valuesOf(before), valuesOf(after)),
        version: after.version,
      });
      return after;
    },

    /** Throws `resource_servers.unknown` and `resource_servers.conflict`. Tokens that were issued for it expire by themselves. */
    async delete(id: string, by: ChangedBy, { version }: OfVersion = {}): Promise<void> {
      const before = isKey(id) ? await store.find({ id }, clock.now()) : undefined;
      const isDeleted = before !== undefined && (await store.delete(id, version));
      forget();
      const left = isDeleted || version === undefined ? undefined : await store.find({ id }, clock.now());
      if (left) throw resourceServerConflict({ id, version: left.version });
      if (!isDeleted) throw resourceServerUnknown();
      await record(resourceServerDeleted, before, by, changesBetween(valuesOf(before), {}));
    },

    /**
     * Introspection credentials: the first ones, or a new secret beside the older one, which works on for
     * `overlapSeconds`. Throws `resource_servers.unknown`.
     */
    async rotateIntrospectionSecret(
      id: string,
      { overlapSeconds }: { overlapSeconds: number },
      by: ChangedBy,
    ): Promise<{ introspectionId: string; introspectionSecret: string }> {
      if (!isKey(id)) throw resourceServerUnknown();
      const now = clock.now();
      const before = await store.find({ id }, now);
      const { secret, stored } = mintSecret(now);
      const introspectionId = await store.rotateIntrospectionSecret(
        id,
        createId('rsi'),
        stored,
        now + overlapSeconds * 1000,
      );
      forget();
      if (introspectionId === undefined) throw resourceServerUnknown();
      await record(introspectionRotated, { id: id as ResourceServer['id'] }, by, {
        overlapSeconds,
        ...changesBetween(
          { introspectionSecret: before?.introspection?.id },
          { introspectionSecret: 1 },
          SECRETS,
        ),
      });
      return { introspectionId, introspectionSecret: secret };
    },

    /** Takes the introspection credentials away. Throws `resource_servers.unknown`. */
    async endIntrospection(id: string, by: ChangedBy): Promise<void> {
      const isEnded = isKey(id) && (await store.endIntrospection(id, clock.now()));
      forget();
      if (!isEnded) throw resourceServerUnknown();
      await record(introspectionEnded, { id: id as ResourceServer['id'] }, by, {
        ...changesBetween({ introspectionSecret: 1 }, {}, SECRETS),
      });
    },

    /** Whether this is one of its introspection secrets, in a time that does not tell how near it came. */
    isSecret(resourceServer: Pick<ResourceServer, 'introspection'>, presented: string): boolean {
      return isSecretOf(resourceServer.introspection?.secretHashes ?? [], presented);
    },
  };

  async function read(
    by: { identifier: string } | { introspection_id: string } | { audience: string },
  ): Promise<ResourceServer | undefined> {
    const [[column, value] = ['', '']] = Object.entries(by);
    if (!isKey(value)) return undefined;
    return await cache.read(`${column} ${value}`, () => store.find(by, clock.now()));
  }

  /** Two that differ in their spelling alone would be asked for by the same words. */
  async function refuseSpelling({
    id,
    identifier,
  }: Pick<ResourceServer, 'id' | 'identifier'>): Promise<void> {
    const others = (await store.list(clock.now())).filter((other) => other.id !== id);
    const key = identifierKey(identifier);
    if (others.some((other) => identifierKey(other.identifier) === key)) throw resourceServerTaken();
  }

  async function readAll(): Promise<ResourceServer[]> {
    return (await listCache.read('all', () => store.list(clock.now()))) ?? [];
  }

  function forget(): void {
    cache.clear();
    listCache.clear();
  }

  async function record(
    event: EventDefinition,
    { id }: Pick<ResourceServer, 'id'>,
    by: ChangedBy,
    detail: EventData = {},
  ): Promise<void> {
    await audit.record(event, {
      outcome: 'success',
      ...by,
      detail: { resourceServerId: id, ...detail },
    });
  }
}
