import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type RealClient, realClients } from './clients.ts';

const clients: readonly RealClient[] = realClients;
const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const squeezed = (text: string) => text.replaceAll(/[\s'"`]/g, '');
const testOf = ({ shownBy }: RealClient) =>
  'test' in shownBy ? shownBy.test : 'command' in shownBy ? shownBy.command : undefined;

test('each client has one row, in one of eight languages', () => {
  expect(clients.length).toBeGreaterThanOrEqual(35);
  expect(new Set(clients.map(({ id }) => id)).size).toBe(clients.length);
  expect([...new Set(clients.map(({ language }) => language))].sort()).toEqual([
    'C',
    'Erlang',
    'Go',
    'Java',
    'JavaScript',
    'Python',
    'Ruby',
    'Rust',
  ]);
});

test.each(clients.filter(testOf))('$id: its test types what the page says', (client) => {
  const file = testOf(client) ?? '';
  expect(existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
  const text = squeezed(textOf(file));
  const said = [...client.there.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => code.split(/<[a-z]+>/));
  const missing = said.filter((piece) => piece !== '' && !text.includes(squeezed(piece)));
  expect(missing.filter((piece) => !NOT_TYPED.has(piece))).toEqual([]);
});

/** Names of things, not of what is typed. */
const NOT_TYPED = new Set(['http://localhost', 'jose']);

test.each(clients.filter((client) => !testOf(client)))('$id says on which day it was read', ({ shownBy }) => {
  expect('read' in shownBy && shownBy.read).toMatch(/^2\d{3}-\d\d-\d\d$/);
});

test('the commands of each row are those that a test of it types', () => {
  const typed = clients.filter(testOf).filter(({ id }) => id !== 'jose');
  const missing = typed.filter((client) => !textOf(testOf(client) ?? '').includes(`'${client.id}'`));
  expect(missing.map(({ id }) => id)).toEqual([]);
});
