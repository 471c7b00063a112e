import type { Redis } from '../database/redis/redis.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { Html } from '../views/html.ts';
import type { MethodsConfig } from './config.ts';
import { createLimits } from './limits.ts';
import { createOneTimeMemory } from './memory.ts';
import { createMethods, type MethodsDeps } from './methods.ts';
import type {
  MethodFront,
  MethodPlatform,
  MethodPlugIn,
  PasskeysOfBrowser,
  PasswordOfPerson,
  PluggedMethod,
} from './plug-in.ts';
import { createMemoryRedisStore } from './redis-store.ts';
import { createRememberedBrowsers } from './remembered-browsers.ts';
import { createMethodsStore, sweptMethods } from './store.ts';

/** What a plug-in is made of, and what their one caller and its limits are made of. */
export type PlugInDeps = MethodPlatform &
  Pick<MethodsDeps, 'leases' | 'added' | 'removed'> & {
    config: MethodPlatform['config'] & { methods: MethodsConfig };
    /** Absent: what is short-lived is in the database as well. */
    redis?: Redis | undefined;
    rateLimit: RateLimit;
  };

/**
 * Builds every method, each of its own section, and puts together what they bring. Throws when there is no method by
 * which people choose a password: invitations, recovery and the first administrator end with one.
 */
export function plugInMethods(plugIns: readonly MethodPlugIn[], platform: PlugInDeps) {
  const sections = platform.config as unknown as Readonly<Record<string, unknown>>;
  const plugged: readonly PluggedMethod[] = plugIns.map((plugIn) =>
    plugIn.create(platform, sections[plugIn.config?.section ?? '']),
  );
  const password = plugged.map((each) => each.password).find((each) => each !== undefined);
  if (!password) throw new Error('no sign-in method is a password');

  const { db, redis, clock, config, keys } = platform;
  const brought = contributionsOf(plugIns);
  const store = createMethodsStore(db);
  const oneTime = createOneTimeMemory({
    store: redis ? createMemoryRedisStore(redis) : store,
    clock,
    config: config.methods,
  });
  const limits = createLimits({
    ...platform,
    store,
    config: config.methods,
    accountKey: async () => (await keys.serverKeys.current('codes')).key,
  });

  return {
    /** Rows that run out, and what the person's export tells of them. */
    sweeps: [...sweptMethods, ...brought.sweeps],
    personalData: {
      known_devices: ['expires_at'],
      remembered_devices: ['user_agent', 'network', 'created_at', 'last_used_at', 'expires_at'],
      ...brought.personalData,
    } satisfies PersonalData,
    /** The caller of those by which people can sign in here. */
    methods: createMethods({
      ...platform,
      methods: plugged.filter(({ isOffered = true }) => isOffered).map(({ method }) => method),
      limits,
      oneTime,
    }),
    oneTime,
    limits,
    rememberedBrowsers: createRememberedBrowsers({
      store,
      clock,
      config,
      passwordChangedAt: password.changedAt,
    }),
    /** Browsers in which a person is no stranger, by the hash of their cookie. */
    knownBrowsers: {
      isKnown: (userId: string, knownBrowserHash: string) =>
        store.isBrowserKnown({ userId, knownBrowserHash }, clock.now()),
      look: (userId: string, knownBrowserHash: string) =>
        store.lookForBrowser({ userId, knownBrowserHash }, clock.now()),
      forget: (userId: string, knownBrowserHash: string) => store.forgetBrowser({ userId, knownBrowserHash }),
    },
    password: password as PasswordOfPerson,
    /** Absent when there are none here. */
    passkeys: plugged.map((each) => each.passkeys).find((each) => each !== undefined) as
      | PasskeysOfBrowser
      | undefined,
    /** For `access.end`: what they have sent out and wait for. */
    proofs: plugged.map(({ endAllOf }) => ({ endAllOf })),
    routesOf: (front: MethodFront) => plugged.flatMap(({ routes }) => routes?.(front) ?? []),
    /** How many requests they hold up for want of a processor. */
    waiting: () => plugged.reduce((sum, { waiting }) => sum + (waiting?.() ?? 0), 0),
  };
}

/** What plug-ins bring before any of them is built. */
export function contributionsOf(plugIns: readonly MethodPlugIn[]) {
  return {
    personalData: Object.assign({}, ...plugIns.map((each) => each.personalData)) as PersonalData,
    sealedColumns: plugIns.flatMap(({ sealedColumns = [] }) => sealedColumns),
    sweeps: plugIns.flatMap(({ sweeps = [] }) => sweeps),
    // At most one for each method, and for each of its choices.
    icons: new Map<string, Html>(
      plugIns.flatMap(({ id, icon, icons = {} }) => [
        ...(icon ? ([[id, icon]] as const) : []),
        ...Object.entries(icons).map(([name, each]) => [`${id}.${name}`, each] as const),
      ]),
    ),
  };
}
