import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { commandsOf, perform } from '../../src/deeds/deeds.ts';
import { operatorHere, SYSTEM } from '../../src/lib/actor.ts';
import { setUpCli } from '../cli/set-up.ts';
import { createShelf, createShelves, shelfDeeds } from './shelves.ts';

function setUp() {
  const shelves = createShelves();
  const run = setUpCli(commandsOf(shelfDeeds, { shelves }));
  return { shelves, run };
}

test('a noun in one file has its commands, which explain themselves by the fields of their inputs', async () => {
  const { run } = setUp();
  expect((await run(['shelves', 'create', '--help'])).stdout).toMatchInlineSnapshot(`
    "Usage: gatehouse shelves create --name <text> [options]

    Puts up a shelf.

      --name <text>          What it is called. Required.
      --width <number>       How wide, in centimetres. Default: 80.
      --kind <books|plants>  What may stand on it. May be given many times.
      --state <new|used>     Its state.
      --[no-]loud            Whether it creaks.
      --keep <seconds>       How long it stays.
      --lock-stdin           Its lock.
      --json                 Print one JSON document and nothing else.
      --help                 Show this help.
    "
  `);
  expect((await run(['shelves', 'update', '--help'])).stdout).toMatchInlineSnapshot(`
    "Usage: gatehouse shelves update <id> [options]

    Changes a shelf.

      --width <number>  How wide, in centimetres.
      --note <text>     What is written on it.
      --unset <option>  Put this option back to its default. May be given many times.
      --json            Print one JSON document and nothing else.
      --help            Show this help.
    "
  `);
});

test('what is typed becomes the input, and what the deed shows is printed', async () => {
  const { run } = setUp();
  const argv = ['shelves', 'create', '--name', 'Low', '--kind', 'books', '--kind', 'plants'];
  const shelf = { id: 'shelf_1', name: 'Low', width: 80, kinds: ['books', 'plants'] };
  expect(await run([...argv, '--json'])).toMatchObject({ exitCode: 0, json: shelf });
  expect((await run([...argv, '--width', '90'])).stdout).toBe(
    'id     shelf_2\nname   Low\nwidth  90\nkinds  books\n       plants\n',
  );
});

test('a deed is told who typed it: the operator, by their account on this machine', async () => {
  const { run, shelves } = setUp();
  await run(['shelves', 'create', '--name', 'Low']);
  expect(shelves.done).toEqual([
    { what: 'created', by: { actor: { type: 'operator', id: userInfo().username } } },
  ]);
});

test.each([
  ['an account without a name', () => ({ username: '', uid: 1000 }), 'uid:1000'],
  ['a name that would move the cursor', () => ({ username: 'a\u001b[2J', uid: 7 }), 'uid:7'],
  ['a very long name', () => ({ username: 'a'.repeat(65), uid: 8 }), 'uid:8'],
  [
    'a number without an account',
    () => {
      throw new Error('no such user');
    },
    `uid:${process.getuid?.()}`,
  ],
])('%s is known by its number', (_, account, id) => {
  expect(operatorHere(account)).toEqual({ actor: { type: 'operator', id } });
});

test('a secret comes by standard input alone', async () => {
  const { run, shelves } = setUp();
  const argv = ['shelves', 'create', '--name', 'Low'];
  expect(await run([...argv, '--lock', 'hunter2'])).toMatchObject({ exitCode: 2 });
  expect(await run([...argv, '--lock-stdin'], { stdin: ['hunter2\n'] })).toMatchObject({ exitCode: 0 });
  expect(shelves.done).toMatchObject([{ locked: 'hunter2' }]);
  expect(await run([...argv, '--lock-stdin'], { stdin: ['abc'] })).toMatchObject({
    exitCode: 2,
    stderr: '--lock-stdin must have at least 4 characters.\n',
  });
});

test('what may be null is unset, and not set at the same time', async () => {
  const { run } = setUp();
  await run(['shelves', 'create', '--name', 'Low']);
  const update = (...argv: string[]) => run(['shelves', 'update', 'shelf_1', ...argv, '--json']);
  expect((await update('--note', 'Wet')).json).toMatchObject({ note: 'Wet', width: 80 });
  expect((await update('--width', '90')).json).toMatchObject({ note: 'Wet', width: 90 });
  expect((await update('--unset', 'note')).json).toMatchObject({ note: null, width: 90 });
  expect(await update('--unset', 'note', '--note', 'Dry')).toMatchObject({
    exitCode: 2,
    json: { error: { message: '--note and --unset note exclude each other.' } },
  });
  expect(await update('--unset', 'width')).toMatchObject({ exitCode: 2 });
});

test.each([
  [
    ['create', '--name', 'Low', '--width', '9'],
    '--width must be a whole number of centimetres from 10 to 300.',
  ],
  [['create', '--name', 'x'.repeat(21)], '--name must have at most 20 characters.'],
  [['create', '--name', 'Low', '--kind', 'cats'], '--kind must be one of books, plants.'],
  [['create', '--name', 'Low', '--state', 'old'], '--state must be one of new, used.'],
  [['create'], '--name is missing: What it is called. See shelves create --help.'],
  [['update'], 'shelves update needs <id>. See shelves update --help.'],
  [['list', '--limit', '0'], '--limit must be from 1 to 1000.'],
])('%j is refused by the name of what was typed', async (argv, sentence) => {
  const { run, shelves } = setUp();
  const answer = await run(['shelves', ...argv, '--json']);
  expect(answer).toMatchObject({ exitCode: 2 });
  expect(answer.json).toEqual({ error: { code: 'command.usage', message: sentence } });
  expect(shelves.done).toEqual([]);
});

test('an error of the noun stays what it is', async () => {
  const { run } = setUp();
  expect(await run(['shelves', 'update', 'shelf_9', '--width', '20', '--json'])).toMatchObject({
    exitCode: 1,
    json: { error: { code: 'shelves.unknown', message: 'There is no such shelf.' } },
  });
});

test('a list comes in pages', async () => {
  const { run } = setUp();
  expect((await run(['shelves', 'list'])).stdout).toBe('No shelves.\n');
  for (const name of ['A', 'B', 'C']) await run(['shelves', 'create', '--name', name]);
  const { json } = await run(['shelves', 'list', '--limit', '2', '--json']);
  expect(json).toMatchObject({ shelves: [{ name: 'A' }, { name: 'B' }], next: 'shelf_2' });
  const last = await run(['shelves', 'list', '--limit', '2', '--after', json.next, '--json']);
  expect(last.json).toEqual({ shelves: [expect.objectContaining({ name: 'C' })] });
  expect((await run(['shelves', 'list', '--limit', '2'])).stdout).toMatch(
    /There are more: --after shelf_2\n$/,
  );
});

test('a deed that goes on shows each thing at once', async () => {
  const { run } = setUp();
  await run(['shelves', 'create', '--name', 'A']);
  expect((await run(['shelves', 'watch'])).stdout).toBe('shelf_1 is A\n');
  expect((await run(['shelves', 'watch', '--json'])).stdout).toBe('{"id":"shelf_1"}\n');
});

test('whoever does a deed without the command line learns what is wrong with which field', async () => {
  const { shelves } = setUp();
  await expect(
    perform(createShelf, { shelves }, { name: 'Low', width: 5, lock: 'a' }, SYSTEM),
  ).rejects.toMatchObject({
    code: 'deeds.invalid',
    detail: {
      problems: [
        { field: 'width', why: 'must be a whole number of centimetres from 10 to 300' },
        { field: 'lock', why: 'must have at least 4 characters' },
      ],
    },
  });
});
