import { createServer, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { NOT_AS_DECLARED } from '../../src/audit/audit.ts';
import { loadConfig } from '../../src/config.ts';
import type { PlugIns } from '../../src/contributions.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { defined } from '../../src/lib/defined.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createEmptyDatabase, type Storage } from './database.ts';
import { createTestRedis, type TestRedis } from './redis.ts';
import { listenOn } from './site.ts';

export type TestApp = {
  /** The issuer, where it listens. */
  url: string;
  app: App;
  modules: App['modules'];
  /** Everything that was logged, as text. */
  log(): string;
  /** Another node over the same database, behind the same issuer; it listens at `origin`. `settings`: where its own differ. */
  startNode(
    settings?: Record<string, unknown>,
  ): Promise<{ origin: string; app: App; close(): Promise<void> }>;
  dataDir: string;
  /** When it stands on Redis. */
  redis?: TestRedis;
  close(): Promise<void>;
};

/** `PlugIns`: where they are others than those that are built in. */
export type TestAppOptions = Partial<PlugIns> & {
  dialect?: Storage;
  /** The Redis to stand on, instead of one of its own; it is not closed. */
  redis?: TestRedis;
  clock?: Clock;
  /** Sections of the YAML file: `{ oidc: { refreshGraceSeconds: 0 } }`. */
  settings?: Record<string, unknown>;
  environment?: Record<string, string>;
  /** The issuer's path: `/id`. */
  base?: string;
  /** Sees each answer before it is made: a test changes headers on their way, to show what they are good for. */
  onAnswer?: (res: ServerResponse) => void;
};

/** The whole application in this process, on a database of its own and a free port. Closed with `close`. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { dialect = 'sqlite', clock, settings = {}, environment = {}, base = '', onAnswer } = options;
  const { methods, clientProperties, claimSources, requiredSteps, nouns } = options;
  const plugged = defined({ methods, clientProperties, claimSources, requiredSteps, nouns });
  const database = await createEmptyDatabase(dialect === 'redis' ? 'postgres' : dialect, {
    isMigrated: true,
  });
  const ownRedis = dialect === 'redis' && !options.redis ? await createTestRedis() : undefined;
  const redis = options.redis ?? ownRedis;
  const lines: string[] = [];
  const logger = createLogger({
    logLevel: 'debug',
    stream: { write: (line: string) => void lines.push(line) },
    isPretty: false,
  });

  let callback: App['callback'] | undefined;
  const site = await listenOn(
    createServer((req, res) => {
      onAnswer?.(res);
      callback?.(req, res);
    }),
  );
  const url = `${site.origin}${base}`;
  const loaded = loadConfig(
    {
      ISSUER: url,
      DATA_DIR: database.dataDir,
      ...(database.url === '' ? {} : { DATABASE_URL: database.url }),
      ...(redis && { REDIS_URL: redis.url }),
      ...environment,
    },
    plugged,
  );
  // Tests ask fifty times at once, on machines that are slow at that moment: who is refused then is another's subject.
  const overload = { ...loaded.http.overload, minInFlight: 1000 };
  const config = { ...loaded, http: { ...loaded.http, overload } };
  const merged = mergeSettings(config, {
    ...settings,
    ...(redis && { redis: { prefix: redis.prefix, ...(settings.redis as object) } }),
  });
  const app = await createApp(merged, { logger, ...plugged, ...(clock ? { clock } : {}) });
  callback = app.callback;

  return {
    url: merged.issuer,
    app,
    modules: app.modules,
    log: () => lines.join(''),
    dataDir: database.dataDir,
    ...(redis && { redis }),
    async startNode(others = {}) {
      const node = await createApp(mergeSettings(merged, others), {
        logger,
        ...plugged,
        ...(clock ? { clock } : {}),
      });
      const nodeSite = await listenOn(createServer(node.callback));
      return {
        origin: nodeSite.origin,
        app: node,
        async close() {
          await nodeSite.close();
          await node.close();
        },
      };
    },
    async close() {
      await site.close();
      await app.close();
      await ownRedis?.close();
      await database.remove();
      const undeclared = lines.find((line) => line.includes(NOT_AS_DECLARED));
      if (undeclared) throw new Error(undeclared);
    },
  };
}

/** The same, closed with the test that asks for it. */
export async function startAppForTest(options: TestAppOptions = {}): Promise<TestApp> {
  const started = await startApp(options);
  onTestFinished(started.close);
  return started;
}

type Config = Parameters<typeof createApp>[0];

function mergeSettings(config: Config, settings: Record<string, unknown>): Config {
  const sections = config as unknown as Record<string, unknown>;
  const changed = Object.entries(settings).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...(sections[name] as object), ...value }
      : value,
  ]);
  return { ...config, ...Object.fromEntries(changed) };
}
