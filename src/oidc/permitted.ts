import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import {
  fitsInToken,
  type Held,
  type Holder,
  isLetIn,
  permittedAt,
  ROLE_SCOPES,
  type Roles,
} from '../roles/roles.ts';
import type { ClaimSource } from './claim-sources.ts';
import { settingsOf } from './grants.ts';

/*
 * What roles permit. What an API offers to somebody is what it has and a role of theirs permits (`narrow`); the library
 * gives out of what it offers what was asked and allowed. So asked ∩ consented ∩ permitted is made in one place, whatever
 * the grant is: at each issue, each refresh and each introspection.
 */

export type PermittedDeps = {
  roles: Pick<Roles, 'read'>;
  metrics?: Pick<Metrics, 'count'> | undefined;
};
export type Permitted = ReturnType<typeof createPermitted>;

type Api = Pick<ResourceServer, 'id' | 'roles' | 'rolesClaim'>;
type FindApi = (identifier: string) => Promise<Api | undefined>;

/** What a request has read of somebody's roles: once, and only where it is asked. */
const reads = createRequestSlot<Map<string, Promise<Held>>>('held roles');
/** Scopes that were asked at `/auth`, that an API has, and that no role of the person permits. */
const unpermitted = createRequestSlot<ReadonlySet<string>>('unpermitted scopes');

export function createPermitted({ roles, metrics }: PermittedDeps) {
  return {
    /** What somebody has. `api`: with what their roles permit there. */
    read,

    /** Of an API's scopes those that its holder may have at all. No holder: nobody, who may have nothing. */
    narrow,

    /**
     * The same for what is asked at `/auth`, where it is known last who asks. What is not permitted is neither consented to
     * nor given.
     */
    async narrowAsked({ req, oidc }: KoaContextWithOIDC, findApi: FindApi): Promise<void> {
      const lost = new Set<string>(); // at most the scopes of what is asked for
      for (const [identifier, server] of Object.entries(oidc.resourceServers ?? {})) {
        const api = await findApi(identifier);
        const userId = oidc.account?.accountId;
        if (!api || userId === undefined) continue;
        const offered = [...server.scopes];
        const left = new Set(await narrow(req, api, offered, { userId }));
        for (const scope of offered) if (!left.has(scope)) lost.add(scope);
        Object.assign(server, { scope: [...left].join(' ') });
      }
      unpermitted.set(req, lost);
    },

    /** The names for a JWT of an API (RFC 9068 §2.2.3.1): nothing where there are none, or too many for a header. */
    async namesFor(req: IncomingMessage, api: Api, holder: Holder): Promise<readonly string[] | undefined> {
      if (api.rolesClaim === 'off') return undefined;
      const { roles: names } = await read(req, holder, api);
      return names.length > 0 && fits(names, 'access_token') ? names : undefined;
    },

    /** Whether a person may use an app at all: everybody, unless it names roles. */
    async mayUse(req: IncomingMessage, userId: string, client: object): Promise<boolean> {
      return isLetIn(settingsOf(client).allowedRoles, () => read(req, { userId }));
    },

    /** The claims `roles` and `groups`. In an ID token only as long as they fit; userinfo has them all. */
    claims: {
      scopes: ROLE_SCOPES,
      async read(person, { req, use }) {
        const { roles: names } = await (req
          ? read(req, { userId: person.id })
          : roles.read({ userId: person.id }));
        return use === 'id_token' && !fits(names, 'id_token') ? {} : { roles: names, groups: names };
      },
    } satisfies ClaimSource,
  };

  function fits(names: readonly string[], token: 'access_token' | 'id_token'): boolean {
    const isFitting = fitsInToken(names);
    if (!isFitting) metrics?.count('gatehouse_roles_left_out_total', { token });
    return isFitting;
  }

  async function narrow(
    req: IncomingMessage,
    api: Api,
    scopes: readonly string[],
    holder: Holder | undefined,
  ): Promise<string[]> {
    if (api.roles !== 'enforce') return [...scopes];
    if (!holder) return [];
    return permittedAt(api, scopes, await read(req, holder, api));
  }

  /** Names alone are told by whatever was read of the same holder before. */
  function read(req: IncomingMessage, holder: Holder, api?: Pick<Api, 'id'>): Promise<Held> {
    const known = reads.get(req) ?? new Map<string, Promise<Held>>(); // at most the APIs of one request
    reads.set(req, known);
    const who = 'userId' in holder ? `user ${holder.userId} ` : `client ${holder.clientId} `;
    const found = api ? known.get(who + api.id) : [...known].find(([key]) => key.startsWith(who))?.[1];
    const reading = found ?? roles.read(holder, api?.id);
    known.set(who + (api?.id ?? ''), reading);
    return reading;
  }
}

/** Who a token of this request is for. At `/auth` that is known later (`narrowAsked`). */
export function holderOf({ oidc }: KoaContextWithOIDC): Holder | undefined {
  const { client, params, entities } = oidc;
  if (params?.grant_type === 'client_credentials') return client && { clientId: client.clientId };
  const userId = (entities.Account as { accountId?: string } | undefined)?.accountId;
  return userId === undefined ? undefined : { userId };
}

/** Whether the app asks for a scope that its API has and the person may not have, at `/auth`. */
export function isUnpermitted({ req }: Pick<KoaContextWithOIDC, 'req'>, scope: string): boolean {
  return unpermitted.get(req)?.has(scope) === true;
}

/** Whether roles have left nothing of what was asked at `/auth`. `offline_access` alone is nothing. */
export function permitsNothing({ req, oidc }: KoaContextWithOIDC): boolean {
  const asked = [...oidc.requestParamScopes];
  if (!asked.some((scope) => isUnpermitted({ req }, scope)) || oidc.requestParamClaims.size > 0) return false;
  const offered = Object.values(oidc.resourceServers ?? {}).flatMap(({ scopes }) => [...scopes]);
  const ofPerson = oidc.requestParamOIDCScopes;
  return !asked.some(
    (scope) => scope !== 'offline_access' && (ofPerson.has(scope) || offered.includes(scope)),
  );
}

/** Whether a grant, as it is stored, gives anything that says or depends on roles: those claims, or a token of an API. */
export function tellsRoles(payload: string): boolean {
  const { openid, resources } = JSON.parse(payload) as GrantPayload;
  const names = [...(openid?.scope ?? '').split(' '), ...(openid?.claims ?? [])];
  return names.some((name) => Object.hasOwn(ROLE_SCOPES, name)) || Object.keys(resources ?? {}).length > 0;
}

type GrantPayload = {
  openid?: { scope?: string; claims?: string[] };
  resources?: Record<string, string>;
};

/** Our words to the operator; `refusals/` knows them. */
export const NOTHING_PERMITTED = 'no role permits any of it';
export const NOT_FOR_THEM = 'the person has none of the roles that the app lets in';
