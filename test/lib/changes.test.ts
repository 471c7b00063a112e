import { expect, test } from 'vitest';
import { changesBetween } from '../../src/lib/changes.ts';
import { redact } from '../../src/observability/redact.ts';

test('tells what differs, and nothing of what stays', () => {
  expect(
    changesBetween({ name: 'A', uris: ['a', 'b'], isOld: true }, { name: 'B', uris: ['a', 'b'], level: '2' }),
  ).toEqual({
    before: { name: 'A', isOld: true, level: null },
    after: { name: 'B', isOld: null, level: '2' },
  });
  expect(changesBetween({ level: undefined }, {})).toEqual({ before: {}, after: {} });
});

test('tells of secrets and of long values by a word', () => {
  const long = 'x'.repeat(3000);
  const told = changesBetween(
    { a: 's1', b: 's1', note: 'short' },
    { b: 's2', c: 's3', note: long },
    { inWords: ['a', 'b', 'c'] },
  );
  expect(told).toEqual({
    before: { a: 'set', b: 'set', c: null, note: 'set' },
    after: { a: null, b: 'replaced', c: 'set', note: 'replaced' },
  });
});

test('the words for a secret pass what takes secrets out of logs and the audit', () => {
  expect(redact({ secret: 'replaced', password: 'set', token: 'hunter2' })).toEqual({
    secret: 'replaced',
    password: 'set',
    token: '[removed]',
  });
});
