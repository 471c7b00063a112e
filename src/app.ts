import type { RequestListener } from 'node:http';
import { createAccess, EVERYBODY, sweptAccess } from './access/access.ts';
import { createAccount } from './account/account.ts';
import { ACCOUNT_CLIENT_ID } from './account/sign-in.ts';
import { createAudit, sweptAudit, sweptRepeated } from './audit/audit.ts';
import { createCommands } from './cli/commands.ts';
import { builtInAccountClient } from './clients/built-in.ts';
import { CLIENT_PROPERTIES, type ClientProperties, createClients } from './clients/clients.ts';
import type { Config } from './config.ts';
import { createDatabase } from './database/database.ts';
import { createLeases } from './database/lease.ts';
import { codeRelease, migrate } from './database/migrate.ts';
import { createRedis } from './database/redis/redis.ts';
import { createSweeper, type SweptTable } from './database/sweeper.ts';
import { createDoctorRoutes } from './doctor/seen.ts';
import { createBrowserSecret } from './http/browser-secret.ts';
import { createCsrf } from './http/csrf.ts';
import { createDocuments } from './http/documents.ts';
import { createKnownBrowsers } from './http/known-browser.ts';
import { createOutgoing } from './http/outgoing.ts';
import { createOverload } from './http/overload.ts';
import { createPages } from './http/page.ts';
import { requestInfo } from './http/request.ts';
import { createServer } from './http/server.ts';
import { createStaticRoutes, listStaticFiles } from './http/static.ts';
import { createI18n } from './i18n/i18n.ts';
import { createEntry } from './interaction/entry.ts';
import { createHalfSignInWarner } from './interaction/half-sign-in.ts';
import { createInteraction } from './interaction/interaction.ts';
import { createKeys } from './keys/keys.ts';
import { loadOrCreateSecretKeyFile } from './keys/root-keys.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createSealer } from './lib/seal.ts';
import { createMail, createMailboxRoutes } from './mail/mail.ts';
import { sweptMailedProofs } from './mailed-codes/mailed-codes.ts';
import { builtInMethods } from './methods/built-in.ts';
import { createLimits } from './methods/limits.ts';
import { createOneTimeMemory } from './methods/memory.ts';
import { createMethods } from './methods/methods.ts';
import type { MethodPlugIn } from './methods/plug-in.ts';
import { contributionsOf, plugInMethods } from './methods/plugged.ts';
import { createMemoryRedisStore } from './methods/redis-store.ts';
import { createRememberedBrowsers } from './methods/remembered-browsers.ts';
import { createMethodsStore, sweptMethods } from './methods/store.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { Logger } from './observability/logger.ts';
import { claimSources as builtInClaims, type ClaimSource, createOidc, type Oidc } from './oidc/oidc.ts';
import { createHealth } from './process/health.ts';
import { createJobs } from './process/jobs.ts';
import { createRequestMeter, measureOutgoing, measureStores, measureSweeps } from './process/measure.ts';
import { createRateLimit } from './rate-limit/rate-limit.ts';
import { createResourceServers } from './resource-servers/resource-servers.ts';
import { createUserAdministration } from './users/administration.ts';
import { createUsers } from './users/users.ts';
import { readLogo } from './views/logo.ts';
import { createViews } from './views/views.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

/** A changed client, key or setting holds on every node within 2 s (design: nodes). */
const REFRESH_MS = 1_000;
const SCHEDULE_MS = 60_000;
const REPEATED_MS = 5_000;

/**
 * The table of contents: builds every module once, in the order of the rings. Opens the database and brings it up to
 * date; opens no port. `start` begins the background work, `close` ends it and everything else.
 */
export async function createApp(
  config: Config,
  {
    logger,
    clock = systemClock,
    methods: plugIns = builtInMethods,
    clientProperties = CLIENT_PROPERTIES,
    claimSources = builtInClaims,
  }: {
    logger: Logger;
    clock?: Clock;
    methods?: readonly MethodPlugIn[];
    clientProperties?: ClientProperties;
    claimSources?: readonly ClaimSource[];
  },
) {
  // Platform
  const metrics = await createMetrics({ config, release: await codeRelease() });
  const rootKeys = config.rootKeys ?? (await rootKeysOfFile(config, logger));
  const sealer = createSealer(rootKeys);
  const db = await createDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    config: config.database,
    logger,
  });
  await migrate({ db, clock });
  const redis =
    config.redisUrl === undefined
      ? undefined
      : await createRedis({ url: config.redisUrl, config: config.redis, logger }).catch(async (error) => {
          await db.close();
          throw error;
        });
  measureStores({ metrics, db, redis });
  const leases = createLeases({ db });
  const audit = createAudit({ db, clock, logger, metrics });
  const rateLimit = createRateLimit({ db, redis });
  const outgoing = createOutgoing({ config, measure: measureOutgoing(metrics) });
  const i18n = createI18n(config);
  const views = createViews({
    config,
    i18n,
    icons: contributionsOf(plugIns).icons,
    overrides: await overridesOf(config),
    failed: (view, error) => logger.error({ err: error, view }, 'A view of VIEWS_DIR failed; ours was shown'),
  });
  const mail = createMail({
    db,
    sealer,
    clock,
    config,
    logger,
    render: views.mail,
    chooseLocale: i18n.choose,
    metrics,
  });

  // Nouns
  const users = createUsers({
    db,
    clock,
    audit,
    end: (userId, cause, facts) => access.end(userId, cause, facts),
  });
  const keys = createKeys({
    db,
    sealer,
    clock,
    config: config.keys,
    audit,
    sealedColumns: [...mail.sealedColumns, ...contributionsOf(plugIns).sealedColumns],
    metrics,
  });
  await keys.prepare();
  const clients = createClients({
    db,
    clock,
    audit,
    keys,
    whenEnded: (clientId, cause) => access.end(EVERYBODY, cause, { clientId }),
    builtIn: [builtInAccountClient(config.issuer, config.brand.name)],
    outgoing,
    properties: clientProperties,
  });
  const resourceServers = createResourceServers({
    db,
    clock,
    audit,
    keys,
    scopesOfPeople: claimSources.flatMap(({ scopes }) => Object.keys(scopes)),
  });

  // Methods
  const plugged = plugInMethods(plugIns, {
    config,
    db,
    sealer,
    clock,
    audit,
    metrics,
    users,
    clients,
    keys,
    mail,
  });
  const { password, passkeys } = plugged;
  const methodsStore = createMethodsStore(db);
  const oneTime = createOneTimeMemory({
    store: redis ? createMemoryRedisStore(redis) : methodsStore,
    clock,
    config: config.methods,
  });
  const limits = createLimits({
    store: methodsStore,
    rateLimit,
    accountKey: async () => (await keys.serverKeys.current('codes')).key,
    clock,
    config: config.methods,
  });
  const methods = createMethods({
    methods: plugged.methods,
    limits,
    oneTime,
    leases,
    users,
    audit,
    clock,
    added: (change) => access.announceAdded(change),
    removed: ({ userId, method, request }) => access.end(userId, 'method_removed', { method, request }),
    metrics,
  });

  const rememberedBrowsers = createRememberedBrowsers({
    store: methodsStore,
    clock,
    config,
    passwordChangedAt: password.changedAt,
  });

  // Protocol and pages
  const browser = createBrowserSecret(config);
  const csrf = createCsrf({ config, key: (await keys.serverKeys.current('csrf')).key });
  const documents = createDocuments(config);
  const logo = config.brand.logoFile === undefined ? undefined : readLogo(config.brand.logoFile);
  const brand = logo ? { ...config.brand, logoUrl: `${config.base}${logo.path}` } : config.brand;
  const pages = createPages({ views, csrf, config: { ...config, brand } });
  const oidc: Oidc = await createOidc({
    config,
    documents,
    db,
    redis,
    clock,
    logger,
    metrics,
    audit,
    endStolen: ({ userId, ...stolen }) => access.end(userId, 'token_stolen', stolen),
    rateLimit,
    users,
    claimSources,
    clients,
    resourceServers,
    keys,
    methods,
    isRemembered: rememberedBrowsers.isRemembered,
    outgoing,
    pages,
    locales: i18n.locales,
    interaction: {
      url: (ctx, pending) => interaction.url(ctx, pending),
      showLost: (ctx) => interaction.showLost(ctx),
      showElsewhere: (ctx, found) => interaction.showElsewhere(ctx, found),
    },
    browser,
  });

  // Who may change what, and what ends when
  const access = createAccess({
    ...oidc,
    db,
    methods,
    rememberedBrowsers,
    knownBrowsers: {
      forget: (userId, knownBrowserHash) => methodsStore.forgetBrowser({ userId, knownBrowserHash }),
    },
    links: users.links,
    proofs: [
      ...plugged.proofs,
      { endAllOf: (userId) => entry.mailedProofs.endAllOf(userId) },
      { endAllOf: (userId) => account.emailChanges.endAllOf(userId) },
    ],
    users,
    mail,
    clock,
    config,
    leases,
    audit,
    rateLimit,
    password,
    listEarlierAddresses: (userId) => account.listEarlierAddresses(userId),
  });

  const { strength, lostDevice } = access;

  // What people go through
  const knownBrowsers = createKnownBrowsers(config);
  const isBrowserKnown = (userId: string, knownBrowserHash: string) =>
    methodsStore.isBrowserKnown({ userId, knownBrowserHash }, clock.now());
  const interaction = createInteraction({
    config,
    clock,
    pages,
    browser,
    audit,
    metrics,
    users,
    clients,
    resourceServers,
    methods,
    strength,
    lostDevice,
    passkeys,
    offeredMethods: config.methods.offered,
    rememberedBrowsers,
    access,
    warnOfHalfSignIn: createHalfSignInWarner({ mail, rateLimit, clock, issuer: config.issuer }),
    password,
    entryLinks: (uid, app) => entry.linksFor(uid, app),
    isLeaving: (userId) => account.isLeaving(userId),
    knownBrowsers: {
      async remember(ctx, person, { signedInAt, isLeaving }) {
        const knownBrowserHash = knownBrowsers.remember(ctx);
        await entry.announceBrowser(ctx, { person, knownBrowserHash, signedInAt });
        await methods.rememberBrowser(person.id, knownBrowserHash);
        if (isLeaving) await account.keep(person, requestInfo(ctx));
        return knownBrowserHash;
      },
      isKnown: isBrowserKnown,
    },
    oneTime,
    i18n,
    keys,
    oidc,
  });
  const entry = createEntry({
    config,
    db,
    clock,
    pages,
    audit,
    users,
    clients,
    methods,
    limits,
    strength,
    password,
    passkeys,
    oneTime,
    mail,
    keys,
    oidc,
    access,
    knownBrowsers: {
      look: (userId, knownBrowserHash) =>
        methodsStore.lookForBrowser({ userId, knownBrowserHash }, clock.now()),
    },
  });
  const account = createAccount({
    config,
    db,
    clock,
    pages,
    audit,
    leases,
    mail,
    methods,
    strength,
    lostDevice,
    keys,
    oneTime,
    passkeys,
    password,
    personalData: plugged.personalData,
    rateLimit,
    rememberedBrowsers,
    access,
    users,
    clients,
    resourceServers,
    i18n,
    // A session that lacks what is demanded of the person is none here: it leads to the sign-in, which asks for it.
    oidc: {
      ...oidc,
      sessions: { ...oidc.sessions, find: (ctx) => oidc.sessions.findSufficient(ctx, ACCOUNT_CLIENT_ID) },
    },
  });

  const ownRoutes = {
    interaction: [...interaction.routes, ...entry.routes],
    account: account.routes,
    methods: plugged.routes({
      config,
      clock,
      pages,
      audit,
      methods,
      users,
      clients,
      mail,
      oneTime,
      interactionUrl: (uid, clientId) => interaction.url(undefined, { uid, params: { client_id: clientId } }),
      signInHere: interaction.signInHere,
      comeBack: interaction.comeBack,
    }),
  };

  // Server
  const health = createHealth({ db, redis });
  const overload = createOverload({ config: config.http.overload, logger, parked: plugged.waiting });
  const server = createServer({
    config,
    logger,
    overload,
    pages,
    csrf,
    chooseLocale: i18n.choose,
    rateLimit,
    meter: createRequestMeter(metrics, config.base),
    routes: [
      ...health.routes,
      ...metrics.routes,
      ...createDoctorRoutes({ config, rootKeys, clock }),
      ...ownRoutes.interaction,
      ...ownRoutes.methods,
      ...ownRoutes.account,
      ...createMailboxRoutes({ mailbox: mail.mailbox, pages }),
      ...createStaticRoutes(listStaticFiles({ icon: views.icon, logo })),
    ],
    documents,
    fallback: oidc.handle,
  });

  // Commands
  const administration = createUserAdministration({
    users,
    passwords: password,
    access,
    removeSecondFactors: methods.enrol.removeSecondFactors,
    mail,
    recoveryTtlSeconds: config.recovery.startedTtlSeconds,
    registration: config.registration,
    audit,
    clock,
    config: config.users,
    issuer: config.issuer,
  });
  const commands = createCommands({
    clients: {
      clients,
      properties: clientProperties,
      config: config.clients,
      isResource: async (identifier) => (await resourceServers.find(identifier)) !== undefined,
      levels: oidc.levels.names,
      methods: plugIns.map(({ id }) => id),
    },
    resourceServers: {
      resourceServers,
      levels: oidc.levels.names,
    },
    users: { users, administration, mail, audit },
    access: { users, lostDevice, demands: oidc.demands, audit },
    keys: { keys, clock },
    audit: { audit },
  });

  // Background work
  const brought = [mail, rateLimit, users, clients, resourceServers, plugged, account];
  const sweeper = createSweeper({
    db,
    clock,
    leases,
    logger,
    tables: [
      ...sweptOidc,
      ...sweptMethods,
      ...brought.flatMap(({ sweeps }) => sweeps),
      sweptMailedProofs,
      sweptAudit(config.audit),
      sweptRepeated,
      sweptAccess,
    ],
    steps: [{ name: 'spent refresh tokens', run: oidc.emptySpentRefreshTokens }],
    everySeconds: config.database.sweepEverySeconds,
    onSwept: measureSweeps(metrics, clock),
  });
  /** One node each minute: the lease is left to run out. */
  async function endAgain(): Promise<void> {
    if (await leases.take('oidc.ended_sessions', { ttlSeconds: 50 })) await oidc.endAgain();
  }

  const jobs = createJobs(
    [
      { everyMs: REFRESH_MS, run: oidc.refresh, failure: 'Keys could not be read again' },
      { everyMs: SCHEDULE_MS, run: keys.runSchedule, failure: 'The keys could not be looked after' },
      {
        everyMs: REPEATED_MS,
        run: audit.writeRepeated,
        failure: 'What was repeated could not be written to the audit',
      },
      ...(redis
        ? [{ everyMs: SCHEDULE_MS, run: endAgain, failure: 'Ended sessions could not be ended again' }]
        : []),
      { everyMs: SCHEDULE_MS, run: lostDevice.runDue, failure: 'What was lost could not be removed' },
      {
        everyMs: SCHEDULE_MS,
        run: account.runDeletions,
        failure: 'Accounts that are due could not be deleted',
      },
    ],
    { logger },
  );

  return {
    callback: ((req, res) => {
      db.lookAgain();
      return server.callback(req, res);
    }) as RequestListener,
    commands,
    health,
    /** What people go through, by the folder that brings it. */
    routes: ownRoutes,
    countEndedConnection: (why: 'network' | 'all') =>
      metrics.count('gatehouse_http_connections_ended_total', { why }),
    /** For tests, and for the demo, which makes what it needs by hand. */
    modules: {
      db,
      access,
      account,
      audit,
      mail,
      users,
      clients,
      resourceServers,
      keys,
      password,
      methods,
      rememberedBrowsers,
      oidc,
      sweeper,
    },
    /** For the first start: a link that makes the first administrator; undefined when somebody exists. */
    async firstAdministratorUrl(): Promise<string | undefined> {
      if (await users.hasAny()) return undefined;
      const { token } = await users.links.create('first-administrator', {
        ttlSeconds: config.users.firstAdministratorLinkTtlSeconds,
      });
      return `${config.issuer}/first-administrator?token=${token}`;
    },
    start(): void {
      void metrics
        .start()
        .catch((error: unknown) => logger.error({ err: error }, 'Prometheus gets no answer'));
      sweeper.start();
      mail.start();
      jobs.start();
    },
    async close(): Promise<void> {
      jobs.stop();
      await sweeper.stop();
      await mail.stop();
      await outgoing.close();
      await metrics.stop();
      await redis?.close();
      await db.close();
    },
  };
}

const sweptOidc: readonly SweptTable[] = [
  { name: 'artifacts', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'refresh_tokens', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'sessions', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'ended_sessions', key: 'uid', expiresAt: 'expires_at' },
  { name: 'redeemed_codes', key: 'code_hash', expiresAt: 'expires_at' },
  { name: 'grants', key: 'id', expiresAt: 'expires_at' },
];

/** `config.ts` has judged them; what they need is loaded only by those who have some. */
async function overridesOf({ views: { dir } }: Config) {
  if (dir === undefined) return undefined;
  const { loadOverrides } = await import('./views/load-overrides.ts');
  return loadOverrides(dir).overrides;
}

async function rootKeysOfFile(config: Config, logger: Logger) {
  const { rootKeys, path, isCreated, warnings } = await loadOrCreateSecretKeyFile(config.dataDir);
  if (isCreated) logger.info({ path }, 'Made a root key for this installation');
  for (const warning of warnings) logger.warn({}, warning);
  return rootKeys;
}
