import {
  type Configuration,
  errors,
  type FindAccount,
  type KoaContextWithOIDC,
  type ResourceServer as LibraryResourceServer,
} from 'oidc-provider';
import type { GatehouseMetadata } from '../clients/clients.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { defined } from '../lib/defined.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import { assertClaims } from './asked-claims.ts';
import { assertAssertionAudience, assertRequestObjectAudience } from './audiences.ts';
import type { PersonClaims } from './claim-sources.ts';
import { claimsOfClient } from './client-claims.ts';
import type { OidcConfig } from './config.ts';
import type { Demands } from './demands.ts';
import { claimsOfExchange } from './grant-types/token-exchange.ts';
import { givesRefreshToken, settingsOf } from './grants.ts';
import { GRANT_CLAIM, mayIntrospect } from './introspection.ts';
import type { Levels } from './levels.ts';
import { lifetimes } from './lifetimes.ts';
import { assertSomethingLeft } from './narrowing.ts';
import type { OpenStepOf } from './open-step.ts';
import { holderOf, NOT_FOR_THEM, NOTHING_PERMITTED, type Permitted } from './permitted.ts';
import { createPolicy } from './policy.ts';
import { assertBound } from './sender-constraint.ts';
import { audiencesOf } from './userinfo-tokens.ts';

/** What the table below takes from the rest of Gatehouse. */
export type ConfigurationDeps = Pick<Configuration, 'adapter' | 'loadExistingGrant' | 'jwks'> & {
  findAccount: FindAccount;
  personClaims: Pick<PersonClaims, 'ofScopes' | 'scopes'>;
  settings: OidcConfig;
  demands: Demands;
  permitted: Permitted;
  /** Values of `acr`, weakest first. */
  levels: readonly string[];
  /** The matrix of them. */
  matrix: Pick<Levels, 'strongest'>;
  openStepOf: OpenStepOf;
  isSecure: boolean;
  /** Whether anybody may make an account. */
  isRegistrationOpen: boolean;
  cookieNames: { session: string; interaction: string; resume: string };
  /** `/` on https (`__Host-` demands it), else the issuer's path. */
  cookiePath: string;
  locales: readonly string[];
  userinfoUrl: string;
  /** The deployment's default (RFC 8707 §2). */
  defaultResource: string | undefined;
  outgoing: Pick<Outgoing, 'fetch'>;
  interactionUrl(ctx: KoaContextWithOIDC, interaction: { uid: string }): Promise<string>;
  findResourceServer(identifier: string): Promise<ResourceServer | undefined>;
  findResourceServerByAudience(audience: string): Promise<ResourceServer | undefined>;
  pairwiseSubject(sector: string, userId: string): Promise<string>;
  onTheft(ctx: KoaContextWithOIDC): Promise<void>;
  pages: {
    renderError: NonNullable<Configuration['renderError']>;
    confirmSignOut(ctx: KoaContextWithOIDC): Promise<void>;
    signedOut(ctx: KoaContextWithOIDC): Promise<void>;
  };
};

/** By which tokens and assertions may be signed. */
export const SIGNING_ALGS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** Every decision that oidc-provider leaves to us, one row each, with its reason. The strict choice is the default. */
export function createConfiguration(deps: ConfigurationDeps): Configuration {
  const { settings, isSecure, cookieNames } = deps;
  return {
    // Where things live
    adapter: deps.adapter,
    jwks: deps.jwks,
    findAccount: deps.findAccount,
    loadExistingGrant: deps.loadExistingGrant,
    // Documents of clients (sector, keys): by the one guarded way out; the library's own guard knows no exceptions
    fetch: (url, options) => fetchDocument(deps, url as string, options),
    fetchResponseBodyLimits: { jwks_uri: 65_536 }, // as much as `--jwks` takes

    // What may be asked
    responseTypes: ['code', 'none'], // RFC 9700 §2.1.2: no implicit; `none` is for our own account pages
    scopes: ['openid', 'offline_access'], // the scopes of resource servers come with `resource` (RFC 8707)
    claims: { iss: null, sid: null, ...mutable(deps.personClaims.ofScopes) },
    acrValues: [...deps.levels],
    // `prove`, `local`: our own account pages (policy.ts, interaction/standing.ts); `idp_hint`: which provider an app means
    extraParams: ['prove', 'local', 'idp_hint'],
    subjectTypes: ['public', 'pairwise'],
    // RFC 9700 §2.1.1, for confidential clients by their own rule; S256 is the library's only method
    pkce: {
      required: (_ctx, client) => mustUsePkce(client, settings),
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'], // secrets are hashed: no client_secret_jwt
    allowOmittingSingleRegisteredRedirectUri: false, // RFC 9700 §4.1.3: always compared exactly
    acceptQueryParamAccessTokens: false, // RFC 6750 §2.3: they end in logs
    clientDefaults: { id_token_signed_response_alg: 'RS256', grant_types: [], response_types: [] }, // OIDC Core §15.1
    extraClientMetadata: { properties: ['gatehouse'] },
    assertJwtClientAuthClaimsAndHeader: async (ctx, claims, _header, client) =>
      assertAssertionAudience(ctx, claims, client),
    clockTolerance: 10, // of clients' clocks, as most of their libraries have it; two seconds between nodes

    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      claimsParameter: { enabled: true, assertClaimsParameter: (_ctx, claims) => assertClaims(claims) }, // OIDC Core §5.5
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (ctx, client, token) => mayIntrospect(ctx, client, token, deps),
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => ownToken(client, token) },
      pushedAuthorizationRequests: { enabled: true }, // RFC 9126
      requestObjects, // RFC 9101: not offered
      dPoP: { enabled: true }, // RFC 9449
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: deps.pages.confirmSignOut,
        postLogoutSuccessSource: deps.pages.signedOut,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client, oneOf) => oneOf ?? defaultResource(ctx, client, deps),
        useGrantedResource: () => true, // RFC 8707 §2.2: what was asked at /auth need not be repeated at /token
        getResourceServerInfo: (ctx, identifier, client) => resourceServerInfo(deps, ctx, identifier, client),
      },
    },

    // What is issued
    extraTokenClaims: async (ctx, token) => {
      const roles = await rolesOf(deps, ctx, token); // RFC 9068 §2.2.3.1
      const own = await claimsOfClient(ctx, 'access_token', deps.personClaims);
      const exchanged = claimsOfExchange(ctx);
      if (exchanged) return { ...own, ...exchanged, ...roles };
      if (token.kind === 'ClientCredentials') return { ...own, sub: token.clientId, ...roles }; // RFC 9068 §2.2
      if (!('grantId' in token)) return undefined;
      return { ...own, [GRANT_CLAIM]: token.grantId, ...signInOf(ctx), ...roles }; // introspection sees a revocation by the grant
    },
    formats: {
      customizers: {
        jwt: async (_ctx, token, jwt) => {
          const made = jwt as { header?: { typ: string }; payload: { aud?: unknown; scope?: string } };
          made.payload.aud = audiencesOf(made.payload, deps);
          const { resourceServer } = token as { resourceServer?: { identifier(): string } };
          const api = resourceServer && (await deps.findResourceServer(resourceServer.identifier()));
          if (api?.tokenType === 'jwt') made.header = { typ: 'JWT' };
        },
      },
    },
    conformIdTokenClaims: false, // decided for each client in claims.ts
    // Its document was looked at when the client was registered: nobody's sign-in waits for it, or fails with it
    sectorIdentifierUriValidate: (client) => !isSectorChecked(client),
    pairwiseIdentifier: (_ctx, userId, client) => deps.pairwiseSubject(sectorOf(client), userId),
    issueRefreshToken: async (_ctx, client, source) => givesRefreshToken(client, source.scopes),
    rotateRefreshToken: async (ctx) => {
      await assertBound(ctx, deps.onTheft);
      await assertStillAllowed(deps, ctx);
      await assertSomethingLeft(ctx, (identifier) => offeredAt(deps, ctx, identifier));
      return !keepsRefreshToken(ctx.oidc.client); // RFC 9700 §4.14.2; FAPI 2.0 §5.3.2.1
    },
    expiresWithSession: () => false, // Redis may lose a session; ending one ends its grants in the database
    revokeGrantPolicy: async (ctx) => {
      if (ctx.oidc.route === 'token') await deps.onTheft(ctx);
      return !(ctx.oidc.route === 'revocation' && ctx.oidc.entities.AccessToken); // RFC 7009 §2.1
    },
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNING_ALGS],
      userinfoSigningAlgValues: [...SIGNING_ALGS],
      introspectionSigningAlgValues: [...SIGNING_ALGS],
      authorizationSigningAlgValues: [...SIGNING_ALGS],
      clientAuthSigningAlgValues: [...SIGNING_ALGS],
      requestObjectSigningAlgValues: [...SIGNING_ALGS],
      dPoPSigningAlgValues: ['ES256', 'EdDSA'],
    },

    // How long it lives (lifetimes.ts has the reasons)
    ttl: {
      AccessToken: (_ctx, token, client) => accessTokenSeconds(token, client, settings),
      ClientCredentials: (_ctx, token, client) => accessTokenSeconds(token, client, settings),
      AuthorizationCode: lifetimes.codeSeconds,
      IdToken: (_ctx, _token, client) => settingsOf(client).idTokenTtlSeconds ?? lifetimes.idTokenSeconds,
      Interaction: lifetimes.interactionSeconds,
      Grant: settings.refreshAbsoluteSeconds,
      RefreshToken: (_ctx, token, client) => {
        // One that is not rotated is never written again: its time cannot begin anew with each use.
        const isKept = keepsRefreshToken(client);
        const fallback = isKept ? settings.refreshAbsoluteSeconds : settings.refreshIdleSeconds;
        const idle = settingsOf(client).refreshTtlSeconds ?? fallback;
        return Math.max(1, Math.min(idle, settings.refreshAbsoluteSeconds - token.totalLifetime()));
      },
      Session: (_ctx, session) => {
        const age = Math.floor(Date.now() / 1000) - (session.iat ?? Math.floor(Date.now() / 1000));
        return Math.max(1, Math.min(settings.sessionIdleSeconds, settings.sessionAbsoluteSeconds - age));
      },
    },

    // Browsers
    cookies: {
      names: {
        session: cookieNames.session,
        interaction: cookieNames.interaction,
        resume: cookieNames.resume,
      },
      long: { httpOnly: true, sameSite: 'lax', secure: isSecure, path: deps.cookiePath, signed: false },
      short: { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: false },
    },
    clientBasedCORS: (_ctx, origin, client) => settingsOf(client).origins.includes(origin),
    interactions: { policy: createPolicy({ ...deps, levels: deps.matrix }), url: deps.interactionUrl },
    renderError: deps.pages.renderError,
    discovery: {
      claims_locales_supported: undefined,
      prompt_values_supported: promptValues(deps), // Initiating User Registration 1.0 §4.2
      ui_locales_supported: [...deps.locales],
    },
  };
}

/** Always as it is now (RFC 9111 §5.2.1.4): whoever asks knows how long to keep it (client-keys.ts). */
async function fetchDocument(
  { outgoing }: Pick<ConfigurationDeps, 'outgoing'>,
  url: string,
  options: RequestInit | undefined,
): Promise<Response> {
  const headers = new Headers(options?.headers);
  headers.set('cache-control', 'no-cache');
  const answer = await outgoing.fetch(url, { ...options, headers, purpose: 'client_documents' });
  // The library would read the page of an error as the document.
  if (answer.status !== 200) throw new Error(`it was answered with ${answer.status}`);
  return answer;
}

/** What would be looked at in a request object, and in what a pushed request becomes. */
export const requestObjects = {
  enabled: false,
  assertJwtClaimsAndHeader: async (ctx: KoaContextWithOIDC, claims: Record<string, unknown>) =>
    assertRequestObjectAudience(ctx, claims),
};

/** `create` leads to a sign-in where nobody may make an account, and is not promised there. */
function promptValues({ isRegistrationOpen }: ConfigurationDeps): string[] {
  return ['none', 'login', 'consent', 'select_account', ...(isRegistrationOpen ? ['create'] : [])];
}

/** How and when the person signed in, for resource servers that want to know (RFC 9470 §6, RFC 9068 §2.2.1). */
function signInOf({ oidc }: KoaContextWithOIDC): { acr?: string; auth_time?: number } {
  const { AuthorizationCode: code, RefreshToken: refresh } = oidc.entities as Record<
    string,
    { acr?: string; authTime?: number } | undefined
  >;
  const { acr, authTime } = code ?? refresh ?? {};
  return {
    ...defined({ acr, auth_time: authTime }),
  };
}

/** FAPI 2.0 Security Profile §5.3.2.1: tokens that are bound to a key are not rotated. */
function keepsRefreshToken(client: object | undefined): boolean {
  return client !== undefined && settingsOf(client).refreshRotation === 'off';
}

/** The deployment's floor, then the client's rule; a client without authentication has no choice. */
function mustUsePkce(client: { clientAuthMethod?: unknown }, settings: OidcConfig): boolean {
  if (settings.requirePkce === 'always' || client.clientAuthMethod === 'none') return true;
  const { pkce, pkceSince } = settingsOf(client);
  return pkce === 'required' || (pkce === 'ratchet' && pkceSince !== undefined);
}

function isSectorChecked(client: object): boolean {
  return (client as { gatehouse?: GatehouseMetadata }).gatehouse?.isSectorChecked === true;
}

/** OIDC Core §8.1: the host of the redirect URIs, or of the sector document. */
export function sectorOf(client: { clientId: string; sectorIdentifier?: unknown }): string {
  return typeof client.sectorIdentifier === 'string' ? client.sectorIdentifier : client.clientId;
}

function ownToken(
  client: { clientId: string; clientAuthMethod?: unknown },
  token: { clientId?: string | undefined },
) {
  // RFC 7009 §2.1: refused, and the client is told; the token of another client is none of its business.
  if (token.clientId !== client.clientId) {
    throw new errors.InvalidRequest('client is not authorized to revoke the presented token');
  }
  return true;
}

/** Where `openid` is asked, only together with a scope of the resource: else the token is for userinfo alone. */
async function defaultResource(
  { oidc }: KoaContextWithOIDC,
  client: object,
  { defaultResource: ofDeployment, findResourceServer }: ConfigurationDeps,
): Promise<string | undefined> {
  if (oidc.params?.scope === undefined) return undefined;
  const resource = settingsOf(client).defaultResource ?? ofDeployment;
  if (resource === undefined || !oidc.requestParamScopes.has('openid')) return resource;
  const { scopes = [] } = (await findResourceServer(resource)) ?? {};
  return scopes.some(({ name }) => oidc.requestParamScopes.has(name)) ? resource : undefined;
}

async function resourceServerInfo(
  deps: ResourceDeps,
  ctx: KoaContextWithOIDC,
  identifier: string,
  client: object,
): Promise<LibraryResourceServer> {
  const resourceServer = await deps.findResourceServer(identifier);
  if (!resourceServer)
    throw new errors.InvalidTarget('no resource server is registered under this identifier');
  const { scope } = settingsOf(client);
  const mayAsk = scope === undefined ? undefined : new Set(scope.split(' '));
  const offered = resourceServer.scopes.map(({ name }) => name).filter((name) => mayAsk?.has(name) ?? true);
  const isIssued = ctx.oidc.route === 'token';
  const info: LibraryResourceServer = {
    scope: (isIssued
      ? await deps.permitted.narrow(ctx.req, resourceServer, offered, holderOf(ctx))
      : offered
    ).join(' '),
    audience: resourceServer.audience,
    accessTokenFormat: resourceServer.tokenFormat,
    ...(resourceServer.tokenFormat === 'jwt' ? { jwt: { sign: { alg: resourceServer.signingAlg } } } : {}),
  };
  if (resourceServer.accessTokenTtlSeconds !== undefined) {
    info.accessTokenTTL = resourceServer.accessTokenTtlSeconds;
  }
  return info;
}

type ResourceDeps = Pick<ConfigurationDeps, 'findResourceServer' | 'permitted'>;

/** What an API offers to whom this token is for, and whether roles have a say in it. */
async function offeredAt(deps: ResourceDeps, ctx: KoaContextWithOIDC, identifier: string) {
  const { scope = '' } = await resourceServerInfo(deps, ctx, identifier, ctx.oidc.client ?? {});
  const api = await deps.findResourceServer(identifier);
  return { scope, isByRole: api?.roles === 'enforce' };
}

/** RFC 6749 §5.2: a refresh token of who may not use the app any more is good for nothing; a new sign-in says why. */
async function assertStillAllowed(
  { permitted }: Pick<ConfigurationDeps, 'permitted'>,
  { req, oidc }: KoaContextWithOIDC,
): Promise<void> {
  const { client, account } = oidc;
  if (!client || !account || (await permitted.mayUse(req, account.accountId, client))) return;
  throw new errors.InvalidGrant(NOT_FOR_THEM);
}

/** The names of the roles of whom a JWT is for, at the APIs that want them. Throws `invalid_scope` for one that permits nothing. */
async function rolesOf(
  { findResourceServer, permitted }: ResourceDeps,
  { req }: KoaContextWithOIDC,
  token: object,
): Promise<{ roles?: readonly string[] }> {
  const { resourceServer, accountId, clientId, kind, scope } = token as IssuedToken;
  const api = resourceServer && (await findResourceServer(resourceServer.identifier()));
  if (!api) return {};
  // A role was taken away since the code was given, and nothing is left of what it was for.
  if (kind !== 'ClientCredentials' && api.roles === 'enforce' && !scope)
    throw new errors.InvalidScope(NOTHING_PERMITTED, '');
  // Who introspects an opaque one is told what holds then (`introspection.ts`).
  if (api.tokenFormat !== 'jwt') return {};
  const holder = accountId === undefined ? { clientId } : { userId: accountId };
  return defined({ roles: await permitted.namesFor(req, api, holder) });
}

type IssuedToken = {
  kind: string;
  clientId: string;
  accountId?: string;
  scope?: string;
  resourceServer?: { identifier(): string };
};

/** The resource server's word is first: it has to live with the token; then the client's; then the default. */
function accessTokenSeconds(token: object, client: object, settings: OidcConfig): number {
  const { resourceServer } = token as { resourceServer?: LibraryResourceServer };
  return (
    resourceServer?.accessTokenTTL ?? settingsOf(client).accessTokenTtlSeconds ?? settings.accessTokenSeconds
  );
}

function mutable(claims: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(claims).map(([scope, names]) => [scope, [...names]]));
}
