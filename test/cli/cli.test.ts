import { expect, test } from 'vitest';
import type { Command, CommandInput } from '../../src/lib/command.ts';
import { commandUsage } from '../../src/lib/command.ts';
import { defineError } from '../../src/lib/errors.ts';
import { setUpCli } from './set-up.ts';

const thingTaken = defineError('things.taken', 409, () => 'Somebody has this thing already.');
const thingBroken = defineError('things.broken', 500);
const configInvalid = defineError('config.invalid', 500, () => 'PORT: must be a number.');

/** Some commands that answer with what they were given. */
function setUp() {
  const seen: CommandInput[] = [];
  const echo = async (input: CommandInput) => {
    seen.push(input);
    return { json: { values: input.values, positionals: input.positionals }, text: 'done' };
  };
  const failing = (name: string, error: unknown): Command => ({
    name,
    summary: 'Fails.',
    run: async () => {
      throw error;
    },
  });
  const commands: Command[] = [
    { name: 'start', summary: 'Starts the server.', run: echo },
    {
      name: 'things create',
      summary: 'Makes a thing.',
      options: {
        name: { type: 'text', required: true, help: 'What it is called.' },
        tag: { type: 'list', help: 'A word for it.' },
        colour: { type: 'text', choices: ['red', 'green'], help: 'Its colour.' },
        size: { type: 'number', help: 'How big it is.' },
        loud: { type: 'flag', help: 'Makes noise.' },
        round: { type: 'flag', negatable: true, help: 'Is round.' },
      },
      run: echo,
    },
    { name: 'things show', summary: 'Shows a thing.', positionals: ['id'], run: echo },
    { name: 'things', summary: 'Counts things.', positionals: ['place?'], run: echo },
    { name: 'keys rotate', summary: 'Rotates keys.', run: echo },
    {
      name: 'keys open',
      summary: 'Opens.',
      options: { 'password-stdin': { type: 'flag', help: 'The password.' } },
      run: echo,
    },
    {
      name: 'keys read',
      summary: 'Reads standard input.',
      run: async ({ readStdin }) => ({ json: { read: await readStdin() }, text: 'read' }),
    },
    {
      name: 'audit tail',
      summary: 'Goes on.',
      async run({ write }) {
        write('{"event":1}');
        write('{"event":2}');
        return { json: undefined, text: '' };
      },
    },
    { name: 'audit half', summary: 'Half.', run: async () => ({ json: {}, text: 'half', exitCode: 1 }) },
    {
      name: 'audit ugly',
      summary: 'Ugly.',
      run: async () => ({ json: {}, text: 'a\u001b[2Jb\0\r\nc\td\u009b' }),
    },
    failing('fail taken', thingTaken()),
    failing('fail broken', thingBroken({ id: 'x' })),
    failing('fail config', configInvalid()),
    failing('fail usage', commandUsage({ sentence: '--a and --b exclude each other.' })),
    failing('fail bug', new TypeError('undefined is not a function')),
    failing('fail odd', 'a text'),
  ];
  return { run: setUpCli(commands), seen };
}

test('runs the command with the longest name that was typed', async () => {
  const { run, seen } = setUp();
  expect(await run(['things', 'show', 'thing_1'])).toMatchObject({
    exitCode: 0,
    stdout: 'done\n',
    stderr: '',
  });
  await run(['things', 'here']);
  await run(['start']);
  expect(seen.map(({ positionals }) => positionals)).toEqual([['thing_1'], ['here'], []]);
});

test('gives options as what they are', async () => {
  const { run } = setUp();
  const argv = [
    'things',
    'create',
    '--name',
    'A b',
    '--tag=x',
    '--tag',
    'y',
    '--size',
    '-3',
    '--loud',
    '--no-round',
  ];
  const negative = await run([...argv, '--json']);
  expect(negative.exitCode).toBe(2);
  const { exitCode, json } = await run([...argv.with(8, '3'), '--colour', 'red', '--json']);
  expect(exitCode).toBe(0);
  expect(json).toEqual({
    positionals: [],
    values: { name: 'A b', tag: ['x', 'y'], size: 3, loud: true, round: false, colour: 'red', json: true },
  });
});

test.each([
  ['a missing option', ['things', 'create'], /--name is missing: What it is called/],
  [
    'an unknown option',
    ['things', 'create', '--name', 'x', '--nmae', 'x'],
    /no option --nmae. Did you mean --name\?/,
  ],
  [
    'a far option',
    ['things', 'create', '--name', 'x', '--zzzzzzzzzz'],
    /no option --zzzzzzzzzz. See things create --help/,
  ],
  ['a short option', ['things', 'create', '-n', 'x'], /no option/],
  ['an option without its value', ['things', 'create', '--name'], /--name needs a value/],
  ['an option for a value', ['things', 'create', '--name', '--loud'], /--name needs a value/],
  ['a value for a flag', ['things', 'create', '--name', 'x', '--loud=yes'], /--loud takes no value/],
  ['an option twice', ['things', 'create', '--name', 'x', '--name', 'y'], /--name is given twice/],
  [
    'a flag and its contrary',
    ['things', 'create', '--name', 'x', '--round', '--no-round'],
    /--round is given twice/,
  ],
  ['a contrary that is not offered', ['things', 'create', '--name', 'x', '--no-loud'], /no option --no-loud/],
  [
    'a choice that is none',
    ['things', 'create', '--name', 'x', '--colour', 'blue'],
    /must be one of red, green/,
  ],
  ['half a number', ['things', 'create', '--name', 'x', '--size', '1.5'], /--size must be a whole number/],
  [
    'a hexadecimal number',
    ['things', 'create', '--name', 'x', '--size', '0x10'],
    /--size must be a whole number/,
  ],
  ['no number', ['things', 'create', '--name', 'x', '--size', ''], /--size must be a whole number/],
  ['a missing word', ['things', 'show'], /things show needs <id>/],
  [
    'a word too many',
    ['things', 'show', 'a', 'b'],
    /things show takes <id> beside its options; more was given/,
  ],
  ['a word where none belongs', ['start', 'now'], /start takes nothing/],
  [
    'an unknown command',
    ['thigns', 'create'],
    /There is no command "thigns create". Did you mean "things create"\?/,
  ],
  ['an unknown verb', ['keys', 'rotat'], /Did you mean "keys rotate"\?/],
  ['what other programs call tail', ['audit', 'list'], /Did you mean "audit tail"\?/],
  ['an unknown noun', ['zebra'], /There is no command "zebra". gatehouse --help lists all/],
  ['a noun alone', ['keys'], /keys rotate +Rotates keys/],
  ['nothing', [], /Usage: gatehouse <command>/],
  ['an option only', ['--nope'], /Usage: gatehouse <command>/],
  ['a very long word', ['x'.repeat(100_000)], /There is no command "x{60}…"/],
  [
    'a secret among the words',
    ['keys', 'open', '--password', 'hunter2'],
    /^keys open has no option --password: --password-stdin reads it from standard input/,
  ],
  ['prototype keys', ['things', 'create', '--name', 'x', '--__proto__', 'y'], /no option --__proto__/],
  ['a prototype key as a command', ['__proto__'], /There is no command/],
])('answers %s with a sentence and exit code 2', async (_, argv, sentence) => {
  const { run, seen } = setUp();
  const human = await run(argv);
  expect(human).toMatchObject({ exitCode: 2, stdout: '' });
  expect(human.stderr).toMatch(sentence);
  const forMachines = await run(['--json', ...argv]);
  expect(forMachines).toMatchObject({ exitCode: 2, stderr: '' });
  expect(forMachines.json).toEqual({
    error: { code: 'command.usage', message: expect.stringMatching(sentence) },
  });
  expect(seen).toEqual([]);
});

test('never repeats a word too many, which may be a password', async () => {
  const { run } = setUp();
  for (const extra of [[], ['--json']]) {
    const { stdout, stderr } = await run(['things', 'show', 'a', 'hunter2', ...extra]);
    expect(stdout + stderr).not.toContain('hunter2');
  }
});

test.each([
  ['fail taken', 1, 'things.taken', 'Somebody has this thing already.'],
  ['fail broken', 1, 'things.broken', 'things.broken (id="x")'],
  ['fail config', 78, 'config.invalid', 'PORT: must be a number.'],
  ['fail usage', 2, 'command.usage', '--a and --b exclude each other.'],
  ['fail bug', 1, 'internal', 'undefined is not a function'],
  ['fail odd', 1, 'internal', 'a text'],
])('"%s" ends with exit code %i and its code', async (name, exitCode, code, message) => {
  const { run } = setUp();
  const human = await run(name.split(' '));
  expect(human).toMatchObject({ exitCode, stdout: '', stderr: `${message}\n` });
  const forMachines = await run([...name.split(' '), '--json']);
  expect(forMachines).toMatchObject({ exitCode, stderr: '' });
  expect(forMachines.json).toEqual({ error: { code, message } });
});

test('a command may answer and still say that not all went well', async () => {
  const { run } = setUp();
  expect(await run(['audit', 'half'])).toMatchObject({ exitCode: 1, stdout: 'half\n', stderr: '' });
});

test('a command that goes on writes its lines at once and no document after them', async () => {
  const { run } = setUp();
  expect((await run(['audit', 'tail', '--json'])).stdout).toBe('{"event":1}\n{"event":2}\n');
});

test('what is stored cannot send control characters to the terminal', async () => {
  const { run } = setUp();
  expect((await run(['audit', 'ugly'])).stdout).toBe('a\ufffd[2Jb\ufffd\ufffd\nc\td\ufffd\n');
});

test.each([
  ['as it is', ['correct horse'], 'correct horse'],
  ['without its last line end', ['correct horse\n'], 'correct horse'],
  ['without its last line end on Windows', ['correct horse\r\n'], 'correct horse'],
  ['with all other line ends', ['a\nb\n\n'], 'a\nb\n'],
  ['with spaces around', ['  a  '], '  a  '],
  ['in pieces that cut a character', [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)], 'é'],
  ['when there is none', [], ''],
])('standard input is read %s', async (_, stdin, read) => {
  const { run } = setUp();
  expect((await run(['keys', 'read', '--json'], { stdin })).json).toEqual({ read });
});

test('standard input without an end is refused after 1 MiB', async () => {
  const { run } = setUp();
  const stdin = Array.from({ length: 20 }, () => 'x'.repeat(100_000));
  expect(await run(['keys', 'read'], { stdin })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('1 MiB'),
  });
});

test('helps with the program, a noun and a command, and never runs it', async () => {
  const { run, seen } = setUp();
  const program = await run(['--help']);
  expect(program).toMatchObject({ exitCode: 0, stderr: '' });
  for (const name of ['start', 'things create', 'keys rotate']) expect(program.stdout).toContain(name);
  expect((await run(['help'])).stdout).toBe(program.stdout);
  expect((await run(['-h'])).stdout).toBe(program.stdout);

  const noun = await run(['keys', '--help']);
  expect(noun.exitCode).toBe(0);
  expect(noun.stdout).toMatch(/keys rotate +Rotates keys\./);
  expect(noun.stdout).not.toContain('things');

  const command = await run(['things', 'create', '--help']);
  expect((await run(['help', 'things', 'create'])).stdout).toBe(command.stdout);
  expect((await run(['help', 'keys'])).stdout).toBe(noun.stdout);
  expect((await run(['--json', 'help', 'things', 'create'])).json).toEqual({
    help: command.stdout.trimEnd(),
  });
  expect(command).toMatchObject({ exitCode: 0, stderr: '' });
  expect(command.stdout).toMatchInlineSnapshot(`
    "Usage: gatehouse things create --name <text> [options]

    Makes a thing.

      --name <text>         What it is called. Required.
      --tag <text>          A word for it. May be given many times.
      --colour <red|green>  Its colour.
      --size <number>       How big it is.
      --loud                Makes noise.
      --[no-]round          Is round.
      --json                Print one JSON document and nothing else.
      --help                Show this help.
    "
  `);
  expect((await run(['--help', 'things', 'show'])).stdout).toContain(
    'Usage: gatehouse things show <id> [options]',
  );
  expect((await run(['things', '--help'])).stdout).toContain('gatehouse things [place] [options]');
  expect((await run(['keys', '--help', '--json'])).json).toEqual({ help: noun.stdout.trimEnd() });
  expect(seen).toEqual([]);
});

test.each(['--version', '-v', '-V', 'version'])('%s says which release on which Node', async (typed) => {
  const { run } = setUp();
  const said = `gatehouse 1.2.3 on Node ${process.version}\n`;
  expect(await run([typed])).toMatchObject({ exitCode: 0, stdout: said, stderr: '' });
  const forMachines = await run([typed, '--json']);
  expect(forMachines.json).toEqual({ version: '1.2.3', node: process.version });
  expect(await run([typed, 'more'])).toMatchObject({ exitCode: 2 });
});

test('breaks long lines of help between words', async () => {
  const { run } = setUp();
  const { stdout } = await run(['--help']);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('what follows "--" is never taken for --json or --help', async () => {
  const { run, seen } = setUp();
  expect(await run(['things', 'show', '--', '--json'])).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  expect(seen.map(({ positionals }) => positionals)).toEqual([['--json']]);
});
