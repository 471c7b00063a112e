import {
  errors,
  type FindAccount,
  type KoaContextWithOIDC,
  type Client as LibraryClient,
} from 'oidc-provider';
import {
  type ApiKey,
  type ApiKeys,
  type Refusal,
  rateLimitFields,
  readKey,
} from '../../api-keys/api-keys.ts';
import { API_KEYS_CLIENT_ID } from '../../clients/clients.ts';
import { requestInfo } from '../../http/request.ts';
import type { ResourceServer, ResourceServers } from '../../resource-servers/resource-servers.ts';
import { settingsOf } from '../grants.ts';
import { API_KEY_CLAIM } from '../introspection.ts';
import { lifetimes } from '../lifetimes.ts';
import { NOTHING_PERMITTED } from '../permitted.ts';
import {
  type ExchangedToken,
  type ExchangeKind,
  type ExchangingClient,
  refusedToken,
  TOKEN_EXCHANGE,
} from './token-exchange.ts';

export type ApiKeyExchangeDeps = {
  issuer: string;
  apiKeys: Pick<ApiKeys, 'look' | 'use'>;
  resourceServers: Pick<ResourceServers, 'findSpelling'>;
  findAccount: FindAccount;
  /** How long access tokens live by the operator's word. */
  accessTokenSeconds: number;
  now(): number;
};

const KIND = 'api-key';
const PUBLIC_ID = /^apk_[0-9a-hjkmnp-tv-z]{24}$/;

/** Whether a `client_id` is the public id of an API key, by its form alone: no id that is chosen for a client has it. */
export const kindOfHolder = (id: string): string | undefined => (PUBLIC_ID.test(id) ? KIND : undefined);

/** A key that is good for something, and whose tokens it gives: the service's own, or our client for those of people. */
type Held = {
  apiKey: ApiKey;
  presented: string;
  api: ResourceServer;
  /** What its owner may do of it now. */
  permitted: readonly string[];
  client: LibraryClient;
};

/**
 * An API key for a JWT of five minutes, for whoever holds the key: `client_id` is its public id, and nothing but the key is
 * secret. So an API takes keys by what it knows already, the JWT. What counts against the tier is the exchange.
 */
export function createApiKeyExchange(deps: ApiKeyExchangeDeps): ExchangeKind<Held> {
  const { issuer, apiKeys, resourceServers, findAccount } = deps;
  return {
    subjectTokenType: `${issuer}/token-type/api-key`,

    mayExchange: ({ gatehouse }) => gatehouse?.exchanges === KIND,

    async findSubject(ctx, presented) {
      const id = readKey(presented)?.id;
      if (id === undefined) throw refusedToken('the API key is malformed');
      // Before it is looked for: the holder of one key learns nothing about another.
      if (id !== (ctx.oidc.client as ExchangingClient | undefined)?.clientId)
        throw refusedToken('the API key has another public id');
      const verdict = await apiKeys.look(presented, { address: requestInfo(ctx).address });
      if (!verdict.isActive) throw refusalOf(verdict.why);
      const { apiKey, api, scopes } = verdict;
      const client = await findClient(ctx, apiKey);
      if (!client) throw refusalOf('owner_disabled');
      return { apiKey, presented, api, permitted: scopes, client };
    },

    async findTarget(_ctx, { api }, { resources, audiences }) {
      const others = resources.filter((named) => named !== api.identifier);
      // RFC 8693 §2.1: `audience` is a name that both know, so the identifier does as well as the `aud`.
      for (const named of audiences)
        if (named !== api.audience && (await resourceServers.findSpelling(named)) !== api.identifier)
          others.push(named);
      if (others.length > 0) throw new errors.InvalidTarget('the API key is for another resource');
      return api;
    },

    async findScopes(_ctx, { subject: { apiKey, permitted }, asked }) {
      const outside = asked?.find((name) => !apiKey.scopes.includes(name));
      if (outside !== undefined)
        throw new errors.InvalidScope('the API key does not have the scope', outside);
      const scopes = asked ? permitted.filter((name) => asked.includes(name)) : permitted;
      if (scopes.length === 0 && asked?.length !== 0)
        throw new errors.InvalidScope(NOTHING_PERMITTED, (asked ?? apiKey.scopes).join(' '));
      return scopes;
    },

    async issue(ctx, { subject, scopes }) {
      const { apiKey, presented } = subject;
      const used = await apiKeys.use(presented, { address: requestInfo(ctx).address });
      if (used.counted) ctx.set(rateLimitFields(used.counted));
      // Else it ended meanwhile.
      if (!used.isActive) throw used.why === 'rate_limited' ? usedUp() : refusalOf(used.why);
      return {
        claims: { [API_KEY_CLAIM]: apiKey.id, tier: apiKey.tier },
        token: makeToken(ctx, subject, scopes, secondsOf(subject, deps)),
      };
    },
  };

  async function findClient(ctx: KoaContextWithOIDC, { owner }: ApiKey): Promise<LibraryClient | undefined> {
    const { Client } = ctx.oidc.provider;
    if ('clientId' in owner) return await Client.find(owner.clientId);
    return (await findAccount(ctx, owner.userId)) && (await Client.find(API_KEYS_CLIENT_ID));
  }
}

/** Whether tokens that were exchanged for a key are still good, as far as the key says it. */
export function isKeyGood(apiKey: ApiKey | undefined, now: number): boolean {
  return apiKey !== undefined && !apiKey.ended && (apiKey.expiresAt ?? now + 1) > now;
}

/** RFC 9068: of a person as if they had signed in, of a service as if it had asked with its credentials. Never stored. */
function makeToken(
  { oidc: { provider } }: KoaContextWithOIDC,
  { apiKey: { owner }, api, client }: Held,
  scopes: readonly string[],
  expiresIn: number,
): ExchangedToken['token'] {
  const { AccessToken, ClientCredentials, ResourceServer: Target } = provider;
  const scope = scopes.join(' ');
  const resourceServer = new Target(api.identifier, {
    scope,
    audience: api.audience,
    // Also for an API that takes opaque tokens: it introspects, and a JWT of ours is introspected like those.
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: api.signingAlg } },
  });
  const made = { client, scope: scope || undefined, resourceServer, expiresIn };
  if ('clientId' in owner) return new ClientCredentials(made);
  // There is no grant: the key stands for it (`introspection.ts`).
  const ofPerson = { ...made, accountId: owner.userId, gty: TOKEN_EXCHANGE };
  return new AccessToken(ofPerson as unknown as ConstructorParameters<typeof AccessToken>[0]);
}

/** Five minutes, less where the API, the client or the operator says less, and never longer than the key. */
function secondsOf({ apiKey, api, client }: Held, { accessTokenSeconds, now }: ApiKeyExchangeDeps): number {
  const left = apiKey.expiresAt === undefined ? Infinity : Math.ceil((apiKey.expiresAt - now()) / 1000);
  const wished = api.accessTokenTtlSeconds ?? settingsOf(client).accessTokenTtlSeconds ?? accessTokenSeconds;
  return Math.max(1, Math.min(lifetimes.exchangedTokenSeconds, wished, left));
}

function refusalOf(why: Refusal): Error {
  if (why === 'no_scope') return new errors.InvalidScope(NOTHING_PERMITTED, '');
  return refusedToken(WORDS[why] ?? WORDS.unknown);
}

/** To the operator; `refusals/token-exchange.ts` knows them. */
const WORDS = {
  unknown: 'the API key is unknown',
  revoked: 'the API key was ended',
  expired: 'the API key has expired',
  owner_disabled: 'the owner of the API key is disabled or gone',
  network: 'the API key may not be used from this address',
} as Readonly<Partial<Record<Refusal, string>> & { unknown: string }>;

/**
 * RFC 6585 §4 with an OAuth error in its body (RFC 6749 §5.2 leaves other statuses open): what retries by itself knows 429
 * and `Retry-After`, and none of the codes for 400 says that the same request will do later.
 */
function usedUp(): Error {
  const error = new errors.CustomOIDCProviderError('slow_down', 'the API key is used up for now');
  return Object.assign(error, { status: 429, statusCode: 429 });
}
