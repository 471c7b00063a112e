import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Context } from 'koa';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import { type Consents, createConsentStore, createConsents } from '../consents/consents.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { Redis } from '../database/redis/redis.ts';
import type { SweptStep, SweptTable } from '../database/sweeper.ts';
import type { BrowserSecret } from '../http/browser-secret.ts';
import { cookieNames } from '../http/cookies.ts';
import { type Documents, isDocumentPath } from '../http/documents.ts';
import { errorUri } from '../http/error-uri.ts';
import { notFound, refuseMethod } from '../http/errors.ts';
import type { IssuerConfig } from '../http/issuer.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { forgetPages, type Pages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import type { Route } from '../http/routes.ts';
import type { Keys } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { Job } from '../lib/job.ts';
import { publicJwk } from '../lib/jwk.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createSealer } from '../lib/seal.ts';
import { hmac } from '../lib/secret.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import type { Users } from '../users/users.ts';
import { createAdapterFactory } from './adapter/adapter.ts';
import { createClientFinder } from './adapter/client.ts';
import { assertRedeemed } from './adapter/code.ts';
import { createHeld, type HeldDeps } from './adapter/held.ts';
import { createAdapterStore, type StoredSession } from './adapter/storage.ts';
import { letGoWhenAnswered } from './answered.ts';
import { type ClaimSource, createPersonClaims, type PersonClaims } from './claim-sources.ts';
import { createFindAccount } from './claims.ts';
import type { OidcConfig } from './config.ts';
import { createConfiguration, SIGNING_ALGS, sectorOf } from './configuration.ts';
import { createDemands, type Demands, type DemandsDeps } from './demands.ts';
import { type EventsDeps, logEvents, reportTheft, wasRefused } from './events.ts';
import { loadGrant } from './grants.ts';
import {
  bindInteractions,
  createInteractions,
  type Elsewhere,
  type FoundInteraction,
} from './interactions.ts';
import { createJwtVerifier } from './introspection.ts';
import { createLevels, type Levels, type ProvedStep } from './levels.ts';
import { createLibraryPages } from './library-pages.ts';
import { lacksKeyOfClient, signByNewestKeys } from './missing-keys.ts';
import { noteOfflineAccess } from './offline-access.ts';
import { overrideLibrary } from './overrides.ts';
import { createOidcPages } from './pages.ts';
import { createPkceRatchet } from './pkce-ratchet.ts';
import { createReadAhead } from './read-ahead.ts';
import { admitJwt, dropEmptyJson, redirectPost } from './requests.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSecondFactorStore } from './store.ts';
import { tidyRequest } from './tidy.ts';
import { admitAtUserinfo } from './userinfo-tokens.ts';
import { createWebFinger } from './webfinger.ts';

export type { ClaimSource, PersonClaims } from './claim-sources.ts';
export { claimSources } from './claim-sources.ts';
export type { Elsewhere, FoundInteraction } from './interactions.ts';
export { restartUrl } from './restart.ts';
export type { SelectedAccount } from './select-account.ts';
export type { SignInSession } from './sessions.ts';

export type OidcDeps = {
  config: IssuerConfig & { oidc: OidcConfig; resourceServers: { defaultResource?: string | undefined } };
  db: Database;
  /** Absent: what is short-lived is in the database as well. */
  redis?: Redis | undefined;
  leases: Pick<Leases, 'take'>;
  clock: Clock;
  logger: EventsDeps['logger'];
  metrics?: EventsDeps['metrics'];
  audit: Pick<Audit, 'record'>;
  /** Ends the grant of a stolen token and tells the person (`access/`). */
  endStolen: EventsDeps['endStolen'];
  rateLimit: HeldDeps['rateLimit'];
  users: Pick<Users, 'find'>;
  /** Where claims of people come from; the first one is always read. */
  claimSources: readonly ClaimSource[];
  clients: Pick<Clients, 'find' | 'findSimilar' | 'notePkce'>;
  resourceServers: Pick<
    ResourceServers,
    'find' | 'findByAudience' | 'findByIntrospectionId' | 'findSpelling' | 'allScopes'
  >;
  keys: Keys;
  methods: DemandsDeps['methods'] & {
    /** Whether what was proved with can still prove it: not a password that was changed since. */
    areStillGood(
      userId: string,
      steps: readonly Pick<ProvedStep, 'method' | 'at' | 'credentialAt'>[],
    ): Promise<boolean>;
  };
  /** Whether this browser was told not to ask this person for the second factor. */
  isRemembered: DemandsDeps['isRemembered'];
  outgoing: Pick<Outgoing, 'fetch'>;
  pages: Pages;
  /** Takes what is the same for everybody, so that it is written once. */
  documents: Documents;
  locales: readonly string[];
  /** Whether anybody may make an account. */
  isRegistrationOpen: boolean;
  /** Where a person is sent to be asked, and what is shown when that interaction is over: `interaction/` says. */
  interaction: {
    url(ctx: unknown, interaction: { uid: string; params: Record<string, unknown> }): Promise<string>;
    showLost(ctx: Context | KoaContextWithOIDC): Promise<void>;
    /** What is shown at a resume of another browser's, or where that browser goes on. */
    showElsewhere(ctx: Context, found: Elsewhere): Promise<void>;
  };
  /** By which an interaction is bound to the browser that it is made for. */
  browser: Pick<BrowserSecret, 'bind'>;
};

export type Oidc = {
  /** The library of this moment: a change of keys builds a new one. */
  provider(): Provider;
  /** Answers a protocol request. Throws `http.not_found` for what is none. */
  handle(ctx: Context): Promise<void>;
  /** Takes up changed keys and ended sessions, as the job of the same name does each second. */
  refresh(): Promise<void>;
  /** The interaction of an address of ours, for the browser that began it. */
  findInteraction(ctx: { req: IncomingMessage; res: ServerResponse }, uid: string): Promise<FoundInteraction>;
  sessions: Sessions;
  consents: Consents;
  levels: Levels;
  demands: Demands;
  personClaims: PersonClaims;
  /** `sub` as this client sees a person: the id, or a pairwise one (OIDC Core §8.1). */
  subjectFor(userId: string, clientId: string): Promise<string>;
  /** Ends of grants beside those that go with a session, a person or a consent. Answer how many there were. */
  grants: {
    end(id: string): Promise<{ grants: number }>;
    /** Of all people. `withConsents`: what they allowed it goes, too. */
    endOfClient(clientId: string, options?: { withConsents?: boolean }): Promise<{ grants: number }>;
  };
  /** WebFinger, for the domains that the operator names. */
  readonly routes: readonly Route[];
  /** Rows that run out, and what the person's export tells of them. */
  readonly sweeps: readonly SweptTable[];
  readonly sweepSteps: readonly SweptStep[];
  readonly personalData: PersonalData;
  readonly jobs: readonly Job[];
  /** Ends again what was ended lately, in case Redis brought it back. */
  endAgain(): Promise<void>;
};

/** A changed client, key or setting holds on every node within 2 s. */
const REFRESH_MS = 1_000;

export const SWEPT: readonly SweptTable[] = [
  { name: 'artifacts', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'refresh_tokens', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'sessions', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'ended_sessions', key: 'uid', expiresAt: 'expires_at' },
  { name: 'redeemed_codes', key: 'code_hash', expiresAt: 'expires_at' },
  { name: 'grants', key: 'id', expiresAt: 'expires_at' },
];

/** The protocol: oidc-provider over our storage, our decisions and our pages. */
export async function createOidc(deps: OidcDeps): Promise<Oidc> {
  const { config, db, clock, users, keys } = deps;
  const names = cookieNames(config);
  const store = await createAdapterStore({ db, redis: deps.redis });
  const consentStore = createConsentStore({ db });
  const consents = createConsents({ store: consentStore, clock });
  const levels = createLevels(config.oidc.levels);
  const personClaims = createPersonClaims(deps.claimSources);
  const ahead = createReadAhead();
  const demands = createDemands({
    ...deps,
    ahead,
    levels,
    config: config.oidc,
    store: createSecondFactorStore({ db }),
  });
  const sealer = createSealer(await artifactKeys(keys));
  const sessions = createSessions({
    store,
    cookieName: names.session,
    findUser: users.find,
    lacks: (ctx, facts) => demands.lacks(ctx, facts),
    clock,
    read: (stored: StoredSession) =>
      JSON.parse(sealer.open(stored.payload, `oidc:Session:${stored.uid}`).toString()),
  });
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
  const pages = createOidcPages({
    config,
    clock: deps.clock,
    pages: deps.pages,
    isLoopback: config.isLoopback,
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
  const findClient = createClientFinder(deps);
  const userinfoUrl = `${config.issuer}/me`;
  const ratchet = createPkceRatchet(deps);
  /** When the last one was spent that this node has emptied: what was spent before is done. */
  let emptiedUntil = 0;
  let version = await keys.version();
  let current = build(await keys.jwks());

  return {
    provider: () => current.provider,
    findInteraction: (ctx, uid) => interactions.find(current.provider, ctx, uid),
    sessions,
    consents,
    levels,
    demands,
    personClaims,
    grants: {
      end: async (id) => ({ grants: await store.deleteGrants({ id }) }),
      endOfClient: async (clientId, { withConsents = false } = {}) => ({
        grants: await (withConsents
          ? consentStore.deleteOfClient(clientId)
          : store.deleteGrants({ clientId })),
      }),
    },
    routes: createWebFinger(deps),
    sweeps: SWEPT,
    sweepSteps: [{ name: 'spent refresh tokens', run: emptySpentRefreshTokens }],
    personalData: {
      // Sign-ins that are under way.
      artifacts: ['model', 'expires_at'],
      grants: ['client_id', 'is_offline', 'created_at', 'expires_at'],
      second_factor_people: ['rule', 'put_off', 'put_off_at'],
    },
    jobs: [
      { everyMs: REFRESH_MS, run: refresh, failure: 'Keys could not be read again' },
      ...(deps.redis
        ? [{ everyMs: 60_000, run: endAgainAlone, failure: 'Ended sessions could not be ended again' }]
        : []),
    ],
    endAgain: store.endAgain,
    async handle(ctx) {
      let serving = current;
      if (ctx.method === 'POST') {
        if (await redirectPost(ctx, config.base)) return;
        await admitJwt(ctx, serving.introspection);
        await dropEmptyJson(ctx);
      } else if (!(await interactions.admitResume(serving.provider, ctx))) return;
      await tidyRequest(ctx, { ...deps, personClaims });
      if (!serving.hasAllAlgs && (await lacksKeyOfClient(ctx, serving.algs, deps.clients))) {
        await refresh();
        serving = current;
      }
      await admitAtUserinfo(ctx, userinfoUrl, serving.introspection);
      await serving.run(ctx);
      noteOfflineAccess(ctx, deps);
      if (ctx.path === '/token') await ratchet.note(ctx as unknown as KoaContextWithOIDC);
      await libraryPages.takeOver(ctx);
      if (ctx.status === 200) publish(ctx, serving === current);
    },

    refresh,

    subjectFor,
  };

  /** Takes up changed keys and ended sessions: two nodes see each other's within its period. */
  async function refresh(): Promise<void> {
    await store.refreshEnded();
    const latest = await keys.version();
    if (latest === version) return;
    current = build(await keys.jwks());
    version = latest;
    deps.documents.forget();
  }

  /** By one node each minute: the lease is left to run out. */
  async function endAgainAlone(): Promise<void> {
    if (await deps.leases.take('oidc.ended_sessions', { ttlSeconds: 50 })) await store.endAgain();
  }

  /** Takes out of spent refresh tokens what only an honest retry needs, of at most `batch` of them. */
  async function emptySpentRefreshTokens(batch: number): Promise<number> {
    const spentSecondsAgo = config.oidc.refreshGraceSeconds + RETRIED_LATE_SECONDS;
    const { count, last } = await store.emptySpentRefreshTokens({
      spentSecondsAgo,
      batch,
      after: emptiedUntil,
    });
    emptiedUntil = last;
    return count;
  }

  async function subjectFor(userId: string, clientId: string): Promise<string> {
    const client = await current.provider.Client.find(clientId);
    if (client?.subjectType !== 'pairwise') return userId;
    return pairwiseSubject(sectorOf(client), userId);
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
        isSecure: config.isSecure,
        cookieNames: names,
        cookiePath: config.isSecure ? '/' : config.base || '/',
        locales: deps.locales,
        isRegistrationOpen: deps.isRegistrationOpen,
        outgoing: deps.outgoing,
        defaultResource: config.resourceServers.defaultResource,
        userinfoUrl,
        findAccount: createFindAccount(users, ahead, personClaims),
        personClaims,
        loadExistingGrant: (ctx) => loadGrant(ctx, consents),
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
    const algs = new Set(jwks.keys.map((key) => String((key as { alg?: unknown }).alg))); // at most those that there are
    signByNewestKeys(provider, {
      algs,
      async newest() {
        await refresh();
        return current.provider;
      },
    });
    bindInteractions(provider, deps.browser);
    logEvents(provider, {
      ...deps,
      findSimilarClients: deps.clients.findSimilar,
      isClientDisabled: async (id) => (await deps.clients.find(id))?.disabledAt !== undefined,
      isResourceServer: async (identifier) => (await deps.resourceServers.find(identifier)) !== undefined,
      whenExpired: async (model, id) =>
        model === 'RefreshToken' ? store.whenRefreshTokenExpired(id) : store.whenArtifactExpired?.(model, id),
    });
    provider.on('grant.success', assertRedeemed);
    provider.on('end_session.success', (ctx) => {
      if (ctx.oidc.params?.logout) forgetPages(ctx.res);
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

/** The current key seals; older ones open what is still there. */
async function artifactKeys(keys: Keys): Promise<[Buffer, ...Buffer[]]> {
  const current = await keys.serverKeys.current('artifacts');
  const all = await keys.serverKeys.list('artifacts');
  return [current.key, ...all.filter(({ id }) => id !== current.id).map(({ key }) => key)];
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
  if (wasRefused(ctx.req)) tellWhere(ctx, (error) => errorUri(config, error, requestInfo(ctx).id));
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

/** A retry that came in its time may be worked on for as long as a request may take. */
const RETRIED_LATE_SECONDS = 60;

/** Discovery and keys change rarely, and a new key is published long before it signs. */
const DOCUMENT_SECONDS = 300;

function publicOnly(jwks: { keys: readonly object[] }): JSONWebKeySet {
  return { keys: jwks.keys.map(publicJwk) } as unknown as JSONWebKeySet;
}
