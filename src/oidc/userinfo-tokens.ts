import type { Context } from 'koa';
import { type Grant, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { mediaType, readBody } from '../http/body.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import type { PersonClaims } from './claim-sources.ts';
import { type IntrospectionDeps, looksLikeJwt, presentAtUserinfo } from './introspection.ts';

/*
 * Sign-in and an API in one app: who asks for `openid` and for an API gets one access token, which is for both. Its
 * audience also names our userinfo endpoint, and its scope what was granted of OpenID Connect's; the API sees its own
 * scopes alone at introspection. Clients that cannot keep two tokens apart (Spring's login, go-oidc, zitadel's) work so.
 */

export type UserinfoTokensDeps = {
  findResourceServer(identifier: string): Promise<ResourceServer | undefined>;
  findResourceServerByAudience(audience: string): Promise<ResourceServer | undefined>;
  personClaims: OwnScopes;
};

/** The scopes that ask for claims of a person. */
type OwnScopes = Pick<PersonClaims, 'scopes'>;

type AccessToken = {
  aud?: string | undefined;
  scope?: string;
  /** Of the key that it is bound to (RFC 9449 §6). */
  jkt?: string;
  resourceServer?: { identifier(): string };
  save(...asked: unknown[]): Promise<string>;
};

export function letTokensReachUserinfo(provider: Provider, deps: UserinfoTokensDeps): void {
  const model = provider.AccessToken as unknown as {
    prototype: AccessToken;
    find(...asked: unknown[]): Promise<AccessToken | undefined>;
  };
  const { save } = model.prototype;
  model.prototype.save = async function saveForBoth(...asked): Promise<string> {
    const { resourceServer } = this;
    const more = resourceServer && Provider.ctx && grantedOf(Provider.ctx, deps.personClaims);
    if (more) {
      const api = await deps.findResourceServer(resourceServer.identifier());
      if (api && mayReachUserinfo(api)) this.scope = [more, this.scope].filter(Boolean).join(' ');
    }
    return save.apply(this, asked);
  };

  const { find } = model;
  model.find = async function findForUserinfo(...asked) {
    const found = await find.apply(this, asked);
    if (found?.aud === undefined || Provider.ctx?.oidc.route !== 'userinfo') return found;
    const scope = oidcScopesOf(found.scope, deps.personClaims);
    const api = scope.includes('openid') ? await deps.findResourceServerByAudience(found.aud) : undefined;
    if (!api || !mayReachUserinfo(api)) return found; // the library refuses a token for somebody else
    audiences.set(found, found.aud);
    found.aud = undefined;
    found.scope = scope.join(' ');
    return found;
  };
}

/** The API that a token is for as well, where it was presented to us. */
const audiences = createRequestSlot<string>('audience of a token for both');

/** Whether an API that this token is shown to could bring it to us in its app's place: it is for both, and bound to no key. */
export function isSharedWithApi(token: object | undefined): boolean {
  return (
    token !== undefined && audiences.get(token) !== undefined && (token as AccessToken).jkt === undefined
  );
}

/** The claim `aud` of a JWT that is for an API and, when its scope says so, for userinfo. */
export function audiencesOf(
  { scope, aud }: { scope?: string; aud?: unknown },
  { userinfoUrl, personClaims }: { userinfoUrl: string; personClaims: OwnScopes },
): unknown {
  return oidcScopesOf(scope, personClaims).includes('openid') ? [aud, userinfoUrl] : aud;
}

/** Lets a JWT access token of ours be presented at userinfo, when it is meant for it. */
export async function admitAtUserinfo(
  ctx: Context,
  userinfoUrl: string,
  deps: IntrospectionDeps,
): Promise<void> {
  if (ctx.path !== '/me' || (ctx.method !== 'GET' && ctx.method !== 'POST')) return;
  const token = (await presentedToken(ctx)) ?? '';
  if (looksLikeJwt(token)) await presentAtUserinfo(ctx.req, token, userinfoUrl, deps);
}

/** RFC 6750 §2.1 and §2.2. */
async function presentedToken({ method, req }: Context): Promise<string | undefined> {
  const [, inHeader] = /^(?:Bearer|DPoP) ([\w.~+/-]+=*)$/i.exec(req.headers.authorization ?? '') ?? [];
  if (inHeader !== undefined || method !== 'POST') return inHeader;
  if (mediaType(req) !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams((await readBody(req)).toString()).get('access_token') ?? undefined;
}

/** What was granted of OpenID Connect's scopes, as far as this request asks for it; undefined without `openid`. */
function grantedOf({ oidc }: KoaContextWithOIDC, own: OwnScopes): string | undefined {
  const { AuthorizationCode: code, RefreshToken: refresh, Grant: grant } = oidc.entities as Entities;
  const source = code ?? refresh;
  if (oidc.route !== 'token' || !source || !grant) return undefined;
  const asked = oidc.params?.scope ? oidc.requestParamScopes : source.scopes;
  if (!asked.has('openid')) return undefined;
  return oidcScopesOf(grant.getOIDCScopeFiltered(asked), own).join(' ') || undefined;
}

type Entities = { AuthorizationCode?: Source; RefreshToken?: Source; Grant?: Grant };
type Source = { scopes: Set<string> };

const oidcScopesOf = (scope = '', { scopes }: OwnScopes): string[] =>
  scope.split(' ').filter((name) => scopes.includes(name));

/** The operator's word on it. */
function mayReachUserinfo({ userinfo }: ResourceServer): boolean {
  return userinfo !== 'never';
}
