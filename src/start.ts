import { setFlagsFromString } from 'node:v8';
import type { Config } from './config.ts';
import { createDatabase, type Database } from './database/database.ts';
import { rememberIssuer } from './database/installation.ts';
import { findLeftBehind } from './database/left-behind.ts';
import { migrate } from './database/migrate.ts';
import { lockForServer } from './database/sqlite/server-lock.ts';
import { judgeVariables } from './environment.ts';
import { whatDies } from './http/issuer.ts';
import { createListener } from './http/listen.ts';
import { systemClock } from './lib/clock.ts';
import { serveWorkers } from './metrics/metrics.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { countWorkers, createSupervisor, isWorker, reportReady } from './process/cluster.ts';
import { returnMemoryOfLoading } from './process/memory.ts';
import { createShutdown } from './process/shutdown.ts';
import { welcome } from './process/welcome.ts';

/** `gatehouse start`: goes on until it gets a signal. */
export async function start(config: Config): Promise<void> {
  const logger = createLogger({ logLevel: config.logLevel });
  if (!isWorker()) for (const warning of judgeVariables(process.env)) logger.warn({}, warning);
  const count = countWorkers(config);
  if (count > 1 && !isWorker()) await supervise(config, { count, logger });
  else await serve(config, logger);
}

/** One process that answers: the only one, or one of several. */
async function serve(config: Config, logger: Logger): Promise<void> {
  // It is let go when the process ends, also by a kill.
  const lock =
    config.databaseUrl === undefined
      ? await lockForServer(config.dataDir, {
          onWaiting: () => logger.info({}, 'Waiting for the server that uses this data folder to end'),
          onLost: () =>
            logger.error(
              { dataDir: config.dataDir },
              'The data folder was removed or replaced while this server uses it: what it writes from now on is lost. Stop the server, put the folder back if you need it, and start again',
            ),
        })
      : undefined;
  const { createApp } = await import('./app.ts');
  const app = await createApp(config, { logger, hasCommands: false });
  if (!isWorker()) await lookAround(app.modules.db, config, logger);
  const listener = createListener({
    callback: app.callback,
    config,
    logger,
    onConnectionEnded: app.countEndedConnection,
  });
  returnMemoryOfLoading();
  await listener.listen();
  app.start();
  createShutdown({
    process,
    logger,
    steps: [
      { name: 'health', run: app.health.drain },
      { name: 'port', run: () => listener.close(config.http.drainSeconds * 1000) },
      { name: 'app', run: app.close },
      { name: 'lock', run: () => lock?.release() },
    ],
    // The first process of several may get the same signal, and pass it on: whoever ends at once is its decision.
    isPatient: isWorker(),
  }).start();
  // The launcher held the young generation small while everything was loaded. Under load that costs a third of the speed.
  setFlagsFromString('--semi-space-growth-factor=2');
  if (isWorker()) reportReady(app);
  else await announce(app, config, logger);
}

/** The first process of several: brings the tables up to date once, starts the others, and says when all are ready. */
async function supervise(
  config: Config,
  { count, logger }: { count: number; logger: Logger },
): Promise<void> {
  const db = await createDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    config: config.database,
    logger,
  });
  try {
    await migrate({ db, clock: systemClock });
    await lookAround(db, config, logger);
  } finally {
    await db.close();
  }
  serveWorkers();
  const supervisor = createSupervisor({ count, logger, drainMs: config.http.drainSeconds * 1000 });
  createShutdown({
    process,
    logger,
    steps: [{ name: 'workers', run: supervisor.stop }],
    endAtOnce: supervisor.kill,
  }).start();
  try {
    await supervisor.start();
  } catch (error) {
    supervisor.kill();
    throw error;
  }
  await announce(supervisor, config, logger);
}

async function announce(
  app: { firstAdministratorUrl(): Promise<string | undefined> },
  config: Config,
  logger: Logger,
): Promise<void> {
  const { issuer, workers, databaseUrl } = config;
  if (workers === 'auto' && databaseUrl === undefined) {
    logger.info({}, 'WORKERS is auto: one process, because the embedded database belongs to one');
  }
  const link = await app.firstAdministratorUrl();
  // On a terminal the log's lines go through a stream: this block is the last thing that a start prints.
  await new Promise(setImmediate);
  process.stdout.write(welcome(config, { link, isTerminal: process.stdout.isTTY === true }));
  logger.debug({ issuer }, 'ready');
}

/** What has changed around the data since the last start, once for all processes. */
async function lookAround(db: Database, config: Config, logger: Logger): Promise<void> {
  const before = await rememberIssuer(db, config.issuer);
  if (before !== undefined) logger.warn({ before }, whatDies(before, config.issuer));
  const left = findLeftBehind(config);
  if (left)
    logger.warn(
      left,
      `DATABASE_URL is set, so the server does not use ${left.path}, which holds ${left.people === 1 ? 'one account' : `${left.people} accounts`}. Unset DATABASE_URL to use that file, or move it elsewhere.`,
    );
}
