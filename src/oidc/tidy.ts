import type { Context } from 'koa';
import { decodeText, hasBody, mediaType, parsePairs, readBody, replayBody } from '../http/body.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import { claimsOfScopes } from './claims.ts';

export type TidyDeps = { resourceServers: Pick<ResourceServers, 'find' | 'findSpelling' | 'allScopes'> };

type Pair = [name: string, value: string];

/**
 * Takes what clients write otherwise than they registered it, before the library compares it letter by letter: runs of
 * blanks between scopes, and a resource in another spelling of the same identifier (`identifier.ts`). A refresh may ask
 * again for what `/auth` passed over in silence: a scope that nothing here has.
 */
export async function tidyRequest(ctx: Context, { resourceServers }: TidyDeps): Promise<void> {
  if (ctx.path === '/auth' && ctx.method === 'GET') {
    const pairs = [...new URLSearchParams(ctx.querystring)];
    const tidied = await tidy(pairs);
    if (tidied) ctx.querystring = new URLSearchParams(tidied).toString();
    return;
  }
  if (ctx.method !== 'POST' || (ctx.path !== '/token' && ctx.path !== '/request')) return;
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded' || !hasBody(ctx.req)) return;
  const text = decodeText(await readBody(ctx.req));
  const tidied = /(?:^|&)(?:scope|resource)=/.test(text) ? await tidy(parsePairs(text)) : undefined;
  const body = Buffer.from(tidied ? new URLSearchParams(tidied).toString() : text);
  replayBody(ctx.req, body);
  if (tidied) ctx.req.headers['content-length'] = String(body.length);

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

  async function spellingOf(identifier: string): Promise<string> {
    if (await resourceServers.find(identifier)) return identifier;
    return (await resourceServers.findSpelling(identifier)) ?? identifier;
  }

  /** All of them when none is known: the library says what is wrong. */
  async function knownOf(names: string[]): Promise<string[]> {
    const known = new Set([...OIDC_SCOPES, ...(await resourceServers.allScopes())]); // at most those that are registered
    const kept = names.filter((name) => known.has(name));
    return kept.length > 0 ? kept : names;
  }
}

const OIDC_SCOPES = [...Object.keys(claimsOfScopes), 'offline_access'];
