import { createCli } from './cli/cli.ts';
import type { Config } from './config.ts';
import { systemClock } from './lib/clock.ts';
import type { Command } from './lib/command.ts';

// Help and mistakes in typing answer from what `allCommands` names; all else is loaded by the command that needs it.

/** Every command but `start` is finished when this answers; `start` goes on until it gets a signal. */
async function main(argv: readonly string[]): Promise<number> {
  const typed = argv.length === 0 ? ['help'] : argv;
  const abort = new AbortController();
  if (typed[0] !== 'start') process.once('SIGINT', () => abort.abort());
  return await createCli({
    // The server keeps what it has loaded, and needs none of the others.
    commands: typed[0] === 'start' ? [startCommand] : await allCommands(),
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    signal: abort.signal,
    version: readVersion,
  }).run(typed);
}

/**
 * The help of a command needs no database: it is opened when the command runs, and closed after it. `app.ts`, with all that
 * it stands on, is loaded then, too: help and typing mistakes answer at once.
 */
function openedWhenRun(command: Command): Command {
  return {
    name: command.name,
    summary: command.summary,
    get positionals() {
      return command.positionals ?? [];
    },
    get options() {
      return command.options ?? {};
    },
    async run(input) {
      const config = await readConfig();
      const { createApp } = await import('./app.ts');
      const logger = await quietLogger(config.logLevel);
      const app = await createApp(config, { logger, isServed: false });
      try {
        const opened = app.commands.find(({ name }) => name === command.name) ?? command;
        return await opened.run(input);
      } finally {
        await app.close();
      }
    },
  };
}

async function allCommands(): Promise<Command[]> {
  const [{ describeCommands }, { commandsOf }, { BUILT_IN_NOUNS }, { databaseDeeds }, { doctorDeeds }] =
    await Promise.all([
      import('./cli/commands.ts'),
      import('./deeds/deeds.ts'),
      import('./contributions.ts'),
      import('./database/deeds.ts'),
      import('./doctor/deeds.ts'),
    ]);
  const opened = { config: readConfig, clock: systemClock };
  return [
    startCommand,
    compileCommand,
    // They open the database themselves: with the rest of the server it would be migrated first.
    ...commandsOf(databaseDeeds, opened),
    // Looks at the database and files that the server would open, and changes nothing.
    ...commandsOf(doctorDeeds, { ...opened, mailOnce }),
    ...describeCommands(BUILT_IN_NOUNS).map(openedWhenRun),
  ];
}

async function mailOnce(to: string): Promise<void> {
  const [config, platform] = await Promise.all([readConfig(), import('./platform.ts')]);
  await platform.mailOnce(config, to, systemClock.now());
}

const startCommand: Command = {
  name: 'start',
  summary: 'Starts the server.',
  options: { check: { type: 'flag', help: 'Only check the configuration; do not start.' } },
  async run({ values }) {
    const config = await readConfig();
    if (values.check) {
      const { judgeVariables } = await import('./environment.ts');
      const warnings = judgeVariables(process.env);
      return {
        json: { ok: true, issuer: config.issuer, ...(warnings.length > 0 ? { warnings } : {}) },
        text: ['The configuration is valid.', ...warnings.map((each) => `Warning: ${each}`)].join('\n'),
      };
    }
    const { loadCompiled } = await import('./compiled.ts');
    await loadCompiled(process.argv.slice(2));
    const { start } = await import('./start.ts');
    await start(config);
    return { json: undefined, text: '' };
  },
};

const compileCommand: Command = {
  name: 'compile',
  summary:
    'Compiles the code once, for an installation that cannot be written to later. Run it as the server’s user.',
  async run() {
    const { compileAll } = await import('./compile.ts');
    const files = await compileAll();
    return { json: { files }, text: `Compiled ${files} files.` };
  },
};

/** Commands answer on standard output, so what they log goes to standard error, and only when it matters. */
async function quietLogger(logLevel: string) {
  const { createLogger } = await import('./observability/logger.ts');
  return createLogger({ logLevel: logLevel === 'info' ? 'warn' : logLevel, to: 'stderr' });
}

async function readVersion(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')).version;
}

async function readConfig(): Promise<Config> {
  const { loadConfig } = await import('./config.ts');
  return loadConfig(process.env);
}

// Whoever was reading has seen enough (`| head -1`): that is no failure of a command, and ends no server.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
process.exitCode = await main(process.argv.slice(2));
// The channel to the first process would keep a worker alive that could not start.
if (process.exitCode !== 0 && process.connected) process.exit();
