import { z } from 'zod';
import type { Clients } from '../clients/clients.ts';
import { clientUnknown } from '../clients/errors.ts';
import { asOption, type Deed, deedInvalid, defineDeed, pageFields, showPage } from '../deeds/deeds.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { lastUseInWords } from '../lib/held-key.ts';
import { toFacts } from '../lib/table.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import { reasonForAudit, type Users, userReference } from '../users/users.ts';
import type { ApiKey, ApiKeys, KeyNetwork, Owner } from './api-keys.ts';
import { apiKeyInvalid } from './errors.ts';

export type ApiKeyDeedsDeps = {
  apiKeys: ApiKeys;
  users: Pick<Users, 'getAny'>;
  clients: Pick<Clients, 'find'>;
  resourceServers: Pick<ResourceServers, 'get'>;
  clock: Clock;
};
type Deps = ApiKeyDeedsDeps;

const DAY_MS = 86_400_000;
const overlapError = 'must be from 0 to 7776000 seconds (90 days)';
const expiryError = 'must be from 1 to 3650 days';

const which = { key: asOption(z.string(), { value: 'id' }).describe('Its id: apk_….') };
const positionals = ['key'] as const;
const whose = {
  user: asOption(userReference.optional(), { value: 'id|email|username' }).describe('The person.'),
  client: asOption(z.string().optional(), { value: 'id' }).describe(
    'The service client, instead of a person.',
  ),
};
const resource = asOption(z.string(), { value: 'id|identifier' });

/** What can be done to API keys. One is named by its public id. */
export const apiKeyDeeds: readonly Deed<Deps>[] = [
  defineDeed('api-keys.create', {
    summary: 'Makes an API key for a person or a service, and prints it once.',
    input: z.strictObject({
      ...whose,
      resource: resource.describe('The API that it is for.'),
      scopes: asOption(z.array(z.string()).min(1, 'must be named'), { name: 'scope' }).describe(
        'A scope of the API that it may use; the owner must be allowed to use it.',
      ),
      tier: z
        .string()
        .optional()
        .describe('How often it may be used (apiKeys.tiers). Default: the first tier of the settings.'),
      name: z.string().default('API key').describe('What it is for, in a line.'),
      expiresInDays: asOption(z.int(expiryError).min(1, expiryError).max(3650, expiryError).optional(), {
        name: 'expires-in',
        value: 'days',
      }).describe('In how many days it expires. Default: never.'),
      networks: asOption(z.array(z.string()).optional(), { name: 'network', value: 'cidr' }).describe(
        'A network from which it may be used: 203.0.113.0/24. Default: any.',
      ),
    }),
    permission: 'api-keys:write',
    invalid: apiKeyInvalid,
    async run({ apiKeys, ...deps }: Deps, { user, client, expiresInDays, ...input }, by) {
      const { owner, called } = await ownerOf(deps, { user, client });
      const expiresAt = expiresInDays === undefined ? undefined : deps.clock.now() + expiresInDays * DAY_MS;
      return { ...(await apiKeys.create(owner, { ...input, expiresAt }, by)), called };
    },
    show: ({ apiKey, key }) => ({ ...toJson(apiKey), key }),
    command: {
      text: ({ apiKey, key, called }) =>
        toFacts([
          ['id', apiKey.id],
          ['owner', called],
          ['key', `${key}  (shown this once)`],
        ]),
    },
  }),
  defineDeed('api-keys.list', {
    summary: 'Lists API keys, oldest first, with those that ended in the last 30 days.',
    input: z.strictObject({
      ...whose,
      resource: resource.optional().describe('Only keys for this API.'),
      ...pageFields('id'),
    }),
    permission: 'api-keys:read',
    async run({ apiKeys, clock, ...deps }: Deps, { user, client, resource: named, ...page }) {
      const isAnybody = user === undefined && client === undefined;
      const { owner } = isAnybody ? {} : await ownerOf(deps, { user, client });
      const api = named === undefined ? undefined : await deps.resourceServers.get(named);
      return { page: await apiKeys.list({ ...page, owner, resourceServerId: api?.id }), now: clock.now() };
    },
    show: ({ page: { items, ...next } }) => ({ api_keys: items.map(toJson), ...next }),
    command: {
      text: ({ page, now }) =>
        showPage(page, {
          none: 'No API keys.',
          headings: ['ID', 'NAME', 'OWNER', 'API', 'TIER', 'STATE', 'LAST USED'],
          row: (apiKey) => [
            apiKey.id,
            apiKey.name,
            idOf(apiKey.owner),
            apiKey.resource,
            apiKey.tier,
            stateOf(apiKey, now),
            lastUseInWords(apiKey),
          ],
        }),
    },
  }),
  defineDeed('api-keys.show', {
    summary: 'Shows one API key: when it was used, how often, from where, and from where it was refused.',
    input: z.strictObject(which),
    permission: 'api-keys:read',
    async run({ apiKeys, clock }: Deps, { key: id }) {
      const { id: known } = await apiKeys.get(id);
      const uses = await apiKeys.usesOf(known);
      const networks = await apiKeys.networksOf(known);
      // Read after what was in memory is written.
      return { apiKey: await apiKeys.get(known), uses, networks, now: clock.now(), isTier: apiKeys.isTier };
    },
    show: ({ apiKey, uses, networks }) => ({
      ...toJson(apiKey),
      uses: uses.filter(({ used, refused }) => used + refused > 0),
      used_from: networks.filter(({ refused }) => refused === undefined).map(networkToJson),
      refused_from: networks.filter(({ refused }) => refused !== undefined).map(networkToJson),
    }),
    command: {
      positionals,
      text: ({ apiKey, uses, networks, now, isTier }) =>
        textOf(
          {
            ...toJson(apiKey),
            state: stateOf(apiKey, now),
            ...(isTier(apiKey.tier)
              ? {}
              : { tier: `${apiKey.tier} (not in the settings: the smallest applies)` }),
          },
          uses,
          networks,
        ),
    },
  }),
  defineDeed('api-keys.rotate', {
    summary: 'Makes a new key with the same id and prints it once. The old one keeps working for a while.',
    input: z.strictObject({
      ...which,
      overlapSeconds: z
        .int(overlapError)
        .min(0, overlapError)
        .max(7_776_000, overlapError)
        .default(86_400)
        .describe('How long the old one keeps working; 0 ends it at once.'),
    }),
    permission: 'api-keys:write',
    run: ({ apiKeys }: Deps, { key: id, ...overlap }, by) => apiKeys.rotate(id, overlap, by),
    show: ({ apiKey, key, olderEndsAt }) => ({
      ...toJson(apiKey),
      key,
      older_key_ends_at: toTime(olderEndsAt),
    }),
    command: {
      positionals,
      text: ({ apiKey, key, olderEndsAt }, { overlapSeconds }) =>
        toFacts([
          ['id', apiKey.id],
          ['key', `${key}  (shown this once)`],
          ['older key', overlapSeconds === 0 ? 'ended' : `works until ${toTime(olderEndsAt)}`],
        ]),
    },
  }),
  defineDeed('api-keys.revoke', {
    summary: 'Ends an API key at once. This cannot be undone.',
    input: z.strictObject({ ...which, reason: reasonForAudit }),
    permission: 'api-keys:write',
    run: ({ apiKeys }: Deps, { key: id, reason }, by) => apiKeys.revoke(id, by, { reason }),
    show: toJson,
    command: { positionals, text: ({ id, name }) => `${name} (${id}) has ended.` },
  }),
];

/** Throws `deeds.invalid` unless one of both is named, `users.unknown` and `clients.unknown`. */
async function ownerOf(
  { users, clients }: Pick<Deps, 'users' | 'clients'>,
  { user: named, client: clientId }: { user?: string | undefined; client?: string | undefined },
): Promise<{ owner: Owner; called: string }> {
  if ((named === undefined) === (clientId === undefined))
    throw deedInvalid({ problems: [{ field: 'user', why: 'or --client must be given, one of the two' }] });
  if (named !== undefined) {
    const user = await users.getAny(named);
    return { owner: { userId: user.id }, called: user.email };
  }
  const client = await clients.find(clientId ?? '');
  if (!client || client.isBuiltIn) throw clientUnknown({ id: clientId });
  return { owner: { clientId: client.id }, called: client.name };
}

const toTime = (at: number) => new Date(at).toISOString();
const idOf = (owner: Owner) => ('userId' in owner ? owner.userId : owner.clientId);

function stateOf({ ended, expiresAt }: ApiKey, now: number): string {
  if (ended) return `ended (${ended.by})`;
  if (expiresAt === undefined) return 'active';
  return expiresAt <= now ? 'expired' : `active until ${toTime(expiresAt).slice(0, 10)}`;
}

function toJson(apiKey: ApiKey): Record<string, unknown> {
  const { id, name, owner, resource: identifier, scopes, tier, networks, ended } = apiKey;
  const { createdAt, expiresAt, lastUsedAt, lastUsedFrom } = apiKey;
  const orNull = (at: number | undefined) => (at === undefined ? null : toTime(at));
  return {
    id,
    name,
    ...('userId' in owner ? { user_id: owner.userId } : { client_id: owner.clientId }),
    resource: identifier,
    scopes,
    tier,
    networks,
    created_at: toTime(createdAt),
    expires_at: orNull(expiresAt),
    last_used_at: orNull(lastUsedAt),
    last_used_from: lastUsedFrom ?? null,
    ended_at: orNull(ended?.at),
    ended_by: ended?.by ?? null,
  };
}

/** The last day is told to the day alone: more is not kept. */
function networkToJson({ network, refused, firstAt, lastAt }: KeyNetwork): Record<string, unknown> {
  return {
    network: network === '' ? null : network,
    ...defined({ reason: refused }),
    first_at: toTime(firstAt),
    last_on: toTime(lastAt).slice(0, 10),
  };
}

function networksInWords(networks: readonly KeyNetwork[]): string | undefined {
  const lines = networks.map(({ network, refused, firstAt, lastAt }) => {
    const why = refused === undefined ? '' : `${refused}; `;
    return `${network || 'unknown'} (${why}first ${toTime(firstAt)}, last on ${toTime(lastAt).slice(0, 10)})`;
  });
  return lines.join('\n') || undefined;
}

type Uses = readonly { day: string; used: number; refused: number }[];

function textOf(json: Record<string, unknown>, uses: Uses, networks: readonly KeyNetwork[]): string {
  const { ended_at: _, ended_by: __, ...facts } = defined(json);
  const sum = (days: number) =>
    uses
      .slice(-days)
      .reduce((all, { used, refused }) => [(all[0] ?? 0) + used, (all[1] ?? 0) + refused], [0, 0]);
  const told = ([used, refused]: number[]) => `${used}${refused ? `, ${refused} over the limit` : ''}`;
  return toFacts([
    ...Object.entries(facts).map(
      ([name, value]) =>
        [
          name,
          value === null ? undefined : Array.isArray(value) ? value.join('\n') || undefined : String(value),
        ] as const,
    ),
    ...(json.last_used_at === null && sum(uses.length).every((count) => count === 0)
      ? [['used', 'not used yet'] as const]
      : [['used today', told(sum(1))] as const, ['used in 30 days', told(sum(30))] as const]),
    ['used from', networksInWords(networks.filter(({ refused }) => refused === undefined))],
    ['refused from', networksInWords(networks.filter(({ refused }) => refused !== undefined))],
  ]);
}
