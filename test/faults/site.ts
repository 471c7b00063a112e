import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createEmptyDatabase, type Dialect } from '../support/database.ts';
import { createWorld, LOAD_SETTINGS } from '../support/load.ts';
import { type GatehouseProcess, startGatehouse } from '../support/processes.ts';
import { type Line, startProxyTo } from '../support/proxy.ts';
import { findFreePort, type Service, startPostgres, startRedis } from '../support/services.ts';

export type Site = Awaited<ReturnType<typeof startSite>>;

/** One of the servers of a site: a real process that can be killed, stopped and started again where it was. */
export type Node = { origin: string; process: GatehouseProcess; start(): Promise<void> };

export type SiteOptions = {
  dialect?: Dialect;
  withRedis?: boolean;
  nodes?: number;
  workers?: number;
  environment?: Record<string, string>;
  /** More lines of the YAML file. */
  settings?: string[];
};

/** A whole installation for tests that break it: nodes, stores of their own behind proxies, and people who will use it. */
export async function startSite({
  dialect = 'postgres',
  withRedis = false,
  nodes: count = 2,
  workers = 8,
  environment = {},
  settings = [],
}: SiteOptions = {}) {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    return await build();
  } catch (error) {
    await endAll();
    throw error;
  }

  async function endAll(): Promise<void> {
    for (const end of ends.splice(0).reverse()) await end();
  }

  async function build() {
    const postgres = dialect === 'postgres' ? await ownPostgres() : undefined;
    const redis = withRedis ? await startRedis() : undefined;
    if (redis) ends.push(redis.stop);
    const database = await createEmptyDatabase(dialect, { isMigrated: true });
    ends.push(database.remove);
    const databaseLine = postgres && (await line(database.url));
    const redisLine = redis && (await line(redis.url));

    const ports = await Promise.all(Array.from({ length: count }, findFreePort));
    const issuer = `http://localhost:${ports[0]}`;
    const file = join(await ownFolder(), 'gatehouse.yaml');
    const short = 'database: { connectTimeoutSeconds: 1, statementTimeoutSeconds: 2, lockTimeoutSeconds: 1 }';
    await writeFile(file, [...LOAD_SETTINGS, short, ...settings].join('\n'));
    const direct: Record<string, string> = {
      ISSUER: issuer,
      DATA_DIR: database.dataDir,
      CONFIG: file,
      ...(database.url === '' ? {} : { DATABASE_URL: database.url }),
      ...(redis ? { REDIS_URL: redis.url } : {}),
      ...environment,
    };
    const through = {
      ...direct,
      LOG_LEVEL: 'warn',
      ...(databaseLine ? { DATABASE_URL: databaseLine.url } : {}),
      ...(redisLine ? { REDIS_URL: redisLine.url } : {}),
    };
    // The operator's modules are not behind the proxies: no fault is theirs.
    const logger = createLogger({ logLevel: 'silent', stream: { write() {} }, isPretty: false });
    const operator = await createApp(loadConfig(direct), { logger });
    ends.push(operator.close);
    const nodes = await Promise.all(ports.map((port) => startNode(port, database.dataDir, through)));
    const origins = nodes.map(({ origin }) => origin);
    const world = await createWorld({ issuer, origins, modules: operator.modules, workers });
    return {
      issuer,
      nodes,
      world,
      operator,
      postgres,
      redis,
      databaseLine,
      redisLine,
      dataDir: database.dataDir,
      close: endAll,
    };
  }

  async function ownPostgres(): Promise<Service> {
    const service = await startPostgres();
    ends.push(service.stop);
    process.env.TEST_DATABASE_URL = service.url; // of this test file, which has a process of its own
    return service;
  }

  async function line(url: string): Promise<Line & { url: string }> {
    const proxy = await startProxyTo(url);
    ends.push(proxy.close);
    return proxy;
  }

  async function ownFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-site-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async function startNode(port: number, dataDir: string, env: Record<string, string>): Promise<Node> {
    const start = () => startGatehouse({ port, dataDir, env });
    const node: Node = {
      origin: `http://localhost:${port}`,
      process: await start(),
      async start() {
        node.process = await start();
      },
    };
    ends.push(() => node.process.kill9());
    return node;
  }
}

/** All nodes say that they may be sent people. A condition, bounded by the test's own limit. */
export async function untilReady({ nodes }: Pick<Site, 'nodes'>): Promise<void> {
  for (const { origin } of nodes) {
    for (;;) {
      const ready = await fetch(`${origin}/health/ready`).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      if (ready) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Files and sockets that a process holds open; 0 where the system does not tell. */
export function countOpenFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** Figures for docs/reliability.md, printed by the long form. */
export function report(what: string, figures: Record<string, unknown>): void {
  if (process.env.FAULT_FIGURES) console.log(what, figures);
}
