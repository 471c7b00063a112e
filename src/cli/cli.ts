import { parseArgs } from 'node:util';
import {
  type Command,
  type CommandAnswer,
  type CommandOption,
  commandUsage,
  mustBeOneOf,
} from '../lib/command.ts';
import { GatehouseError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { helpOfCommand, helpOfGroup, helpOfProgram } from './help.ts';

/** 0: done. 1: failed. 2: what was typed makes no sense. 78: the configuration is wrong (EX_CONFIG). */
export type ExitCode = 0 | 1 | 2 | 78;

export type CliDeps = {
  commands: readonly Command[];
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  stdin: AsyncIterable<Uint8Array | string>;
  signal: AbortSignal;
  /** What `--version` answers. */
  version(): Promise<string>;
};

const GLOBAL_OPTIONS: Record<string, CommandOption> = {
  json: { type: 'flag', help: 'Print one JSON document and nothing else.' },
  help: { type: 'flag', help: 'Show this help.' },
};
const MAXIMUM_STDIN_BYTES = 1024 * 1024;

export function createCli({ commands, stdout, stderr, stdin, signal, version }: CliDeps) {
  return {
    /** Runs what was typed (`['clients', 'list', '--json']`) and answers the exit code. Never throws. */
    async run(argv: readonly string[]): Promise<ExitCode> {
      const isJson = hasGlobal(argv, 'json');
      try {
        const answer = await runCommand(argv, isJson);
        if (!isJson) print(stdout, answer.text);
        else if (answer.json !== undefined) stdout.write(`${JSON.stringify(answer.json, null, 2)}\n`);
        return answer.exitCode ?? 0;
      } catch (error) {
        const { code, message } = describeError(error);
        if (isJson) stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
        else print(stderr, message);
        return exitCodeOf(code);
      }
    },
  };

  async function runCommand(argv: readonly string[], isJson: boolean): Promise<CommandAnswer> {
    if (isForVersion(argv)) return toVersion(await version());
    const words = wordsOf(argv);
    // `help clients create` is `clients create --help`.
    if (words[0] === 'help' && words.length > 1) return runCommand([...words.slice(1), '--help'], isJson);
    const command = findCommand(words);
    if (!command) return answerWithoutCommand(words, hasGlobal(argv, 'help'));
    if (hasGlobal(argv, 'help')) return toHelp(helpOfCommand(command, GLOBAL_OPTIONS));
    const { values, positionals } = parse(command, rest(argv, command));
    return await command.run({
      positionals,
      values,
      isJson,
      readStdin: () => readAll(stdin),
      write: (line) => print(stdout, line),
      signal,
    });
  }

  /** The command with the longest name that the words begin with. */
  function findCommand(words: readonly string[]): Command | undefined {
    for (let length = words.length; length > 0; length -= 1) {
      const name = words.slice(0, length).join(' ');
      const command = commands.find((candidate) => candidate.name === name);
      if (command) return command;
    }
    return undefined;
  }

  /** The program or a noun alone: its help, asked for or not. Anything else is a mistake. */
  function answerWithoutCommand(words: readonly string[], isHelp: boolean): CommandAnswer {
    const [first] = words;
    if (first === undefined || (first === 'help' && words.length === 1)) {
      if (isHelp || first === 'help') return toHelp(helpOfProgram(commands, GLOBAL_OPTIONS));
      throw commandUsage({ sentence: helpOfProgram(commands, GLOBAL_OPTIONS) });
    }
    const group = commands.filter(({ name }) => name.startsWith(`${first} `));
    if (group.length > 0 && isHelp) return toHelp(helpOfGroup(first, group));
    if (group.length > 0 && words.length === 1) throw commandUsage({ sentence: helpOfGroup(first, group) });
    throw commandUsage({ sentence: unknownCommand(words, group) });
  }

  function unknownCommand(words: readonly string[], group: readonly Command[]): string {
    const typed = words.slice(0, 2).join(' ');
    const names = (group.length > 0 ? group : commands).map(({ name }) => name);
    const guess = meant(words, names) ?? nearest(typed, names) ?? nearest(words[0] ?? '', names);
    return `There is no command "${shorten(typed)}". ${guess ? `Did you mean "${guess}"?` : 'gatehouse --help lists all.'}`;
  }
}

/** `gatehouse --version`, as other programs have it. */
function isForVersion(argv: readonly string[]): boolean {
  const [first, ...others] = argv.filter((word) => word !== '--json');
  return others.length === 0 && ['--version', '-v', '-V', 'version'].includes(first ?? '');
}

/** What other programs call what is called so here. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  create: ['add', 'new', 'register', 'make'],
  list: ['ls', 'all'],
  tail: ['list', 'show', 'log', 'logs', 'ls'],
  show: ['get', 'info', 'view', 'describe'],
  update: ['edit', 'set', 'change', 'modify'],
  delete: ['remove', 'rm', 'del', 'destroy'],
};

function meant([noun = '', verb = '']: readonly string[], names: readonly string[]): string | undefined {
  return names.find((name) => {
    const [ofNoun, ours = '', ...more] = name.split(' ');
    return ofNoun === noun && more.length === 0 && SYNONYMS[ours]?.includes(verb);
  });
}

/** The words before the first option; `--json` and `--help` may stand before them. */
function wordsOf(argv: readonly string[]): string[] {
  const own = argv.slice(globalsAtStart(argv));
  const end = own.findIndex((word) => word.startsWith('-'));
  return end === -1 ? [...own] : own.slice(0, end);
}

/** What follows the name of the command, and the global options before it. */
function rest(argv: readonly string[], command: Command): string[] {
  const start = globalsAtStart(argv);
  return [...argv.slice(0, start), ...argv.slice(start + command.name.split(' ').length)];
}

function globalsAtStart(argv: readonly string[]): number {
  const start = argv.findIndex((word) => word !== '--json' && word !== '--help' && word !== '-h');
  return start === -1 ? argv.length : start;
}

function hasGlobal(argv: readonly string[], name: 'json' | 'help'): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.includes(`--${name}`) || (name === 'help' && own.includes('-h'));
}

function parse(command: Command, args: string[]): { values: Record<string, Value>; positionals: string[] } {
  const options: Record<string, CommandOption> = { ...command.options, ...GLOBAL_OPTIONS };
  const parsed = parseStrictly(command, args, options);
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(parsed.values)) {
    const option = options[name];
    if (!option) continue;
    if (value === false && !option.negatable)
      throw commandUsage({ sentence: unknownOption(command, `no-${name}`) });
    values[name] = option.type === 'number' ? toNumber(name, String(value)) : (value as Value);
    if (option.choices) mustBeOneOf(name, value, option.choices);
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.required && values[name] === undefined) {
      throw commandUsage({ sentence: `--${name} is missing: ${option.help} See ${command.name} --help.` });
    }
  }
  checkPositionals(command, parsed.positionals);
  return { values, positionals: parsed.positionals };
}

type Value = string | number | boolean | string[] | undefined;

function parseStrictly(command: Command, args: string[], options: Record<string, CommandOption>) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args,
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type }]) => [
          name,
          { type: type === 'flag' ? ('boolean' as const) : ('string' as const), multiple: type === 'list' },
        ]),
      ),
      allowPositionals: true,
      allowNegative: true,
      strict: true,
      tokens: true,
    });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = names.find((name, at) => names.indexOf(name) !== at && !isRepeatable(options[name], name));
    if (twice !== undefined) throw commandUsage({ sentence: `--${twice} is given twice.` });
    return { values, positionals };
  } catch (error) {
    throw toUsage(command, error);
  }
}

function isRepeatable(option: CommandOption | undefined, name: string): boolean {
  return option?.type === 'list' || Object.hasOwn(GLOBAL_OPTIONS, name);
}

function toUsage(command: Command, error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const { code, message } = error as TypeError & { code?: string };
  const [, option] = /'-{1,2}(?:\w, --)?([^\s'<]+)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    return commandUsage({ sentence: unknownOption(command, option ?? '') });
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    const isFlag =
      command.options?.[option ?? '']?.type === 'flag' || Object.hasOwn(GLOBAL_OPTIONS, option ?? '');
    const why = isFlag
      ? 'takes no value'
      : `needs a value; one that starts with "-" is written --${option}=-…`;
    return commandUsage({ sentence: `--${option} ${why}.` });
  }
  return error;
}

function unknownOption(command: Command, option: string): string {
  const known = Object.keys({ ...command.options, ...GLOBAL_OPTIONS });
  // Secrets stand on no command line: others can read it, and shells keep it.
  const secret = known.find((name) => name === `${option}-stdin`);
  if (secret)
    return `${command.name} has no option --${option}: --${secret} reads it from standard input, where nobody else sees it.`;
  const guess = nearest(option, known);
  const hint = guess ? `Did you mean --${guess}?` : `See ${command.name} --help.`;
  return `${command.name} has no option --${shorten(option)}. ${hint}`;
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^-?\d{1,15}$/.test(text)) return value;
  throw commandUsage({ sentence: `--${name} must be a whole number.` });
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const wanted = command.positionals ?? [];
  const missing = wanted.find((name, at) => !name.endsWith('?') && given[at] === undefined);
  if (missing !== undefined) {
    throw commandUsage({ sentence: `${command.name} needs <${missing}>. See ${command.name} --help.` });
  }
  // What is too much is not repeated: it may be a password that somebody typed.
  if (given.length > wanted.length) {
    const count = wanted.length === 0 ? 'nothing' : wanted.map((name) => `<${name}>`).join(' ');
    throw commandUsage({ sentence: `${command.name} takes ${count} beside its options; more was given.` });
  }
}

async function readAll(stdin: CliDeps['stdin']): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > MAXIMUM_STDIN_BYTES) throw commandUsage({ sentence: 'Standard input is longer than 1 MiB.' });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function toVersion(version: string): CommandAnswer {
  return {
    json: { version, node: process.version },
    text: `gatehouse ${version} on Node ${process.version}`,
  };
}

function toHelp(text: string): CommandAnswer {
  return { json: { help: text }, text };
}

function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof GatehouseError) return { code: error.code, message: error.sentence ?? error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

function exitCodeOf(code: string): ExitCode {
  if (code === commandUsage.code) return 2;
  return code.startsWith('config.') ? 78 : 1;
}

/** Control characters of stored texts must not reach the terminal. */
function print(stream: { write(text: string): unknown }, text: string): void {
  const safe = text.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');
  stream.write(safe.endsWith('\n') || safe === '' ? safe : `${safe}\n`);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
