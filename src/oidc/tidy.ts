import type { Context } from 'koa';
import type { Clients } from '../clients/clients.ts';
import { decodeText, hasBody, mediaType, parsePairs, readBody, replayBody } from '../http/body.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import type { PersonClaims } from './claim-sources.ts';

export type TidyDeps = {
  clients: Pick<Clients, 'find'>;
  resourceServers: Pick<ResourceServers, 'findSpelling' | 'allScopes'>;
  personClaims: Pick<PersonClaims, 'scopes'>;
};

type Pair = [name: string, value: string];

/**
 * Takes what clients write otherwise than they registered it, before the library compares it letter by letter: runs of
 * blanks between scopes, and a resource in another spelling of the same identifier (`identifier.ts`). A refresh may ask
 * again for what `/auth` passed over in silence: a scope that nothing here has. And a public client may say that it has no
 * secret by an empty one (RFC 6749 §2.3.1: `Basic base64("id:")`), as oidc-agent and Go's first try do.
 */
export async function tidyRequest(
  ctx: Context,
  { clients, resourceServers, personClaims }: TidyDeps,
): Promise<void> {
  if (ctx.path === '/auth' && ctx.method === 'GET') {
    const pairs = [...new URLSearchParams(ctx.querystring)];
    const tidied = await tidy(pairs);
    if (tidied) ctx.querystring = new URLSearchParams(tidied).toString();
    return;
  }
  if (ctx.method !== 'POST' || !CLIENT_ENDPOINTS.has(ctx.path)) return;
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded' || !hasBody(ctx.req)) return;
  const text = decodeText(await readBody(ctx.req));
  const publicId = await publicClientOf(ctx.req.headers.authorization);
  const hasWords = /(?:^|&)(?:scope|resource)=/.test(text);
  const given = publicId === undefined && !hasWords ? [] : parsePairs(text);
  const pairs = publicId === undefined ? given : asPublic(publicId, given);
  const tidied = hasWords ? ((await tidy(pairs)) ?? pairs) : pairs;
  const isChanged = tidied !== given;
  replayBody(ctx.req, Buffer.from(isChanged ? new URLSearchParams(tidied).toString() : text));

  /** Named in the body instead of the header; one that the body calls otherwise is left for the library to refuse. */
  function asPublic(id: string, given: Pair[]): Pair[] {
    const names = given.filter(([name]) => name === 'client_id');
    if (names.some(([, value]) => value !== id)) return given;
    delete ctx.req.headers.authorization;
    return names.length > 0 ? given : [...given, ['client_id', id]];
  }

  /** Undefined when nothing changes. */
  async function tidy(pairs: readonly Pair[]): Promise<Pair[] | undefined> {
    const isRefresh = pairs.some(([name, value]) => name === 'grant_type' && value === 'refresh_token');
    const tidied = await Promise.all(
      pairs.map(async ([name, value]): Promise<Pair> => {
        if (name === 'resource') return [name, await spellingOf(value)];
        if (name !== 'scope') return [name, value];
        const names = value.split(' ').filter((each) => each !== '');
        return [name, (isRefresh ? await knownOf(names) : names).join(' ')];
      }),
    );
    if (tidied.every(([, value], at) => value === pairs[at]?.[1])) return undefined;
    const isFirst = ([name, value]: Pair, at: number) =>
      name !== 'resource' || tidied.findIndex((other) => other[0] === name && other[1] === value) === at;
    return tidied.filter(isFirst);
  }

  async function publicClientOf(authorization: string | undefined): Promise<string | undefined> {
    if (authorization?.slice(0, 6).toLowerCase() !== 'basic ') return undefined;
    const [id = '', secret, ...more] = Buffer.from(authorization.slice(6), 'base64').toString().split(':');
    if (secret !== '' || more.length > 0) return undefined;
    const client = await clients.find(id);
    return client?.metadata.token_endpoint_auth_method === 'none' ? id : undefined;
  }

  async function spellingOf(identifier: string): Promise<string> {
    return (await resourceServers.findSpelling(identifier)) ?? identifier;
  }

  /** The scopes that exist. All that were asked for when none of them exists: the library refuses and says why. */
  async function knownOf(names: string[]): Promise<string[]> {
    const known = new Set([...personClaims.scopes, 'offline_access', ...(await resourceServers.allScopes())]); // at most those that are registered
    const kept = names.filter((name) => known.has(name));
    return kept.length > 0 ? kept : names;
  }
}

/** Where clients say who they are. */
export const CLIENT_ENDPOINTS: ReadonlySet<string> = new Set([
  '/token',
  '/request',
  '/token/introspection',
  '/token/revocation',
]);
