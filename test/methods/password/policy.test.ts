import { describe, expect, test } from 'vitest';
import { createBlocklist, encodeBlocklist } from '../../../src/methods/password/blocklist.ts';
import { passwordConfig } from '../../../src/methods/password/config.ts';
import { isGuessable } from '../../../src/methods/password/guessable.ts';
import { createPolicy } from '../../../src/methods/password/policy.ts';

const ada = {
  username: 'enchantress',
  email: 'ada.lovelace@analytical.example',
  profile: { name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace', nickname: 'Countess' },
};

const policy = createPolicy({
  config: passwordConfig.parse({ refusedWords: ['Paperclip Works'] }),
  siteWords: ['login.gatehouse.example', 'Gatehouse'],
});
const refusalOf = (password: string) => policy.check(password, ada)?.refused;

describe('length', () => {
  test('fifteen characters are enough, without digits, signs or capitals', () => {
    expect(refusalOf('plum teapot fog')).toBeUndefined();
  });

  test('fourteen are not, and the refusal names the minimum', () => {
    expect(policy.check('plum teapot fo', ada)).toEqual({
      refused: 'password.too_short',
      detail: { minimum: 15 },
    });
  });

  test('the operator sets another minimum, but never one below 8', () => {
    const lower = createPolicy({ config: passwordConfig.parse({ minimumLength: 8 }), siteWords: [] });
    expect(lower.check('plum fog', ada)).toBeUndefined();
    expect(lower.check('plumfog', ada)?.refused).toBe('password.too_short');
    expect(passwordConfig.safeParse({ minimumLength: 7 }).success).toBe(false);
  });

  test('characters are counted as code points of the composed form', () => {
    expect(refusalOf('🦉🌲🎈🚲🥨🧵🪁🛶🧭🥁🪴🧊🐙🌋')).toBe('password.too_short');
    expect(refusalOf('🦉🌲🎈🚲🥨🧵🪁🛶🧭🥁🪴🧊🐙🌋🍋')).toBeUndefined();
    expect(refusalOf('plum téapot fó'.normalize('NFD'))).toBe('password.too_short');
  });

  test('64 characters and 1,024 bytes are accepted, 1,025 bytes are not', () => {
    expect(refusalOf(varied(64))).toBeUndefined();
    expect(refusalOf(varied(1024))).toBeUndefined();
    expect(policy.check(varied(1025), ada)).toEqual({
      refused: 'password.too_long',
      detail: { maximum: 1024 },
    });
    expect(refusalOf(`${varied(1022)}ü`)).toBeUndefined();
    expect(refusalOf(`${varied(1023)}ü`)).toBe('password.too_long');
  });
});

describe('characters', () => {
  test.each([
    ['NUL', 'plum teapot\0fog tin'],
    ['a line end', 'plum teapot\nfog tin'],
    ['a broken surrogate', 'plum teapot \ud800 fog'],
    ['a noncharacter', 'plum teapot \uffff fog'],
  ])('%s is refused', (_what, password) => {
    expect(refusalOf(password)).toBe('password.characters');
  });

  test('nothing is a missing password', () => {
    expect(refusalOf('')).toBe('password.missing');
  });

  test.each([
    'vielleicht größer als gedacht',
    'ламповый абажур у окна',
    'ちいさな青い屋根の家とみどりの猫',
    'family 👩‍👩‍👧‍👦 on a boat',
  ])('any script will do: %s', (password) => {
    expect(refusalOf(password)).toBeUndefined();
  });
});

describe('own names', () => {
  test.each([
    'ada.lovelace@analytical.example',
    'Ada Lovelace 1815!',
    'lovelace-lovelace',
    'ÀDA LÖVELACE 123',
    'countess lovelace',
    'Enchantress 1843',
    'gatehouse gatehouse',
    'login.gatehouse.example',
    'my-GateHouse-2026',
    'paperclip works 1',
  ])('%s is made of names and refused', (password) => {
    expect(refusalOf(password)).toBe('password.personal');
  });

  test('a name among enough else is fine', () => {
    expect(refusalOf('lovelace rides a green tram')).toBeUndefined();
  });

  test('short names are not looked for: they are inside every other word', () => {
    expect(
      policy.check('lime jungle toads', { email: 'li@x.example', profile: { name: 'Li' } }),
    ).toBeUndefined();
  });

  test('names of two Chinese characters are', () => {
    const wang = { email: 'w@x.example', profile: { name: '王伟' } };
    expect(policy.check('王伟王伟王伟王伟王伟王伟123', wang)?.refused).toBe('password.personal');
  });
});

describe('what is tried first', () => {
  test.each([
    ['breached', 'momsanaladventure'],
    ['breached, other letter case', '1QAZ2wsx3EDC4rfv'],
    ['breached, decorated', '!!butterfly2024!'],
    ['breached, digits at the end', 'password1234567'],
    ['breached, with look-alikes', 'P@ssw0rd1234567'],
    ['breached, spaced', 'p a s s w o r d 12'],
    ['breached, twice', 'trustno1trustno1'],
    ['one character', 'aaaaaaaaaaaaaaa'],
    ['digits in order', '123456789012345'],
    ['letters in order', 'abcdefghijklmno'],
    ['letters backwards', 'zyxwvutsrqponml'],
    ['a walk on the keyboard', 'qwertzuiopasdfg'],
    ['columns of the keyboard', '5tgb6yhn7ujm4rfv'],
    ['a short word over and over', 'zebzebzebzebzeb'],
    ['few different characters', '1121121112211212'],
    ['another keyboard', 'йцукенгшщзфывап'],
  ])('%s: %s', (_what, password) => {
    expect(refusalOf(password)).toBe('password.breached');
  });

  test.each([
    'plum teapot fog',
    'correct horse battery staple',
    'butterfly net by the pond',
    'momsanal-adventurers club',
    'tX9$kf02mWqLr7v',
    '8302 brass 9917 kite',
    'abandon ability able about',
    'the quick brown ferret',
    'K7mQ2xR9vT4pZ8w',
    'zebra zeppelin zinc',
  ])('not: %s', (password) => {
    expect(refusalOf(password)).toBeUndefined();
  });
});

describe('the list', () => {
  test('is read at the first question only, and keeps nothing but its bytes', () => {
    let reads = 0;
    const bytes = encodeBlocklist(['Plum Teapot Fog', 'plum teapot fog', 'second one here']);
    const list = createBlocklist(() => {
      reads += 1;
      return bytes;
    });
    expect(reads).toBe(0);
    expect(list.has('PLUM TEAPOT FOG')).toBe(true);
    expect(list.has('plum teapot frog')).toBe(false);
    expect(reads).toBe(1);
    expect(bytes.length).toBe(10);
  });

  test('that is built in has more than 100,000 passwords in less than 1 MiB, sorted and each once', async () => {
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(new URL('../../../src/methods/password/blocklist.bin', import.meta.url));
    const records = Array.from({ length: bytes.length / 5 }, (_, at) =>
      bytes.subarray(at * 5, at * 5 + 5).toString('hex'),
    );
    expect(records.length).toBeGreaterThan(100_000);
    expect(bytes.length).toBeLessThan(1024 * 1024);
    expect([...new Set(records)].sort()).toEqual(records);
  });

  test('finds every one of its first and last entries', () => {
    const all = Array.from({ length: 1000 }, (_, at) => `password number ${at}`);
    const list = createBlocklist(() => encodeBlocklist(all));
    expect(all.every((password) => list.has(password))).toBe(true);
    expect(list.has('password number 1000')).toBe(false);
  });

  test('an empty one blocks nothing', () => {
    expect(
      isGuessable(
        'momsanaladventure',
        createBlocklist(() => Buffer.alloc(0)),
      ),
    ).toBe(false);
  });
});

/** ASCII without any pattern, always the same. */
function varied(length: number): string {
  return Array.from({ length }, (_, at) => 'kq7w m2zd9xf4hvt6r'[(at * at + 7 * at) % 17] ?? '').reduce(
    (text, character, at) => text + (at % 5 === 4 ? at % 10 : character),
    '',
  );
}
