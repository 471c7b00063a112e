import type { Command, CommandOption } from '../lib/command.ts';

type Options = Record<string, CommandOption>;

const WIDTH = 100;

export function helpOfProgram(commands: readonly Command[], options: Options): string {
  return [
    'Usage: gatehouse <command> [options]',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'For every command:',
    ...columns(Object.entries(options).map(([name, option]) => [flagOf(name, option), option.help])),
    '',
    'gatehouse <command> --help explains one command.',
  ].join('\n');
}

export function helpOfGroup(noun: string, commands: readonly Command[]): string {
  return [
    `Usage: gatehouse ${noun} <command> [options]`,
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    `gatehouse ${noun} <command> --help explains one command.`,
  ].join('\n');
}

export function helpOfCommand(command: Command, globals: Options): string {
  const options = Object.entries({ ...command.options, ...globals });
  const required = options.filter(([, option]) => option.required);
  const usage = [
    'gatehouse',
    command.name,
    ...(command.positionals ?? []).map((name) =>
      name.endsWith('?') ? `[${name.slice(0, -1)}]` : `<${name}>`,
    ),
    ...required.map(([name, option]) => flagOf(name, option)),
    '[options]',
  ];
  return [
    `Usage: ${usage.join(' ')}`,
    '',
    command.summary,
    '',
    ...columns(options.map(([name, option]) => [flagOf(name, option), explain(option)])),
  ].join('\n');
}

function flagOf(name: string, { type, negatable, value, choices }: CommandOption): string {
  if (type === 'flag') return negatable ? `--[no-]${name}` : `--${name}`;
  const word = value ?? (choices ? choices.join('|') : type === 'number' ? 'number' : 'text');
  const placeholder = word.length > 30 ? 'choice' : word;
  return `--${name} <${placeholder}>`;
}

function explain({ type, help, required, choices, value }: CommandOption): string {
  const isLong = !value && choices && choices.join('|').length > 30;
  return [
    help,
    ...(isLong ? [`One of ${choices.join(', ')}.`] : []),
    ...(type === 'list' ? ['May be given many times.'] : []),
    ...(required ? ['Required.'] : []),
  ].join(' ');
}

/** Two columns; the second one is broken between words. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.min(44, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, WIDTH - width - 4);
    const isTooLong = left.length > width;
    const indent = ' '.repeat(width + 4);
    const [first = '', ...others] = isTooLong ? ['', ...lines] : lines;
    return [`  ${left.padEnd(width)}  ${first}`.trimEnd(), ...others.map((line) => indent + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
