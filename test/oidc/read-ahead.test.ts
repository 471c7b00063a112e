import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createReadAhead } from '../../src/oidc/read-ahead.ts';

const request = () => ({}) as IncomingMessage;

test('hands out what was begun, once; who asks again reads again', async () => {
  const ahead = createReadAhead();
  const req = request();
  ahead.begin(req, ['grant', 'ada'], async () => 'begun');
  expect(await ahead.take(req, ['grant', 'ada'], async () => 'now')).toBe('begun');
  expect(await ahead.take(req, ['grant', 'ada'], async () => 'now')).toBe('now');
});

test('never gives one request what another one began, nor another person’s', async () => {
  const ahead = createReadAhead();
  const req = request();
  ahead.begin(req, ['grant', 'ada'], async () => 'ada');
  expect(await ahead.take(request(), ['grant', 'ada'], async () => 'own')).toBe('own');
  expect(await ahead.take(req, ['grant', 'bob'], async () => 'bob')).toBe('bob');
  expect(await ahead.take(undefined, ['grant', 'ada'], async () => 'own')).toBe('own');
});

test('tells a failure to whoever takes it, and to nobody else', async () => {
  const ahead = createReadAhead();
  const req = request();
  const fail = () => Promise.reject(new Error('away'));
  ahead.begin(req, ['grant', 'taken'], fail);
  ahead.begin(req, ['grant', 'left'], fail); // an unhandled rejection would end the process, and this test
  await expect(ahead.take(req, ['grant', 'taken'], async () => 'now')).rejects.toThrow('away');
});
