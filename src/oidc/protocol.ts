import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Context } from 'koa';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Consents } from '../consents/consents.ts';
import type { CookieNames } from '../http/cookies.ts';
import { rememberSignOut } from '../http/cookies.ts';
import { isDocumentPath } from '../http/documents.ts';
import { errorUri } from '../http/error-uri.ts';
import { notFound, refuseMethod } from '../http/errors.ts';
import type { IssuerConfig } from '../http/issuer.ts';
import { forgetPages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import { publicJwk } from '../lib/jwk.ts';
import type { Sealer } from '../lib/seal.ts';
import { hmac } from '../lib/secret.ts';
import { createAdapterFactory } from './adapter/adapter.ts';
import { createClientFinder } from './adapter/client.ts';
import { assertRedeemed } from './adapter/code.ts';
import { createHeld } from './adapter/held.ts';
import type { AdapterStore } from './adapter/storage.ts';
import { letGoWhenAnswered } from './answered.ts';
import type { PersonClaims } from './claim-sources.ts';
import { createFindAccount } from './claims.ts';
import { claimsOfClient } from './client-claims.ts';
import { createConfiguration, SIGNING_ALGS, sectorOf } from './configuration.ts';
import type { Demands } from './demands.ts';
import type { OidcDeps } from './deps.ts';
import { type EventsDeps, logEvents, reportTheft, wasRefused } from './events.ts';
import { createApiKeyExchange, isKeyGood, kindOfHolder } from './grant-types/api-key.ts';
import { type ExchangeKind, registerTokenExchange } from './grant-types/token-exchange.ts';
import { loadGrant } from './grants.ts';
import { bindInteractions, createInteractions } from './interactions.ts';
import { createJwtVerifier } from './introspection.ts';
import type { Levels } from './levels.ts';
import { createLibraryPages } from './library-pages.ts';
import { lacksKeyOfClient, signByNewestKeys } from './missing-keys.ts';
import { noteOfflineAccess } from './offline-access.ts';
import { overrideLibrary, presentedAt } from './overrides.ts';
import { createOidcPages } from './pages.ts';
import type { Permitted } from './permitted.ts';
import { createPkceRatchet } from './pkce-ratchet.ts';
import type { ReadAhead } from './read-ahead.ts';
import { judgeRefusal, type RefusalsDeps } from './refusals/refusals.ts';
import { admitOurs, dropEmptyJson, redirectPost } from './requests.ts';
import type { Sessions } from './sessions.ts';
import { tidyRequest } from './tidy.ts';
import { admitAtUserinfo, isSharedWithApi } from './userinfo-tokens.ts';

export type ProtocolDeps = OidcDeps & {
  names: CookieNames;
  store: AdapterStore;
  consents: Consents;
  levels: Levels;
  permitted: Permitted;
  personClaims: PersonClaims;
  ahead: ReadAhead;
  demands: Demands;
  sealer: Sealer;
  sessions: Sessions;
  /** Takes up changed keys and ended sessions. */
  refresh(): Promise<void>;
};

export type Protocol = Awaited<ReturnType<typeof createProtocol>>;

/** What of the protocol needs the library, apart from what commands need of it (`oidc.ts`, which says what each is for). */
export async function createProtocol(deps: ProtocolDeps) {
  const {
    config,
    clock,
    users,
    keys,
    names,
    store,
    consents,
    levels,
    permitted,
    personClaims,
    ahead,
    demands,
    sealer,
    sessions,
  } = deps;
  const interactions = createInteractions({
    names,
    sessions,
    areStillGood: deps.methods.areStillGood,
    showElsewhere: (ctx, found) => deps.interaction.showElsewhere(ctx, found),
  });
  const events: EventsDeps = {
    ...deps,
    findUser: users.find,
  };
  const findUserAhead = (req: IncomingMessage, userId: string) =>
    ahead.begin(req, ['user', userId], () => users.find(userId));
  const adapter = createAdapterFactory({
    ...deps,
    personClaims,
    kindOfHolder,
    issuer: config.issuer,
    settings: config.oidc,
    store,
    sealer,
    serverKeys: keys.serverKeys,
    held: createHeld({
      store,
      rateLimit: deps.rateLimit,
      config: config.oidc.unused,
      isLoopback: config.isLoopback,
      metrics: deps.metrics,
    }),
    ahead,
    findUserAhead,
    readPersonAhead(req, userId) {
      findUserAhead(req, userId);
      demands.readAhead(req, userId);
    },
  });
  /** What the sentence about a refusal looks up. */
  const lookUps: RefusalsDeps = {
    clock: deps.clock,
    findSimilarClients: deps.clients.findSimilar,
    isClientDisabled: async (id) => (await deps.clients.find(id))?.disabledAt !== undefined,
    isResourceServer: async (identifier) => (await deps.resourceServers.find(identifier)) !== undefined,
    whenExpired: async (model, id) =>
      model === 'RefreshToken' ? store.whenRefreshTokenExpired(id) : store.whenArtifactExpired?.(model, id),
  };
  const pages = createOidcPages({
    config,
    clock: deps.clock,
    pages: deps.pages,
    isLoopback: config.isLoopback,
    explain: (ctx, error) => judgeRefusal(ctx, error, lookUps).explain(),
    findUser: users.find,
    subjectFor,
    isSignedIn: async (ctx) => (await sessions.find(ctx)) !== undefined,
    showLost: deps.interaction.showLost,
  });

  const libraryPages = createLibraryPages({
    config,
    pages: deps.pages,
    endedAlready: pages.endedAlready,
  });
  const findClient = createClientFinder({ ...deps, kindOfHolder });
  const findAccount = createFindAccount(users, ahead, personClaims);
  const exchanges: ExchangeKind[] = [
    createApiKeyExchange({
      ...deps,
      findAccount,
      issuer: config.issuer,
      accessTokenSeconds: config.oidc.accessTokenSeconds,
      now: clock.now,
    }),
  ];
  const userinfoUrl = `${config.issuer}/me`;
  const ratchet = createPkceRatchet(deps);
  let version = await keys.version();
  let current = build(await keys.jwks());

  return {
    provider: () => current.provider,

    findInteraction: (ctx: { req: IncomingMessage; res: ServerResponse }, uid: string) =>
      interactions.find(current.provider, ctx, uid),

    async handle(ctx: Context): Promise<void> {
      let serving = current;
      if (ctx.method === 'POST') {
        if (await redirectPost(ctx, config.base)) return;
        await admitOurs(ctx, serving.introspection);
        await dropEmptyJson(ctx);
      } else if (!(await interactions.admitResume(serving.provider, ctx))) return;
      await tidyRequest(ctx, { ...deps, personClaims });
      if (!serving.hasAllAlgs && (await lacksKeyOfClient(ctx, serving.algs, deps.clients))) {
        await deps.refresh();
        serving = current;
      }
      await admitAtUserinfo(ctx, userinfoUrl, serving.introspection);
      await serving.run(ctx);
      if (ctx.path === '/me') await completeUserinfo(ctx);
      noteOfflineAccess(ctx, deps);
      if (ctx.path === '/token') await ratchet.note(ctx as unknown as KoaContextWithOIDC);
      await libraryPages.takeOver(ctx);
      if (ctx.status === 200) publish(ctx, serving === current);
    },

    /**
     * Whose access token this request brought, and to which app it was given: judged as userinfo judges it, by the library
     * itself, which has answered when it is none. `isShared`: an API has it as well, and could be the one that asks.
     */
    async judgeToken(
      ctx: Context,
    ): Promise<{ userId: string; clientId: string; isShared: boolean } | undefined> {
      const { url } = ctx;
      presentedAt.set(ctx.req, `${config.issuer}${ctx.path}`);
      ctx.url = '/me';
      try {
        await admitAtUserinfo(ctx, userinfoUrl, current.introspection);
        await current.run(ctx);
      } finally {
        ctx.url = url;
      }
      const { entities } = (ctx as unknown as KoaContextWithOIDC).oidc;
      const { Account: account, Client: client } = entities;
      // What it says of the person is not asked here.
      if (ctx.status !== 200 || !account || !client) return undefined;
      ctx.body = undefined;
      const isShared = isSharedWithApi(entities.AccessToken);
      return { userId: account.accountId, clientId: client.clientId, isShared };
    },

    /** Builds a new provider when the keys have changed. */
    async refreshKeys(): Promise<void> {
      const latest = await keys.version();
      if (latest === version) return;
      current = build(await keys.jwks());
      version = latest;
      deps.documents.forget();
    },

    subjectFor,
  };

  async function subjectFor(userId: string, clientId: string): Promise<string> {
    const client = await current.provider.Client.find(clientId);
    if (client?.subjectType !== 'pairwise') return userId;
    return pairwiseSubject(sectorOf(client), userId);
  }

  /** What this app is told under names of its own; a signed answer has it already. */
  async function completeUserinfo(ctx: Context): Promise<void> {
    const { oidc } = ctx as unknown as Partial<KoaContextWithOIDC>;
    if (ctx.status !== 200 || typeof ctx.body !== 'object' || ctx.body === null || !oidc?.client) return;
    const told = await claimsOfClient(ctx as unknown as KoaContextWithOIDC, 'userinfo', personClaims);
    if (Object.keys(told).length > 0) ctx.body = { ...ctx.body, ...told };
  }

  /** The library's answer becomes a document that is served before the stack, until the next change of keys. */
  function publish(ctx: Context, isCurrent: boolean): void {
    const { path } = ctx;
    if (!isDocumentPath(path)) return;
    ctx.set('Cache-Control', `public, max-age=${DOCUMENT_SECONDS}`);
    const isWhole = ctx.method === 'GET' && typeof ctx.body === 'object' && ctx.querystring === '';
    if (!isCurrent || !isWhole) return;
    const type = ctx.response.get('Content-Type');
    const body = JSON.stringify(ctx.body);
    ctx.set('ETag', deps.documents.remember(path, { type, body, maxAgeSeconds: DOCUMENT_SECONDS }));
  }

  function build(jwks: { keys: readonly object[] }) {
    const provider = new Provider(
      config.issuer,
      createConfiguration({
        adapter,
        jwks: { keys: jwks.keys.map((key) => structuredClone(key)) } as never,
        settings: config.oidc,
        demands,
        levels: levels.names,
        matrix: levels,
        openStepOf: deps.openStepOf,
        isSecure: config.isSecure,
        cookieNames: names,
        cookiePath: config.isSecure ? '/' : config.base || '/',
        locales: deps.locales,
        isRegistrationOpen: deps.isRegistrationOpen,
        outgoing: deps.outgoing,
        defaultResource: config.resourceServers.defaultResource,
        userinfoUrl,
        findAccount,
        personClaims,
        permitted,
        async loadExistingGrant(ctx) {
          await permitted.narrowAsked(ctx, deps.resourceServers.find);
          return await loadGrant(ctx, consents);
        },
        interactionUrl: (ctx, interaction) => deps.interaction.url(ctx, interaction as never),
        findResourceServer: deps.resourceServers.find,
        findResourceServerByAudience: deps.resourceServers.findByAudience,
        pairwiseSubject,
        onTheft: (ctx) => reportTheft(ctx, events),
        pages,
      }),
    );
    overrideLibrary(provider, {
      issuer: config,
      clock,
      levels,
      findClient,
      personClaims,
      userinfo: {
        personClaims,
        findResourceServer: deps.resourceServers.find,
        findResourceServerByAudience: deps.resourceServers.findByAudience,
      },
    });
    registerTokenExchange(provider, exchanges);
    const algs = new Set(jwks.keys.map((key) => String((key as { alg?: unknown }).alg))); // at most those that there are
    signByNewestKeys(provider, {
      algs,
      async newest() {
        await deps.refresh();
        return current.provider;
      },
    });
    bindInteractions(provider, deps.browser);
    logEvents(provider, { ...deps, ...lookUps });
    provider.on('grant.success', assertRedeemed);
    provider.on('end_session.success', (ctx) => {
      if (!ctx.oidc.params?.logout) return;
      forgetPages(ctx.res);
      rememberSignOut(ctx.res, config);
    });
    const compose = (provider as unknown as { compose(list: unknown[]): (ctx: object) => Promise<void> })
      .compose;
    const run = compose(provider.middleware);
    return {
      provider,
      algs,
      hasAllAlgs: SIGNING_ALGS.every((alg) => algs.has(alg)),
      introspection: {
        verify: createJwtVerifier(config.issuer, createLocalJWKSet(publicOnly(jwks))),
        findGrant: store.findGrant,
        isKeyGood: async (id: string) => isKeyGood(await deps.apiKeys.find(id), clock.now()),
        lookAtKey: deps.apiKeys.look,
        findUserAhead,
      },
      run: (ctx: Context) => runLibrary(config, run, ctx),
    };
  }

  async function pairwiseSubject(sector: string, userId: string): Promise<string> {
    const { key } = await keys.serverKeys.current('pairwise');
    return hmac(key, 'pairwise subject', sector, userId);
  }
}

const READ = ['GET', 'HEAD'];
/** By which methods the library's addresses are asked; it has no word for any other. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/.well-known/openid-configuration': READ,
  '/.well-known/oauth-authorization-server': READ,
  '/jwks': READ,
  '/auth': [...READ, 'POST'],
  '/me': [...READ, 'POST'],
  '/session/end': [...READ, 'POST'],
  '/session/end/confirm': ['POST'],
  '/session/end/success': READ,
  '/request': ['POST'],
  '/token': ['POST'],
  '/token/introspection': ['POST'],
  '/token/revocation': ['POST'],
};

/** Runs the library on our own context, so that what it does not know becomes our page. */
async function runLibrary(
  config: IssuerConfig,
  run: (ctx: object) => Promise<void>,
  ctx: Context,
): Promise<void> {
  await run(ctx);
  letGoWhenAnswered(ctx);
  if (ctx.status === 404 && (ctx.body === undefined || ctx.body === null)) {
    const methods = METHODS[ctx.path];
    if (!methods || methods.includes(ctx.method)) throw notFound();
    refuseMethod(ctx, [{ methods }]);
  }
  if (wasRefused(ctx.req) || ctx.status >= 500)
    tellWhere(ctx, (error) => errorUri(config, error, requestInfo(ctx).id));
}

/**
 * Where the error is explained goes with the library's refusals (RFC 6749 §4.1.2.1, §5.2), and with it the reference id
 * under which the log says what exactly was wrong: in the JSON, and to the app's redirect URI.
 */
function tellWhere(
  ctx: { body?: unknown; response: { get(name: string): string; set(name: string, value: string): void } },
  uriOf: (error: string) => string,
): void {
  const { body } = ctx;
  if (typeof body === 'object' && body !== null && 'error' in body)
    ctx.body = { ...body, error_uri: uriOf(String(body.error)) };
  const location = URL.parse(ctx.response.get('location'));
  if (!location) return;
  const inFragment = new URLSearchParams(location.hash.slice(1));
  const error = location.searchParams.get('error') ?? inFragment.get('error');
  if (error === null) return;
  if (location.searchParams.has('error')) location.searchParams.set('error_uri', uriOf(error));
  else {
    inFragment.set('error_uri', uriOf(error));
    location.hash = inFragment.toString();
  }
  ctx.response.set('Location', location.href);
}

/** Discovery and keys change rarely, and a new key is published long before it signs. */
const DOCUMENT_SECONDS = 300;

function publicOnly(jwks: { keys: readonly object[] }): JSONWebKeySet {
  return { keys: jwks.keys.map(publicJwk) } as unknown as JSONWebKeySet;
}
