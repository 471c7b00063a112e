import { setFlagsFromString } from 'node:v8';
import { createCli } from './cli/cli.ts';
import { describeCommands } from './cli/commands.ts';
import { type Config, loadConfig } from './config.ts';
import { BUILT_IN } from './contributions.ts';
import { createDatabase, type Database } from './database/database.ts';
import { databaseDeeds } from './database/deeds.ts';
import { rememberIssuer } from './database/installation.ts';
import { findLeftBehind } from './database/left-behind.ts';
import { migrate } from './database/migrate.ts';
import { lockForServer } from './database/sqlite/server-lock.ts';
import { commandsOf } from './deeds/deeds.ts';
import { doctorDeeds } from './doctor/deeds.ts';
import { whatDies } from './http/issuer.ts';
import { createListener } from './http/listen.ts';
import { systemClock } from './lib/clock.ts';
import type { Command } from './lib/command.ts';
import { serveWorkers } from './metrics/metrics.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { countWorkers, createSupervisor, isWorker, reportReady } from './process/cluster.ts';
import { createShutdown } from './process/shutdown.ts';
import { welcome } from './process/welcome.ts';

/** Every command but `start` is finished when this answers; `start` goes on until it gets a signal. */
async function main(argv: readonly string[]): Promise<number> {
  const typed = argv.length === 0 ? ['help'] : argv;
  const abort = new AbortController();
  if (typed[0] !== 'start') process.once('SIGINT', () => abort.abort());
  return await createCli({
    commands: [
      startCommand,
      ...databaseCommands,
      ...doctorCommands,
      ...describeCommands(BUILT_IN.nouns).map(openedWhenRun),
    ],
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    signal: abort.signal,
  }).run(typed);
}

/**
 * The help of a command needs no database: it is opened when the command runs, and closed after it. `app.ts`, with all that
 * it stands on, is loaded then, too: help and typing mistakes answer at once.
 */
function openedWhenRun(command: Command): Command {
  return {
    ...command,
    async run(input) {
      const config = loadConfig(process.env);
      const { createApp } = await import('./app.ts');
      const app = await createApp(config, { logger: quietLogger(config.logLevel) });
      try {
        const opened = app.commands.find(({ name }) => name === command.name) ?? command;
        return await opened.run(input);
      } finally {
        await app.close();
      }
    },
  };
}

/** They open the database themselves: with the rest of the server it would be migrated first. */
const databaseCommands = commandsOf(databaseDeeds, {
  config: () => loadConfig(process.env),
  clock: systemClock,
});

/** `doctor` looks at the database and files that the server would open, and changes nothing. */
const doctorCommands = commandsOf(doctorDeeds, { config: () => loadConfig(process.env), clock: systemClock });

const startCommand: Command = {
  name: 'start',
  summary: 'Starts the server.',
  options: { check: { type: 'flag', help: 'Only say whether the configuration is right, and end.' } },
  async run({ values }) {
    const config = loadConfig(process.env);
    if (values.check)
      return { json: { ok: true, issuer: config.issuer }, text: 'The configuration is right.' };
    const logger = createLogger({ logLevel: config.logLevel });
    const count = countWorkers(config);
    if (count > 1 && !isWorker()) await supervise(config, { count, logger });
    else await serve(config, logger);
    return { json: undefined, text: '' };
  },
};

/** One process that answers: the only one, or one of several. */
async function serve(config: Config, logger: Logger): Promise<void> {
  // It is let go when the process ends, also by a kill.
  const lock =
    config.databaseUrl === undefined
      ? await lockForServer(config.dataDir, {
          onWaiting: () => logger.info({}, 'Waiting for the server that uses this data folder to end'),
        })
      : undefined;
  const { createApp } = await import('./app.ts');
  const app = await createApp(config, { logger });
  if (!isWorker()) await lookAround(app.modules.db, config, logger);
  const listener = createListener({
    callback: app.callback,
    config,
    logger,
    onConnectionEnded: app.countEndedConnection,
  });
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
      `DATABASE_URL is set, so ${left.path} is not used, and it holds ${left.people === 1 ? 'one account' : `${left.people} accounts`}. Take DATABASE_URL away to use it, or move the file away.`,
    );
}

/** Commands answer on standard output, so what they log goes to standard error, and only when it matters. */
function quietLogger(logLevel: string): Logger {
  return createLogger({ logLevel: logLevel === 'info' ? 'warn' : logLevel, to: 'stderr' });
}

process.exitCode = await main(process.argv.slice(2));
// The channel to the first process would keep a worker alive that could not start.
if (process.exitCode !== 0 && isWorker()) process.exit();
