import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Client } from '../clients/clients.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import type { ClientFinder } from './adapter/client.ts';
import type { SettingsOfClient } from './adapter/client-metadata.ts';
import type { PersonClaims } from './claim-sources.ts';
import { askedOfClient } from './client-claims.ts';
import { TOKEN_EXCHANGE } from './grant-types/token-exchange.ts';
import { NOTHING_PERMITTED } from './permitted.ts';

/**
 * What was granted once is looked at with what its client may do now: grants, codes and tokens are narrowed where they
 * are found, so that no endpoint can forget it. Nothing that is stored changes; a client that may do more again has it
 * back. Clients and resource servers are read at most one second ago, which is how soon every node knows.
 */
export function narrowFound(
  provider: Provider,
  findClient: ClientFinder,
  { ofScopes }: Pick<PersonClaims, 'ofScopes'>,
): void {
  const mayAsk = mayAskClaims(ofScopes);
  for (const name of ['AccessToken', 'ClientCredentials', 'AuthorizationCode', 'RefreshToken', 'Grant']) {
    const model = (provider as unknown as Record<string, FindingModel>)[name] as FindingModel;
    const { find } = model;
    model.find = async function findNarrowed(this: FindingModel, ...asked) {
      const found = await find.apply(this, asked);
      if (!found?.clientId) return found;
      const client = await findClient(found.clientId);
      if (!client || !('metadata' in client)) return found;
      return name === 'Grant' ? narrowGrant(found, client, mayAsk) : narrowToken(found, client);
    };
  }
  keepGrantedScope(provider);
  askAllowedClaims(provider, mayAsk);
  refuseEmptyCodes(provider);
  refuseEmptyCredentials(provider);
}

type FindingModel = { find(...asked: unknown[]): Promise<Found | undefined> };
type Found = {
  kind: string;
  clientId?: string;
  grantId?: string;
  scope?: string;
  /** The grant types that it came by, the first one first. */
  gty?: string;
  /** The key that it is bound to (RFC 9449 §6). */
  jkt?: string;
  openid?: { scope?: string; claims?: string[] };
  resources?: Record<string, string>;
};

/** What a token was granted, where it may do less now. */
const grantedScopes = createRequestSlot<string>('granted scope');

function narrowToken(found: Found, client: Client): Found | undefined {
  const route = Provider.ctx?.oidc.route;
  // Not where it is given back: who revokes a token ends its grant, whatever the client may do now (RFC 7009).
  const isUsed = route === 'userinfo' || route === 'introspection';
  if (isUsed && !mayHold(found, client)) return undefined;
  const narrowed = presentScope(found.scope, client);
  if (narrowed === found.scope) return found;
  if (route === 'introspection' && narrowed === '') return undefined;
  grantedScopes.set(found, found.scope ?? '');
  found.scope = narrowed ?? '';
  if (route === 'token') forgetLostScopes(found);
  return found;
}

/** A token is good as long as its client may do what it came by, and is bound to a key if all of the client's must be. */
function mayHold({ kind, gty = '', ...token }: Found, { metadata }: Client): boolean {
  if (metadata.dpop_bound_access_tokens && kind !== 'RefreshToken' && token.jkt === undefined) return false;
  const grantTypes: readonly string[] = metadata.grant_types;
  if (kind === 'ClientCredentials') return grantTypes.includes('client_credentials');
  if (kind === 'RefreshToken' && !grantTypes.includes('refresh_token')) return false;
  // By an API key, which says itself how long it is good (`introspection.ts`).
  if (gty === TOKEN_EXCHANGE) return true;
  // A JWT names no grant type; that of a person came by a code.
  return grantTypes.includes(gty.split(' ')[0] || 'authorization_code');
}

/**
 * A refresh may name whatever the person granted (RFC 6749 §6); what the client lost since is left out of it, and the
 * answer tells. Where nothing is left the library refuses what was asked for.
 */
function forgetLostScopes(found: Found): void {
  const { params } = (Provider.ctx?.oidc ?? {}) as { params?: { scope?: string } };
  if (found.kind !== 'RefreshToken' || !params?.scope) return;
  const lost = new Set(namesOf(grantedScopes.get(found)));
  for (const name of namesOf(found.scope)) lost.delete(name);
  const left = namesOf(params.scope).filter((name) => !lost.has(name));
  if (left.length > 0) params.scope = left.join(' ');
}

function narrowGrant(grant: Found, client: Client, mayAsk: MayAskClaim): Found {
  const { openid, resources } = grant;
  if (openid && !mayAll(client)) {
    const scope = presentScope(openid.scope, client);
    grant.openid = {
      ...(scope ? { scope } : {}),
      ...(openid.claims ? { claims: openid.claims.filter((claim) => mayAsk(claim, client)) } : {}),
    };
  }
  if (!resources) return grant;
  const present: Record<string, string> = {};
  for (const [identifier, scope] of Object.entries(resources)) {
    const offered = Provider.ctx?.oidc.resourceServers?.[identifier]?.scopes;
    const names = namesOf(presentScope(scope, client)).filter((name) => offered?.has(name) ?? true);
    if (names.length > 0) present[identifier] = names.join(' ');
  }
  grant.resources = present;
  return grant;
}

/** Most clients: every scope, and those of refresh tokens too. */
function mayAll({ metadata }: Pick<Client, 'metadata'>): boolean {
  return metadata.scope === undefined && metadata.grant_types.includes('refresh_token');
}

function presentScope(scope: string | undefined, { metadata }: Pick<Client, 'metadata'>): string | undefined {
  const mayRefresh = metadata.grant_types.includes('refresh_token');
  if (!scope || mayAll({ metadata })) return scope;
  const allowed = metadata.scope === undefined ? undefined : new Set(metadata.scope.split(' '));
  const isLeft = (name: string) => (allowed?.has(name) ?? true) && (name !== 'offline_access' || mayRefresh);
  return namesOf(scope).filter(isLeft).join(' ');
}

type Asking = { metadata: Client['metadata']; settings: Pick<Client['settings'], 'claims'> };
type MayAskClaim = (claim: string, client: Asking) => boolean;

/** A claim that is asked for by name (OIDC Core §5.5) takes one of the scopes that would bring it. */
function mayAskClaims(ofScopes: PersonClaims['ofScopes']): MayAskClaim {
  const scopesOfClaims = new Map<string, string[]>(); // at most the claims that there are
  for (const [scope, claims] of Object.entries(ofScopes)) {
    // Those of openid say how and when, and are nobody's data.
    if (scope === 'openid') continue;
    for (const claim of claims) scopesOfClaims.set(claim, [...(scopesOfClaims.get(claim) ?? []), scope]);
  }
  return (claim, { metadata, settings }) => {
    const scopes = scopesOfClaims.get(claim);
    // The operator's word: it is told that one whatever it asks.
    if (askedOfClient(settings).includes(claim)) return true;
    if (metadata.scope === undefined || scopes === undefined) return true;
    const allowed = metadata.scope.split(' ');
    return scopes.some((scope) => allowed.includes(scope));
  };
}

/** A request names claims that its client may ask; others are voluntary and left out (OIDC Core §5.5.1). */
function askAllowedClaims(provider: Provider, mayAsk: MayAskClaim): void {
  const context = (provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype;
  const asked = Object.getOwnPropertyDescriptor(context, 'requestParamClaims')?.get;
  if (!asked) throw new Error('oidc-provider has no requestParamClaims');
  Object.defineProperty(context, 'requestParamClaims', {
    configurable: true,
    get(this: { client?: { gatehouse?: SettingsOfClient }; requestParamScopes: Set<string> }): Set<string> {
      const claims = asked.call(this) as Set<string>;
      const { scope, claims: own } = this.client?.gatehouse ?? {};
      // What it is told under names of its own is asked like what it names itself (`client-claims.ts`).
      const told = this.requestParamScopes.has('openid') ? askedOfClient({ claims: own }) : [];
      if (scope === undefined) return told.length === 0 ? claims : new Set([...claims, ...told]);
      const client = { metadata: { scope }, settings: {} } as Asking;
      return new Set([...[...claims].filter((claim) => mayAsk(claim, client)), ...told]);
    },
  });
}

/** RFC 6749 §6: a refresh token's successor has the scope that it had itself, whatever this refresh could use of it. */
function keepGrantedScope(provider: Provider): void {
  const { prototype } = provider.RefreshToken as unknown as {
    prototype: Found & { save(...asked: unknown[]): Promise<string> };
  };
  const { save } = prototype;
  prototype.save = async function saveGranted(this: typeof prototype, ...asked: unknown[]): Promise<string> {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    const granted = rotated && grantedScopes.get(rotated);
    if (granted === undefined) return save.apply(this, asked);
    const present = this.scope ?? '';
    this.scope = granted;
    const value = await save.apply(this, asked);
    this.scope = present;
    return value;
  };
}

/** A code that would give nothing is not redeemed. */
function refuseEmptyCodes(provider: Provider): void {
  const { prototype } = provider.AuthorizationCode as unknown as {
    prototype: Found & { consume(): Promise<void> };
  };
  const { consume } = prototype;
  prototype.consume = async function consumeUseful(this: typeof prototype): Promise<void> {
    if (this.scope === '' && grantedScopes.get(this)) throw new errors.InvalidGrant(NOTHING_LEFT);
    return consume.call(this);
  };
}

/** A client that asks for itself and may have nothing of it: an answer without `scope` would say that it got it. */
function refuseEmptyCredentials(provider: Provider): void {
  const { prototype } = provider.ClientCredentials as unknown as {
    prototype: Found & { save(...asked: unknown[]): Promise<string> };
  };
  const { save } = prototype;
  prototype.save = async function saveUseful(this: typeof prototype, ...asked: unknown[]): Promise<string> {
    const { body } = (Provider.ctx?.oidc ?? {}) as { body?: { scope?: string } };
    // RFC 6749 §5.1: left out, `scope` is the one that was asked for.
    if (!this.scope && body?.scope) throw new errors.InvalidScope(NOTHING_LEFT, body.scope);
    return save.apply(this, asked);
  };
}

/**
 * What a refresh is refused for, asked before its token is spent, so that an app may ask again: `invalid_grant` when
 * nothing is left of what the person granted (RFC 6749 §5.2), `invalid_scope` when that was asked for by name or no role
 * permits it any more, `invalid_target` when the resource server is gone, was not granted, or is one of several (RFC 8707 §2.2).
 */
export async function assertSomethingLeft(
  { oidc }: KoaContextWithOIDC,
  offeredAt: (identifier: string) => Promise<{ scope: string; isByRole: boolean }>,
): Promise<void> {
  const { grant, params, entities } = oidc;
  const token = entities.RefreshToken as unknown as Found & {
    resource?: string | string[];
    resourceIndicators: Set<string>;
  };
  const resources = [(params?.resource as string | string[] | undefined) ?? token.resource ?? []].flat();
  const [resource] = resources;
  if (resources.length > 1)
    throw new errors.InvalidTarget('only a single resource indicator value is possible');
  if (resource !== undefined && !token.resourceIndicators.has(resource)) throw new errors.InvalidTarget();
  const { scope, isByRole } = resource === undefined ? NOTHING_OFFERED : await offeredAt(resource);
  const offered = new Set(namesOf(scope));

  const granted = grantedScopes.get(token) ?? token.scope;
  const named = params?.scope as string | undefined;
  const asked = new Set(namesOf(named || token.scope));
  const ofResource = resource === undefined ? '' : (grant?.getResourceScopeFiltered(resource, asked) ?? '');
  const isLeft = grant?.getOIDCScopeFiltered(asked) || namesOf(ofResource).some((name) => offered.has(name));
  if (!granted || isLeft) return;
  if (isByRole) throw new errors.InvalidScope(NOTHING_PERMITTED, named ?? granted);
  if (named) throw new errors.InvalidScope(NOTHING_LEFT, named);
  throw new errors.InvalidGrant(NOTHING_LEFT);
}

const NOTHING_OFFERED = { scope: '', isByRole: false };

/** Our words to the operator; `refusals.ts` knows them. */
const NOTHING_LEFT = 'nothing of it may be given any more';

const namesOf = (scope: string | undefined) => (scope ?? '').split(' ').filter(Boolean);
