import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import { isForeignKeyViolation } from '../database/errors.ts';
import type { Redis } from '../database/redis/redis.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import { type ChangedBy, SYSTEM } from '../lib/actor.ts';
import { changesBetween } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import type { Job } from '../lib/job.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { sha256 } from '../lib/secret.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { ResourceServer, ResourceServers } from '../resource-servers/resource-servers.ts';
import { type Held, permittedAt, type Roles } from '../roles/roles.ts';
import { mintSecret } from '../secrets/secrets.ts';
import type { Users } from '../users/users.ts';
import type { ApiKeysConfig, Tier } from './config.ts';
import { createCounting } from './counting/counting.ts';
import { sweptCounts } from './counting/store.ts';
import { apiKeyEnded, apiKeyInvalid, apiKeyTooMany, apiKeyUnknown } from './errors.ts';
import {
  apiKeyCreated,
  apiKeyFirstUsed,
  apiKeyNewNetwork,
  apiKeyRefused,
  apiKeyRevoked,
  apiKeyRotated,
} from './events.ts';
import { mintKey, readKey } from './key-text.ts';
import { createLetters } from './letters.ts';
import { type ApiKeyInput, problemsOf } from './registration.ts';
import { createApiKeyRoutes } from './routes.ts';
import {
  type ApiKey,
  createApiKeyStore,
  type Filter,
  type KeyNetwork,
  type Owner,
  type Presented,
  sweptApiKeys,
} from './store.ts';
import { createUses, DAY_MS } from './uses.ts';
import { type Refusal, refusalOf, type Verdict, type Wish } from './verdict.ts';

export { type Counted, rateLimitFields } from './counting/counting.ts';
export { KEY_MARK, readKey } from './key-text.ts';
export type { ApiKeyInput } from './registration.ts';
export type { ApiKey, KeyNetwork, Owner } from './store.ts';
export type { Refusal, Verdict, Wish } from './verdict.ts';

export type ApiKeysDeps = {
  db: Database;
  redis: Redis | undefined;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  users: Pick<Users, 'find'>;
  clients: Pick<Clients, 'find'>;
  resourceServers: Pick<ResourceServers, 'find' | 'findByIntrospectionId' | 'get' | 'isSecret'>;
  rateLimit: Pick<RateLimit, 'hit'>;
  roles: Pick<Roles, 'read'>;
  mail: Pick<Mail, 'send'>;
  metrics: Pick<Metrics, 'count'>;
  config: { issuer: string; apiKeys: ApiKeysConfig; i18n: { defaultLocale: string } };
};
export type ApiKeys = ReturnType<typeof createApiKeys>;

/** Rows of what is over are kept for a month, so that it can be seen why. */
const KEPT_MS = 30 * DAY_MS;
const MOST_OF_OWNER = 100;
const FLUSH_MS = 5_000;
const EXPIRING_MS = 7 * DAY_MS;
/** Refusals that whoever holds the key should not meet. */
const TELLING: readonly Refusal[] = ['revoked', 'expired', 'owner_disabled', 'network', 'rate_limited'];

/** Keys with which programs of people, and services, call an API without OAuth. */
export function createApiKeys(deps: ApiKeysDeps) {
  const { db, clock, audit, users, clients, resourceServers, roles, metrics, config } = deps;
  const store = createApiKeyStore(db);
  const counting = createCounting(deps);
  const letters = createLetters(deps);
  const uses = createUses({ store, clock, onNewNetwork, onRefused, tellOwner });

  return {
    /** Its addresses, its rows that run out, what the person's export tells of them, and what comes round. */
    routes: createApiKeyRoutes({ ...deps, apiKeys: { use, endLeaked } }),
    sweeps: [...sweptApiKeys, sweptCounts],
    personalData: {
      api_keys: [
        'id',
        'name',
        'scope',
        'tier',
        'networks',
        'expires_at',
        'ended_at',
        'last_used_at',
        'last_used_from',
        'created_at',
      ],
      api_key_networks: ['api_key_id', 'network', 'refused', 'created_at', 'expires_at'],
    } satisfies PersonalData,
    jobs: [
      { everyMs: FLUSH_MS, run: uses.flush, failure: 'The uses of API keys could not be written' },
      { everyMs: 600_000, run: tellExpiring, failure: 'Owners of API keys could not be told of their end' },
    ] satisfies Job[],

    /** The names of the tiers, as they are configured. */
    tiers: Object.keys(config.apiKeys.tiers),

    /** Whether the settings have this tier. Keys of one that they have not any more have the smallest. */
    isTier: (name: string): boolean => Object.hasOwn(config.apiKeys.tiers, name),

    /**
     * Makes a key. `key` is shown now and never again. Throws `api_keys.invalid`, `api_keys.too_many` and
     * `resource_servers.unknown`.
     */
    async create(
      owner: Owner,
      { resource, ...input }: ApiKeyInput,
      by: ChangedBy,
    ): Promise<{ apiKey: ApiKey; key: string }> {
      const api = await resourceServers.get(resource);
      const now = clock.now();
      const offered = await offeredTo(owner, api);
      const problems = problemsOf(input, { api, offered, tiers: this.tiers, now });
      if (problems.length > 0) throw apiKeyInvalid({ problems });
      const { name, scopes, tier = this.tiers[0] ?? '', networks = [], expiresAt } = input;
      const id = createId('apk');
      const { secret: key, stored } = mintSecret(now, mintKey(id));
      const apiKey: ApiKey = {
        id,
        owner,
        resourceServerId: api.id,
        resource: api.identifier,
        name,
        scopes: [...new Set(scopes)],
        tier,
        networks,
        ...defined({ expiresAt }),
        createdAt: now,
      };
      const removedAt = expiresAt === undefined ? undefined : expiresAt + KEPT_MS;
      const isMade = await orOwnerGone(() =>
        store.insert(apiKey, stored, { most: MOST_OF_OWNER, removedAt }),
      );
      if (!isMade) throw apiKeyTooMany({ most: MOST_OF_OWNER });
      await audit.record(apiKeyCreated, {
        outcome: 'success',
        ...by,
        ...owner,
        detail: {
          apiKeyId: id,
          resourceServerId: api.id,
          ...changesBetween({}, { ...toldOf(apiKey), key: 1 }, { inWords: ['key'] }),
        },
      });
      await letters.made(apiKey, by.request);
      return { apiKey, key };
    },

    /** Throws `api_keys.unknown`. */
    async get(id: string): Promise<ApiKey> {
      return (await find(id)) ?? unknown();
    },

    find,

    /** Oldest first. Throws `api_keys.unknown` for `after`. */
    async list({ limit, after, ...filter }: PageWish & Filter): Promise<Page<ApiKey>> {
      const last = after === undefined ? undefined : (await this.get(after)).id;
      return pageOf(await store.listPage({ limit: limit + 1, after: last, ...filter }), limit);
    },

    /** Newest first, with those that ended in the last month. */
    listOf: (owner: Owner): Promise<ApiKey[]> => store.listOf(owner),

    /** Those that are not over, newest first. */
    async listActive(owner: Owner): Promise<ApiKey[]> {
      const now = clock.now();
      return (await store.listOf(owner)).filter(
        ({ ended, expiresAt }) => !ended && (expiresAt ?? now + 1) > now,
      );
    },

    /** How many of an API are not over. */
    countAt: (resourceServerId: string): Promise<number> => store.countAt(resourceServerId, clock.now()),

    /** How often it was used, by the day (UTC, `2026-11-29`), today last. */
    usesOf: uses.listDays,

    /** From where it was used, and from where it was refused and why, in the last 90 days; the last one first. */
    async networksOf(id: string): Promise<KeyNetwork[]> {
      await uses.flush();
      return await store.listNetworks(id);
    },

    /** Writes what is only in memory yet. */
    flush: uses.flush,

    /** Of an API's scopes those that somebody may give a key. */
    offeredTo,

    /**
     * Another secret for the same key; the older one works on for `overlapSeconds`. Throws `api_keys.unknown` and
     * `api_keys.ended`.
     */
    async rotate(
      id: string,
      { overlapSeconds }: { overlapSeconds: number },
      by: ChangedBy,
    ): Promise<{ apiKey: ApiKey; key: string; olderEndsAt: number }> {
      const apiKey = await this.get(id);
      const now = clock.now();
      const { secret: key, stored } = mintSecret(now, mintKey(apiKey.id));
      const olderEndsAt = now + overlapSeconds * 1000;
      if (!(await store.rotate(apiKey.id, stored, olderEndsAt))) throw apiKeyEnded();
      await audit.record(apiKeyRotated, {
        outcome: 'success',
        ...by,
        ...apiKey.owner,
        detail: {
          apiKeyId: apiKey.id,
          resourceServerId: apiKey.resourceServerId,
          overlapSeconds,
          ...changesBetween({ key: 1 }, { key: 2 }, { inWords: ['key'] }),
        },
      });
      return { apiKey, key, olderEndsAt };
    },

    /** Ends one for ever. Throws `api_keys.unknown` and `api_keys.ended`. */
    async revoke(
      id: string,
      by: ChangedBy,
      { reason }: { reason?: string | undefined } = {},
    ): Promise<ApiKey> {
      const apiKey = await this.get(id);
      const [ended] = await end({ id: apiKey.id }, 'revoked', by, reason);
      if (!ended) throw apiKeyEnded();
      return ended;
    },

    /** Ends the one that somebody has found. Says nothing: whether there was one is nobody's business. */
    endLeaked,

    /** Ends all of a person or a service. `since`: those that were made or rotated after it. For `access/` alone. */
    async endAllOf(owner: Owner | { userId: string; since: number }, cause: string): Promise<number> {
      return (await end(owner, cause, SYSTEM)).length;
    },

    /** Ends those of a person that may do less than they were made for. For `access/` alone. */
    async endUnpermitted(userId: string, cause: string): Promise<number> {
      const ids: string[] = []; // at most MOST_OF_OWNER and what ended lately
      for (const { id, ended, resource, owner, scopes } of await store.listOf({ userId })) {
        const api = ended ? undefined : await resourceServers.find(resource);
        if (!api) continue;
        const left = (await offeredTo(owner, api)) ?? [];
        if (scopes.some((scope) => !left.includes(scope))) ids.push(id);
      }
      if (ids.length === 0) return 0;
      return (await end({ ids }, cause, SYSTEM)).length;
    },

    /** Who is behind a key and what they may, without counting. */
    async look(presented: string, wish: Wish = {}): Promise<Verdict> {
      return noted(await judge(presented, wish), wish);
    },

    /** The same, counted against the tier: of any number of calls at once no more are active than it allows. */
    use,
  };

  async function endLeaked(presented: string, by: ChangedBy): Promise<void> {
    const found = await findPresented(presented);
    if (found && !found.apiKey.ended) await end({ id: found.apiKey.id }, 'leaked', by);
  }

  async function use(presented: string, wish: Wish = {}): Promise<Verdict> {
    const verdict = await judge(presented, wish);
    const told = noted(verdict.isActive ? await count(verdict, wish) : verdict, wish);
    metrics.count('gatehouse_api_keys_uses_total', { outcome: told.isActive ? 'active' : told.why });
    return told;
  }

  /** Whoever looks for a leak looks for these, too. What a key may not do is no sign of one. */
  function noted(verdict: Verdict, { address }: Wish): Verdict {
    if (verdict.isActive || !verdict.apiKey || !TELLING.includes(verdict.why)) return verdict;
    // Nor is an API that does not say where the key came from, as introspection never does (RFC 7662).
    if (verdict.why === 'network' && address === undefined) return verdict;
    uses.noteRefusal(verdict.apiKey, verdict.why, address);
    return verdict;
  }

  async function find(id: string): Promise<ApiKey | undefined> {
    return /^apk_[\da-z]{24}$/.test(id) ? await store.find(id) : undefined;
  }

  async function findPresented(presented: string): Promise<Presented | undefined> {
    return readKey(presented) ? await store.findPresented(sha256(presented), clock.now()) : undefined;
  }

  async function judge(presented: string, wish: Wish): Promise<Verdict> {
    const found = await findPresented(presented);
    if (!found) return { isActive: false, why: 'unknown' };
    const { apiKey } = found;
    const why = refusalOf(found, wish, clock.now());
    // Nothing is told of a key to who asks for another API.
    if (why === 'unknown') return { isActive: false, why };
    if (why) return { isActive: false, why, apiKey };
    const api = await resourceServers.find(apiKey.resource);
    if (!api) return { isActive: false, why: 'unknown' };
    const held = await roles.read(apiKey.owner, api.id);
    const offered = await offeredTo(apiKey.owner, api, held);
    if (!offered) return { isActive: false, why: 'owner_disabled', apiKey };
    const scopes = apiKey.scopes.filter((scope) => offered.includes(scope));
    if (scopes.length === 0 && apiKey.scopes.length > 0) return { isActive: false, why: 'no_scope', apiKey };
    if (wish.scopes?.some((scope) => !scopes.includes(scope)))
      return { isActive: false, why: 'scope', apiKey };
    return { isActive: true, apiKey, api, scopes, roles: held.roles };
  }

  async function count(verdict: Verdict & { isActive: true }, { address }: Wish): Promise<Verdict> {
    const { apiKey } = verdict;
    const counted = await counting.take(apiKey.id, tierOf(apiKey.tier));
    uses.note(apiKey, { isRefused: !counted.isCounted, address });
    if (counted.isCounted) return { ...verdict, counted };
    return { isActive: false, why: 'rate_limited', apiKey, counted };
  }

  /** A tier that the settings have no more is no reason to stop, nor to let anybody in without limits. */
  function tierOf(name: string): Tier {
    const { tiers } = config.apiKeys;
    const [smallest] = Object.values(tiers).sort((left, right) => left.perMinute - right.perMinute);
    return (Object.hasOwn(tiers, name) ? tiers[name] : smallest) as Tier;
  }

  /** Of an API's scopes those that somebody may have; `undefined` of who can have no key. */
  async function offeredTo(owner: Owner, api: ResourceServer, known?: Held): Promise<string[] | undefined> {
    const all = api.scopes.map(({ name }) => name);
    const held = known ?? (await roles.read(owner, api.id));
    if ('userId' in owner) {
      // Of a key that is used, its own statement has looked.
      const person = known ? undefined : await users.find(owner.userId);
      return known || (person && person.disabledAt === undefined) ? permittedAt(api, all, held) : undefined;
    }
    const client = await clients.find(owner.clientId);
    if (!client || client.isBuiltIn || client.disabledAt !== undefined) return undefined;
    if (!client.metadata.grant_types.includes('client_credentials')) return undefined;
    const mayAsk = client.metadata.scope === undefined ? undefined : client.metadata.scope.split(' ');
    const asked = mayAsk ? all.filter((name) => mayAsk.includes(name)) : all;
    return permittedAt(api, asked, held);
  }

  async function end(
    which: Parameters<typeof store.end>[0],
    cause: string,
    by: ChangedBy,
    reason?: string,
  ): Promise<ApiKey[]> {
    const now = clock.now();
    const ended = await store.end(which, { at: now, by: cause, removedAt: now + KEPT_MS });
    for (const { id, owner, resourceServerId, ...apiKey } of ended)
      await audit.record(apiKeyRevoked, {
        outcome: 'success',
        ...by,
        ...owner,
        detail: {
          apiKeyId: id,
          resourceServerId,
          cause,
          ...defined({ reason }),
          ...changesBetween(toldOf(apiKey), {}),
        },
      });
    return ended;
  }

  async function onNewNetwork(
    { id: apiKeyId, owner, resourceServerId }: ApiKey,
    network: string,
    { isFirst }: { isFirst: boolean },
  ): Promise<void> {
    await audit.record(isFirst ? apiKeyFirstUsed : apiKeyNewNetwork, {
      outcome: 'success',
      ...SYSTEM,
      ...owner,
      network,
      detail: { apiKeyId, resourceServerId },
    });
  }

  /** The audit has each network; a letter tells of one a day. */
  async function tellOwner(apiKey: ApiKey, network: string): Promise<void> {
    if (await store.takeNetworkLetter(apiKey.id, clock.now(), DAY_MS))
      await letters.newNetwork(apiKey, network);
  }

  async function onRefused(
    { id: apiKeyId, owner, resourceServerId }: ApiKey,
    network: string,
    why: Refusal,
  ): Promise<void> {
    await audit.record(apiKeyRefused, {
      outcome: 'refused',
      ...SYSTEM,
      ...owner,
      ...(network === '' ? {} : { network }),
      detail: { apiKeyId, resourceServerId, why },
    });
  }

  /** Each of them once, by whichever node comes first. */
  async function tellExpiring(): Promise<void> {
    const now = clock.now();
    const wish = { now, before: now + EXPIRING_MS, longLivedMs: EXPIRING_MS };
    for (const apiKey of await store.takeExpiring(wish)) await letters.expiring(apiKey);
  }
}

/** The tiers that keys name and the settings do not: for who looks at an installation that is not running. */
export async function listUnknownTiers(
  db: Database,
  { tiers, now }: { tiers: readonly string[]; now: number },
): Promise<string[]> {
  return (await createApiKeyStore(db).listTiers(now)).filter((name) => !tiers.includes(name));
}

/** What the audit tells of a key: nothing that names a person, and nothing that opens. */
function toldOf({
  scopes,
  tier,
  expiresAt,
  networks,
}: Pick<ApiKey, 'scopes' | 'tier' | 'expiresAt' | 'networks'>): Record<string, unknown> {
  return { scopes: [...scopes].sort(), tier, expiresAt, networks: networks.length };
}

/** Its owner, or its API, may go in the moment in which it is written. */
async function orOwnerGone<Answer>(write: () => Promise<Answer>): Promise<Answer> {
  try {
    return await write();
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw apiKeyInvalid({ problems: [{ field: 'owner', why: 'or the resource server is gone' }] });
  }
}

function unknown(): never {
  throw apiKeyUnknown();
}
