/** One option of a command. `list` may be given many times; `flag` takes no value. */
export type CommandOption = {
  type: 'text' | 'list' | 'flag' | 'number';
  help: string;
  required?: boolean;
  choices?: readonly string[];
};

export type CommandInput = {
  positionals: readonly string[];
  values: Record<string, string | number | boolean | string[] | undefined>;
  /** Reads all of standard input, without its last line end. Passwords come this way only. */
  readStdin(): Promise<string>;
  /** For commands that go on (`audit tail --follow`): writes a line at once. */
  write(line: string): void;
  signal: AbortSignal;
};

/** `json` is the one document printed with `--json`; `text` is what a person reads. */
export type CommandAnswer = { json: unknown; text: string; exitCode?: 0 | 1 | 2 };

/** `name` is what is typed: `clients create`. `positionals` are names for the help text, `<id>`. */
export type Command = {
  name: string;
  summary: string;
  positionals?: readonly string[];
  options?: Record<string, CommandOption>;
  run(input: CommandInput): Promise<CommandAnswer>;
};
