import { expect, test } from 'vitest';
import { createId, problemOfChosenId } from '../../src/lib/ids.ts';

const CLIENT = { prefix: 'cli' };
const PERSON = { prefix: 'usr', others: '|' } as const;

test.each([
  'abc',
  'grafana',
  'Grafana.prod_1~eu-2',
  '2f3a5c1e-7c1b-4a8e-9d57-0c2f0f1f9a11',
  '9',
  'x'.repeat(128),
])('takes %j for an id that somebody chose', (id) => {
  for (const kind of [CLIENT, PERSON]) expect(problemOfChosenId(id.padEnd(3, '0'), kind)).toBeUndefined();
});

test.each([
  ['', '3 to 128 characters'],
  ['ab', '3 to 128 characters'],
  ['x'.repeat(129), '3 to 128 characters'],
  ['-rf', 'begin with a letter or a digit'],
  ['../etc', 'begin with a letter or a digit'],
  ['my app', 'only'],
  ['my:app', 'only'],
  ['ana@example.com', 'only'],
  ['münchen', 'only'],
  ['app\n', 'only'],
  ['app\0', 'only'],
  ['a/b/c', 'only'],
  ['gatehouse', 'kept for Gatehouse itself'],
  ['Gatehouse-Account', 'kept for Gatehouse itself'],
  [createId('rsi'), 'another kind'],
])('refuses %j as an id that somebody chose', (id, why) => {
  for (const kind of [CLIENT, PERSON]) expect(problemOfChosenId(id, kind)).toContain(why);
});

test('lets nobody be called like somebody of another kind (RFC 9700 §4.15)', () => {
  expect(problemOfChosenId(createId('usr'), CLIENT)).toContain('usr_…');
  expect(problemOfChosenId(createId('cli'), PERSON)).toContain('cli_…');
  expect(problemOfChosenId(createId('cli'), CLIENT)).toBeUndefined();
  expect(problemOfChosenId(createId('usr'), PERSON)).toBeUndefined();
});

test('lets people alone keep the bar of Auth0’s ids', () => {
  expect(problemOfChosenId('auth0|5f7c8ec7c33c6c004bbafe82', PERSON)).toBeUndefined();
  expect(problemOfChosenId('auth0|5f7c8ec7c33c6c004bbafe82', CLIENT)).toContain('only');
});
