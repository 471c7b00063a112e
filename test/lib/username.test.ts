import { describe, expect, test } from 'vitest';
import { readUsername, usernameKey } from '../../src/lib/username.ts';

describe('one username in all its spellings', () => {
  test.each([
    ['as it is', 'zoë.b-1'],
    ['capitals', 'ZOË.B-1'],
    ['blanks around it', ' zoë.b-1\t'],
    ['decomposed letters (NFD)', 'zoe\u0308.b-1'],
    ['full-width letters', 'ｚｏë．ｂ－１'],
    ['zero-width characters and a mark of direction', '\u200bzo\u200dë.b-1\u202c'],
  ])('%s', (_, text) => {
    expect(usernameKey(text)).toBe('zoë.b-1');
  });

  test('a dot over a letter that has one is none, and a letter without it is the same letter', () => {
    for (const text of ['İsmail', 'ismail', 'ısmail', 'i\u0307smail'])
      expect(usernameKey(text)).toBe('ismail');
  });

  test('is shown with the capitals that its owner likes', () => {
    expect(readUsername(' AdaL ')).toEqual({ username: 'AdaL', key: 'adal' });
  });
});

test.each([
  'a',
  '7',
  'ada_l',
  'ольга',
  'жанна',
  'νίκος',
  'שרה',
  'محمد',
  'さくら桜',
  '김철수',
  '小明',
  'สมชาย',
  'देव',
  'a'.repeat(64),
])('%s is a username', (text) => {
  expect(readUsername(text)).toEqual({ username: text, key: text });
});

test.each([
  ['', 'malformed'],
  ['ada@example.com', 'malformed'],
  ['ada＠example.com', 'malformed'],
  ['ada l', 'malformed'],
  ['.ada', 'malformed'],
  ['ada.', 'malformed'],
  ['-rf', 'malformed'],
  ['..', 'malformed'],
  ['a..b', 'malformed'],
  ['a/b', 'malformed'],
  ['ada\0', 'malformed'],
  ['<ada>', 'malformed'],
  ["o'hara", 'malformed'],
  ['ada😀', 'malformed'],
  ['ada\ud800', 'malformed'],
  ['a'.repeat(65), 'malformed'],
  ['a'.repeat(100_000), 'malformed'],
  ['аdа', 'look_alike'], // Cyrillic а
  ['pаypal', 'look_alike'],
  ['ада1a', 'look_alike'],
  ['αда', 'look_alike'],
  ['сосо', 'look_alike'], // all Cyrillic
  ['рор-1', 'look_alike'],
  ['ТОМ', 'look_alike'], // Cyrillic capitals, which look like Latin ones though the small ones do not
  ['ΤΟΜ', 'look_alike'], // Greek ones
  ['\u0251da', 'look_alike'], // the alpha of phonetics
  ['\u1d00da', 'look_alike'], // a small capital
  ['ad\u3163a', 'look_alike'], // a stroke of Hangul for an l
  ['ada\u3164', 'malformed'], // fillers of Hangul, which nobody sees
  ['ada\u1160da', 'malformed'],
  ['ada\uffa0', 'malformed'],
  ['ad\u034fa', 'malformed'],
  ['ada\ufe0f', 'malformed'],
  ['ad\u0323\u0324\u0325\u032da', 'malformed'],
  ['admi\u0307n', 'reserved'], // drawn as it is without the dot
  ['adm\u0131n', 'reserved'],
  ['νικ', 'look_alike'],
  ['ada١', 'look_alike'], // an Arabic digit
  ['admin', 'reserved'],
  ['Root', 'reserved'],
  ['ＡＤＭＩＮ', 'reserved'],
  ['usr_g28rcpfc2yz7kghenx3nc5gy', 'reserved'],
])('%j is none: %s', (text, fault) => {
  expect(readUsername(text)).toEqual({ fault });
});
