import type { RequestListener } from 'node:http';
import { createAccess, EVERYBODY } from './access/access.ts';
import { createAccount } from './account/account.ts';
import { ACCOUNT_CLIENT_ID } from './account/sign-in.ts';
import { createApiKeys } from './api-keys/api-keys.ts';
import { BUILT_IN } from './built-in.ts';
import { builtInAccountClient, builtInApiKeysClient } from './clients/built-in.ts';
import { createClients } from './clients/clients.ts';
import type { Config } from './config.ts';
import { createNouns, gather, type PlugIns } from './contributions.ts';
import { createSweeper } from './database/sweeper.ts';
import { createDoctorRoutes } from './doctor/seen.ts';
import { createCsrf } from './http/csrf.ts';
import { createErrorClassRoutes } from './http/error-class.ts';
import { createKnownBrowsers } from './http/known-browser.ts';
import { createOverload } from './http/overload.ts';
import { createPages } from './http/page.ts';
import { requestInfo } from './http/request.ts';
import { createLogoRoutes, createStaticRoutes, listStaticFiles } from './http/static.ts';
import { createHalfSignInWarner } from './interaction/half-sign-in.ts';
import { createInteraction, passwordMistakes } from './interaction/interaction.ts';
import { createInvitations } from './invitations/invitations.ts';
import { createKeys } from './keys/keys.ts';
import { SYSTEM } from './lib/actor.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { defined } from './lib/defined.ts';
import { createMailboxAddress, createMailboxRoutes } from './mail/mail.ts';
import { createMailedProofs } from './mailed-codes/mailed-codes.ts';
import { contributionsOf, plugInMethods } from './methods/plugged.ts';
import type { Logger } from './observability/logger.ts';
import { createOidc, type Oidc } from './oidc/oidc.ts';
import { createPlatform } from './platform.ts';
import { createHealth } from './process/health.ts';
import { createJobs } from './process/jobs.ts';
import { createRequestMeter, measureSweeps } from './process/measure.ts';
import { createRecovery } from './recovery/recovery.ts';
import { isRegistrationOpen } from './registration/config.ts';
import { createNewcomers } from './registration/newcomers.ts';
import { createRegistration } from './registration/registration.ts';
import { createRequiredSteps } from './required-steps/required-steps.ts';
import { createResourceServers } from './resource-servers/resource-servers.ts';
import { createRoles, ROLE_SCOPES } from './roles/roles.ts';
import { createUpstream, sealedUpstreamColumns } from './upstream/upstream.ts';
import { createUserAdministration } from './users/administration.ts';
import { attributeClaims, createUsers } from './users/users.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * The table of contents: builds every module once, in the order of the rings. Opens the database and brings it up to
 * date; opens no port. `start` begins the background work, `close` ends it and everything else. What a folder brings
 * beside its calls (routes, rows that run out, jobs, personal data) is concatenated (`contributions.ts`).
 * `isServed: false`: for a command, which answers no request; what only requests need is not loaded. `hasCommands: false`:
 * for a server, which nobody types at.
 */
export async function createApp(
  config: Config,
  {
    logger,
    clock = systemClock,
    isServed = true,
    hasCommands = true,
    ...given
  }: { logger: Logger; clock?: Clock; isServed?: boolean; hasCommands?: boolean } & Partial<PlugIns>,
) {
  const {
    methods: plugIns,
    clientProperties,
    requiredSteps: stepPlugIns,
    nouns: nounPlugIns,
    ...lists
  } = { ...BUILT_IN, ...given };
  const claimSources = [...lists.claimSources, attributeClaims(config.users.attributes)];
  const platform = await createPlatform(config, { logger, clock, plugIns });
  const { metrics, rootKeys, db, audit, rateLimit, i18n, views, mail, documents } = platform;

  // Nouns
  const users = createUsers({
    ...platform,
    end: (userId, cause, facts) => access.end(userId, cause, facts),
    giveRoles: (inside, userId) => roles.giveDefaults(inside, userId),
  });
  const keys = createKeys({
    ...platform,
    config: config.keys,
    sealedColumns: [
      mail,
      contributionsOf(plugIns),
      { sealedColumns: sealedUpstreamColumns },
      ...nounPlugIns,
    ].flatMap((each) => each.sealedColumns ?? []),
  });
  await keys.prepare();
  const invitations = createInvitations({ ...platform, users });
  const clients = createClients({
    ...platform,
    keys,
    whenEnded: (clientId, cause) => access.end(EVERYBODY, cause, { clientId }),
    builtIn: [builtInAccountClient(config.issuer, config.brand.name), builtInApiKeysClient()],
    properties: clientProperties,
  });
  const resourceServers = createResourceServers({
    ...platform,
    keys,
    scopesOfPeople: [...claimSources.map(({ scopes }) => scopes), ROLE_SCOPES].flatMap(Object.keys),
  });
  const roles = createRoles({ ...platform, resourceServers });
  const apiKeys = createApiKeys({ ...platform, users, clients, resourceServers, roles });
  const upstream = createUpstream({ ...platform, roles });
  const mailedProofs = createMailedProofs({ ...platform, keys });
  const nouns = {
    ...platform,
    users,
    invitations,
    mailedProofs,
    keys,
    clients,
    resourceServers,
    roles,
    apiKeys,
    upstream,
  };

  // Methods
  const newcomers = createNewcomers(nouns);
  const signIn = plugInMethods(plugIns, {
    ...nouns,
    newcomers,
    added: (change) => access.announceAdded(change),
    removed: ({ userId, method, way, request }) =>
      access.end(userId, 'method_removed', { method, request, ...defined({ way }) }),
  });
  const { methods, password, rememberedBrowsers } = signIn;

  // Protocol and pages
  const csrf = createCsrf({ config, key: (await keys.serverKeys.current('csrf')).key });
  const { logo } = platform;
  const brand = logo ? { ...config.brand, logoUrl: `${config.base}${logo.path}` } : config.brand;
  const mailboxUrl = createMailboxAddress({ mailbox: mail.mailbox, base: config.base });
  const pages = createPages({ views, csrf, config: { ...config, brand }, mailboxUrl });
  const oidc: Oidc = await createOidc({
    ...nouns,
    endStolen: ({ userId, ...stolen }) => access.end(userId, 'token_stolen', stolen),
    claimSources,
    methods,
    isRemembered: rememberedBrowsers.isRemembered,
    pages,
    locales: i18n.locales,
    isRegistrationOpen: isRegistrationOpen(config.registration, mail),
    openStepOf: (req, whose) => requiredSteps.openFor(req, whose),
    interaction: {
      url: (ctx, pending) => interaction.url(ctx, pending),
      showLost: (ctx) => interaction.showLost(ctx),
      showElsewhere: (ctx, found) => interaction.showElsewhere(ctx, found),
    },
  });

  // Who may change what, and what ends when
  const access = createAccess({
    ...nouns,
    ...oidc,
    ...signIn,
    links: users.links,
    proofs: [...signIn.proofs, mailedProofs, { endAllOf: (userId) => account.emailChanges.endAllOf(userId) }],
    listEarlierAddresses: (userId) => account.listEarlierAddresses(userId),
  });
  const { strength, lostDevice } = access;

  // What people go through
  const forPeople = { ...nouns, ...signIn, pages, oidc, access, strength, lostDevice };
  const requiredSteps = createRequiredSteps(stepPlugIns, { ...forPeople, passwordMistakes });
  const browserCookies = createKnownBrowsers(config);
  const interaction = createInteraction({
    ...forPeople,
    offeredMethods: config.methods.offered,
    hasLocalSignIn: config.methods.localSignIn,
    warnOfHalfSignIn: createHalfSignInWarner({ ...platform, issuer: config.issuer }),
    accountLinks: (uid, app) => ({ ...recovery.linkFor(uid, app), ...registration.linkFor(uid, app) }),
    requiredSteps,
    signOut: (ctx, signedIn) => account.signOut(ctx, signedIn),
    moreWays: {
      isDue: (userId) => registration.moreWays.isDue(userId),
      settle: (userId) => registration.moreWays.settle(userId),
    },
    registerProved: (ctx, proved) => registration.continueProved(ctx, proved),
    isLeaving: (userId) => account.isLeaving(userId),
    newcomers: {
      ...config.registration,
      wayInFor: newcomers.wayInOfProved,
      useInvitation: newcomers.useInvitation,
    },
    knownBrowsers: {
      async remember(ctx, person, { signedInAt, isLeaving }) {
        const knownBrowserHash = browserCookies.remember(ctx);
        await recovery.announceBrowser(ctx, { person, knownBrowserHash, signedInAt });
        await methods.rememberBrowser(person.id, knownBrowserHash);
        if (isLeaving) await account.keep(person, requestInfo(ctx));
        return knownBrowserHash;
      },
      isKnown: signIn.knownBrowsers.isKnown,
    },
  });
  const { tickets, wayBack, rowsElsewhere } = interaction;
  const recovery = createRecovery({ ...forPeople, tickets, wayBack });
  const registration = createRegistration({ ...forPeople, newcomers, tickets, wayBack, rowsElsewhere });
  const account = createAccount({
    ...forPeople,
    listPersonalData: () => brought.personalData,
    // A session that lacks what is demanded of the person is none here: it leads to the sign-in, which asks for it.
    oidc: {
      ...oidc,
      sessions: { ...oidc.sessions, find: (ctx) => oidc.sessions.findSufficient(ctx, ACCOUNT_CLIENT_ID) },
    },
  });
  const methodPages = {
    routes: signIn.routesOf({
      ...forPeople,
      interactionUrl: (uid, clientId) => interaction.url(undefined, { uid, params: { client_id: clientId } }),
      signInHere: interaction.signInHere,
      comeBack: interaction.comeBack,
      comeBackToAccount: account.comeBack,
      registerHere: (ctx, email) => registration.continueProved(ctx, { email }),
    }),
  };

  const more = createNouns(nounPlugIns, forPeople);

  // What the folders bring
  const people = { interaction, recovery, registration, methods: methodPages, requiredSteps, account };
  const brought = gather([
    ...[
      audit,
      mail,
      rateLimit,
      keys,
      users,
      invitations,
      mailedProofs,
      clients,
      resourceServers,
      roles,
      apiKeys,
      upstream,
      signIn,
      oidc,
      access,
    ],
    ...Object.values(people),
    ...more.bring,
  ]);

  // Server
  const health = createHealth(platform);
  const buildServer = async () => {
    await oidc.open();
    const { createServer } = await import('./http/server.ts');
    return createServer({
      config,
      logger,
      overload: createOverload({ config: config.http.overload, logger, parked: signIn.waiting }),
      pages,
      csrf,
      chooseLocale: i18n.choose,
      rateLimit,
      meter: createRequestMeter(metrics, config.base),
      routes: [
        ...health.routes,
        ...metrics.routes,
        ...createErrorClassRoutes({ pages }),
        ...createDoctorRoutes({ config, rootKeys, clock }),
        ...brought.routes,
        ...createMailboxRoutes({ mailbox: mail.mailbox, pages, base: config.base }),
        ...createStaticRoutes(listStaticFiles({ icon: views.icon })),
        ...createLogoRoutes(logo),
      ],
      documents,
      fallback: oidc.handle,
    });
  };
  const server = isServed ? await buildServer() : undefined;

  // Commands
  const administration = createUserAdministration({
    ...platform,
    users,
    passwords: password,
    access,
    removeSecondFactors: methods.enrol.removeSecondFactors,
    recoveryTtlSeconds: config.recovery.startedTtlSeconds,
    config: config.users,
    issuer: config.issuer,
  });
  const levels = oidc.levels.names;
  const createCommands = hasCommands ? (await import('./cli/commands.ts')).createCommands : () => [];
  const commands = createCommands({
    clients: {
      clients,
      properties: clientProperties,
      config: config.clients,
      issuer: config.issuer,
      isResource: async (identifier) => (await resourceServers.find(identifier)) !== undefined,
      isAudience: async (name) => (await resourceServers.findByAudience(name)) !== undefined,
      isScope: async (name) =>
        oidc.personClaims.isScope(name) || (await resourceServers.allScopes()).includes(name),
      levels,
      methods: plugIns.map(({ id }) => id),
      isClaim: oidc.personClaims.isClaim,
      problemOfStep: (demand) => requiredSteps.problemOf(demand, 'others'),
      isRole: async (name) => (await roles.find(name)) !== undefined,
      isProvider: async (slug) => (await upstream.find(slug)) !== undefined,
      rolesOf: (clientId) => roles.listOf({ clientId }),
      keysOf: (clientId) => apiKeys.listActive({ clientId }),
    },
    resourceServers: { resourceServers, levels, clients, config, countKeysAt: apiKeys.countAt },
    roles: {
      ...nouns,
      problemOfStep: (demand) => requiredSteps.problemOf(demand, 'others'),
      endRole: (userId, role) => access.end(userId, 'role_taken_now', { role }),
    },
    upstream: nouns,
    apiKeys: nouns,
    users: {
      ...nouns,
      administration,
      config: config.users,
      whereaboutsOf: access.whereaboutsOf,
      rolesOf: (userId) => roles.listOf({ userId }),
      keysOf: (userId) => apiKeys.listActive({ userId }),
      idsOfHolders: roles.idsOfHolders.bind(roles),
      stepsOf: (userId) => requiredSteps.stepsOf(userId),
    },
    requiredSteps: { ...nouns, requiredSteps },
    invitations: nouns,
    access: { ...nouns, ...access, demands: oidc.demands },
    keys: nouns,
    audit: {
      audit,
      findUserId: async (named) => (await users.findAny(named))?.id,
      findClientId: async (id) => (await clients.find(id))?.id,
    },
  });

  // Background work
  const sweeper = createSweeper({
    ...platform,
    tables: brought.sweeps,
    steps: brought.sweepSteps,
    everySeconds: config.database.sweepEverySeconds,
    onSwept: measureSweeps(metrics, clock),
  });
  const jobs = createJobs(brought.jobs, { logger });

  return {
    callback: ((req, res) => {
      db.lookAgain();
      return server?.callback(req, res);
    }) as RequestListener,
    commands: [...commands, ...requiredSteps.commands, ...more.commands],
    health,
    /** What people go through, by the folder that brings it. */
    routes: Object.fromEntries(Object.entries(people).map(([name, { routes }]) => [name, routes])),
    /** What the export of a person tells of all tables. */
    personalData: brought.personalData,
    countEndedConnection: (why: 'network' | 'all') =>
      metrics.count('gatehouse_http_connections_ended_total', { why }),
    /** For tests, and for the demo, which makes what it needs by hand. */
    modules: { ...nouns, methods, password, rememberedBrowsers, oidc, access, account, sweeper },
    /** For the first start: a link that makes the first administrator; undefined when somebody exists. */
    async firstAdministratorUrl(): Promise<string | undefined> {
      if (await users.hasAny()) return undefined;
      return (await administration.createFirstAdministratorLink(SYSTEM)).url;
    },
    start(): void {
      void metrics
        .start()
        .catch((error: unknown) => logger.error({ err: error }, 'Prometheus gets no answer'));
      void users.listSharers().then(
        (shared) => {
          if (shared.length === 0) return;
          const ids = shared.flat().map(({ id }) => id);
          logger.warn(
            { users: ids },
            'People share an e-mail address: `gatehouse doctor` says who, and what to do',
          );
        },
        (error: unknown) => logger.warn({ err: error }, 'Who shares an e-mail address could not be read'),
      );
      sweeper.start();
      mail.start();
      jobs.start();
    },
    async close(): Promise<void> {
      jobs.stop();
      await sweeper.stop();
      await mail.stop();
      await apiKeys.flush().catch(() => {});
      await platform.outgoing.close();
      await metrics.stop();
      await platform.redis?.close();
      await db.close();
    },
  };
}
