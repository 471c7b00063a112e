import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ClientForPages } from '../../src/interaction/interaction.ts';
import { appOf, createWaitingApp, startOf } from '../../src/interaction/waiting-app.ts';

const key = randomBytes(32);
const books: ClientForPages = {
  id: 'cli_books',
  name: 'Books',
  isBuiltIn: false,
  metadata: { redirect_uris: ['https://books.example/callback?x=1'] },
};
const waitingApp = createWaitingApp({
  clients: { find: async (id) => (id === books.id ? books : undefined) },
  keys: {
    serverKeys: {
      current: async () => ({ id: 'key1', key }),
      find: async (_purpose, id) => (id === 'key1' ? key : undefined),
    },
  },
});

test('finds the app that a signed address names', async () => {
  const app = await waitingApp.sign('uid1', books.id);
  expect(await waitingApp.find('uid1', app)).toBe(books);
});

test('believes no address that was altered, moved to another sign-in, or is no text', async () => {
  const app = await waitingApp.sign('uid1', books.id);
  const [client, keyId, mac] = app.split('.');
  const other = Buffer.from('cli_other').toString('base64url');
  for (const value of [
    `${other}.${keyId}.${mac}`,
    `${client}.key2.${mac}`,
    `${client}.${keyId}.`,
    `${client}.${keyId}`,
    ['x', app],
    undefined,
    '',
    '..',
    'x'.repeat(5000),
  ]) {
    expect(await waitingApp.find('uid1', value)).toBeUndefined();
  }
  expect(await waitingApp.find('uid2', app)).toBeUndefined();
});

test.each([
  [
    { initiate_login_uri: 'https://books.example/login' },
    'https://books.example/login?iss=https%3A%2F%2Fid.example',
  ],
  [{ client_uri: 'https://books.example/home' }, 'https://books.example/home'],
  [{}, 'https://books.example/'],
])('starts again at the place the app registered for it: %j', (metadata, start) => {
  const client = { ...books, metadata: { ...books.metadata, ...metadata } };
  expect(startOf(client, 'https://id.example')).toBe(start);
});

test('leads to no address that is not of the web', () => {
  const metadata = { redirect_uris: ['com.example.app:/cb'], client_uri: 'javascript:alert(1)' };
  expect(startOf({ ...books, metadata }, 'https://id.example')).toBeUndefined();
});

test('shows the host of the redirect URI, or the scheme of a native app', () => {
  expect(appOf(books, 'http://127.0.0.1:4711/cb').host).toBe('127.0.0.1:4711');
  expect(appOf(books, 'com.example.app:/cb').host).toBe('com.example.app:');
  expect(appOf(books, undefined).host).toBe('books.example');
});
