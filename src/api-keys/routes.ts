import { isIP } from 'node:net';
import { z } from 'zod';
import { plainAddress } from '../http/client-address.ts';
import { parametersMalformed, tooManyRequests } from '../http/errors.ts';
import { requestInfo } from '../http/request.ts';
import type { Route, RouteContext } from '../http/routes.ts';
import { type ChangedBy, SYSTEM } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { ResourceServer, ResourceServers } from '../resource-servers/resource-servers.ts';
import { type Counted, rateLimitFields } from './counting/counting.ts';
import type { ApiKey } from './store.ts';
import type { Verdict, Wish } from './verdict.ts';

export type ApiKeyRoutesDeps = {
  apiKeys: {
    use(presented: string, wish: Wish): Promise<Verdict>;
    endLeaked(presented: string, by: ChangedBy): Promise<void>;
  };
  resourceServers: Pick<ResourceServers, 'findByIntrospectionId' | 'isSecret'>;
  rateLimit: Pick<RateLimit, 'hit'>;
  config: { issuer: string };
};

/** Wrong credentials, and keys that were found: nobody who means it has more of them. */
const FAILURES = { points: 30, perSeconds: 60 };

const text = z.string().max(4000);
/** What is more in it is not looked at: an API may send what it has. */
const question = z.object({
  key: text,
  scope: z.union([text, z.array(z.string().max(100)).max(100)]).nullish(),
  address: z
    .string()
    .refine((address) => isIP(address) !== 0)
    // Many a server names IPv4 addresses by IPv6 (`::ffff:203.0.113.9`), which is no other network.
    .transform((address) => plainAddress(address) ?? address)
    .nullish(),
});
const found = z.object({ key: text });

/** What programs ask about keys. */
export function createApiKeyRoutes(deps: ApiKeyRoutesDeps): readonly Route[] {
  const { apiKeys, rateLimit, config } = deps;
  return [
    {
      method: 'POST',
      path: '/api-keys/verify',
      headers: 'api',
      body: 'json',
      async handle(ctx) {
        const api = await callerOf(ctx, deps);
        if (!api) {
          await limit(ctx, 'api_keys.caller');
          return refuseCaller(ctx);
        }
        const { key, scope, address } = read(question, ctx);
        const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : (scope ?? []);
        const verdict = await apiKeys.use(key, {
          resourceServerId: api.id,
          scopes,
          address: address ?? undefined,
        });
        answer(ctx, verdict, config.issuer);
      },
    },
    {
      method: 'POST',
      path: '/api-keys/leaked',
      headers: 'api',
      body: 'json',
      async handle(ctx) {
        await limit(ctx, 'api_keys.leaked');
        const { key } = read(found, ctx);
        await apiKeys.endLeaked(key, { ...SYSTEM, request: requestInfo(ctx) });
        ctx.status = 200;
        ctx.body = { received: true };
      },
    },
  ];

  async function limit(ctx: RouteContext, name: string): Promise<void> {
    const hit = await rateLimit.hit(name, requestInfo(ctx).network, FAILURES);
    if (!hit.isAllowed) throw tooManyRequests({ retryAfterSeconds: hit.retryAfterSeconds });
  }
}

function read<Schema extends z.ZodType>(schema: Schema, { state }: RouteContext): z.output<Schema> {
  const parsed = schema.safeParse(state.json);
  if (!parsed.success) throw parametersMalformed();
  return parsed.data;
}

/** The resource server whose introspection credentials these are (RFC 6749 §2.3.1, `client_secret_basic`). */
async function callerOf(
  { req }: RouteContext,
  { resourceServers }: ApiKeyRoutesDeps,
): Promise<ResourceServer | undefined> {
  const [, encoded] = /^Basic ([A-Za-z\d+/]+={0,2})$/i.exec(req.headers.authorization ?? '') ?? [];
  const [id, secret] = (encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString())
    .split(/:([\s\S]*)/)
    .map(decode);
  if (!id || !secret) return undefined;
  const api = await resourceServers.findByIntrospectionId(id);
  return api && resourceServers.isSecret(api, secret) ? api : undefined;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** RFC 6749 §5.2. */
function refuseCaller(ctx: RouteContext): void {
  ctx.status = 401;
  ctx.res.setHeader('WWW-Authenticate', 'Basic realm="api-keys"');
  ctx.body = {
    error: 'invalid_client',
    error_description: 'These are not the introspection credentials of a resource server.',
  };
}

/** 200 for every key, as RFC 7662 §2.2 does: who asks was answered, and says 401, 403 or 429 to whom has the key. */
function answer(ctx: RouteContext, verdict: Verdict, issuer: string): void {
  const { counted } = verdict;
  const fields = counted ? rateLimitFields(counted) : {};
  for (const [name, value] of Object.entries(fields)) ctx.res.setHeader(name, value);
  ctx.status = 200;
  ctx.body = {
    ...(verdict.isActive
      ? { active: true, ...toldOf(verdict.apiKey), ...whatItMay(verdict), iss: issuer }
      : { active: false, reason: verdict.why, ...defined({ key_id: verdict.apiKey?.id }) }),
    ...(counted ? { headers: fields, ...retryAfter(counted) } : {}),
  };
}

function toldOf({ id, name, owner, tier, createdAt, expiresAt }: ApiKey): Record<string, unknown> {
  const seconds = (at: number) => Math.floor(at / 1000);
  return {
    key_id: id,
    name,
    ...('userId' in owner
      ? { owner_type: 'user', sub: owner.userId }
      : { owner_type: 'client', sub: owner.clientId, client_id: owner.clientId }),
    tier,
    iat: seconds(createdAt),
    ...(expiresAt === undefined ? {} : { exp: seconds(expiresAt) }),
  };
}

function whatItMay({ scopes, roles, api }: Verdict & { isActive: true }): Record<string, unknown> {
  return {
    scope: scopes.join(' '),
    aud: api.audience,
    ...(api.rolesClaim === 'on' && roles.length > 0 ? { roles } : {}),
  };
}

function retryAfter({ isCounted, retryAfterSeconds }: Counted): { retry_after?: number } {
  return isCounted ? {} : { retry_after: retryAfterSeconds };
}
