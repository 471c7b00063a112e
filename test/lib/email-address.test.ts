import { describe, expect, test } from 'vitest';
import { readEmailAddress } from '../../src/lib/email-address.ts';
import { SPELLINGS } from '../users/spellings.ts';

describe('one person’s address in all its spellings', () => {
  test.each([...SPELLINGS, ['a line end behind it', 'max@müller.example\r\n'] as const])('%s', (_, text) => {
    expect(readEmailAddress(text)?.key).toBe('max@xn--mller-kva.example');
  });

  test('is shown in Unicode, with the capitals that its owner likes before the @', () => {
    expect(readEmailAddress(' Max.Mu\u0308ller@XN--MLLER-KVA.Example. ')).toEqual({
      address: 'Max.Müller@müller.example',
      key: 'max.müller@xn--mller-kva.example',
    });
  });

  test.each(['josé@example.com', 'jose\u0301@example.com', 'JOSÉ@EXAMPLE.COM'])('accents: %s', (text) => {
    expect(readEmailAddress(text)?.key).toBe('josé@example.com');
  });
});

describe('other mailboxes stay others', () => {
  test.each([
    ['an accent', 'ana@example.com', 'aná@example.com'],
    ['a ligature', 'fi@example.com', 'ﬁ@example.com'],
    ['a superscript', 'ana2@example.com', 'ana²@example.com'],
    ['a Cyrillic letter', 'ana@example.com', 'аna@example.com'],
    ['a dotless i', 'id@example.com', 'ıd@example.com'],
    ['a dot', 'anabauer@example.com', 'ana.bauer@example.com'],
    ['a tag', 'ana@example.com', 'ana+shop@example.com'],
    ['sharp s', 'ana@strasse.example', 'ana@straße.example'],
  ])('%s', (_, one, other) => {
    expect(readEmailAddress(one)?.key).toBeDefined();
    expect(readEmailAddress(other)?.key).not.toBe(readEmailAddress(one)?.key);
  });
});

test.each([
  '',
  '@',
  'ana',
  'ana@',
  '@example.com',
  'ana@@example.com',
  'ana@example.com@example.com',
  'ana bauer@example.com',
  'ana@exa mple.com',
  'Ana <ana@example.com>',
  'ana@example.com,bob@example.com',
  'ana@example.com\nbcc: bob@example.com',
  '.ana@example.com',
  'ana.@example.com',
  'a..na@example.com',
  'ana@example..com',
  'ana@example.com..',
  'ana@-example.com',
  'ana@exa_mple.com',
  'ana@127.0.0.1',
  'ana@[127.0.0.1]',
  'ana@0x7f.1',
  'ana@example.com/x',
  'ana@example.com?subject=x',
  'ana@example.com#x',
  'ana@example%2ecom',
  'ana@xn--zzzzzzzzzz.example.com\0',
  `${'a'.repeat(65)}@example.com`,
  `ana@${'a'.repeat(64)}.com`,
  `ana@${'abcdefgh.'.repeat(30)}com`,
  'a'.repeat(5000),
])('%j is no address', (text) => {
  expect(readEmailAddress(text)).toBeUndefined();
});
