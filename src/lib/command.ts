import { defineError } from './errors.ts';

/** What was typed makes no sense: `throw commandUsage({ sentence: '--a and --b exclude each other.' })`. Exit code 2. */
export const commandUsage = defineError('command.usage', 400, (detail) => String(detail.sentence));

/** Refuses a word that is not one of these, also as one of a list, and names them. An option not given is none. */
export function mustBeOneOf(option: string, value: unknown, words: readonly string[]): void {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || given.every((one) => words.includes(String(one)))) return;
  throw commandUsage({ sentence: `--${option} must be one of ${words.join(', ')}.` });
}

/** One option of a command. `list` may be given many times; `flag` takes no value. */
export type CommandOption = {
  type: 'text' | 'list' | 'flag' | 'number';
  help: string;
  required?: boolean;
  choices?: readonly string[];
  /** For a flag: `--no-<name>` gives `false`. */
  negatable?: boolean;
  /** What the value is, for the help text: `uri`, `seconds`. */
  value?: string;
};

export type CommandInput = {
  positionals: readonly string[];
  values: Record<string, string | number | boolean | string[] | undefined>;
  /** Reads all of standard input, without its last line end. Passwords come this way only. */
  readStdin(): Promise<string>;
  /** Whether `--json` was given. */
  isJson?: boolean;
  /** For commands that go on (`audit tail --follow`): writes a line at once, with `--json` too. */
  write(line: string): void;
  signal: AbortSignal;
};

/** `json` is the one document printed with `--json` (none when `undefined`); `text` is what a person reads. */
export type CommandAnswer = { json: unknown; text: string; exitCode?: 0 | 1 | 2 };

/**
 * `name` is what is typed: `clients create`. `positionals` are names for the help text, `<id>`; all are required but
 * those that end in `?`.
 */
export type Command = {
  name: string;
  summary: string;
  positionals?: readonly string[];
  options?: Record<string, CommandOption>;
  run(input: CommandInput): Promise<CommandAnswer>;
};
