import { expect, test } from 'vitest';
import { type Attack, attacks } from './attacks.ts';
import { tableOf } from './table.ts';
import { readTitles } from './titles.ts';

/** The table of what is tried (docs/security-testing.md): that it has what the tests say, and notices what it lacks. */

const SOURCE = `
eachDatabase('people', (dialect) => {
  test('one', async () => {});
  describe('in a group', () => {
    test.each([
      ['a', 1],
    ])('by %s and \${name}, with $count.value', (_, count) => {});
    it("isn't much", () => {});
  });
  test.each(['a', 'b'])(
    'on two lines, %i', // and a comment
    (each) => {
      expect(call(each)('not a title', 1)).toBe(1);
    },
  );
  test('two', async () => {});
});

describe.each([
  ['a'],
])('a group for each %s', (letter) => {
  test.for([1])('inside', { timeout: 1 }, () => {});
});

// test('not there', () => {});
test(\`that it's \${kind}\`, () => {});
`;

test('titles are read as the tests say them, each in its groups', () => {
  expect(readTitles(SOURCE)).toEqual([
    { path: 'people', title: 'one' },
    { path: 'people › in a group', title: 'by … and …, with …' },
    { path: 'people › in a group', title: "isn't much" },
    { path: 'people', title: 'on two lines, …' },
    { path: 'people', title: 'two' },
    { path: 'a group for each …', title: 'inside' },
    { path: '', title: 'that it’s …'.replace('’', "'") },
  ]);
});

const kind = (places: string[]): Attack => ({ name: 'A kind', holds: 'Nothing.', places });
const texts = new Map([
  ['test/oidc/codes.test.ts', "describe('codes', () => {\n  test('work once', () => {});\n});\n"],
  ['test/security/swaps.test.ts', "test('a swap', () => {});\ntest('another swap', () => {});\n"],
]);

test('a kind has the tests of its files, its folders, and those in whose titles its words occur', () => {
  const { text, faults } = tableOf(texts, [
    kind(['test/oidc', 'test/security/swaps.test.ts › a swap', 'test/security/swaps.test.ts › another']),
  ]);
  expect(faults).toEqual([]);
  expect(text).toContain('| [A kind](#a-kind) | [oidc/codes]');
  expect(text).toContain('- codes › work once\n');
  expect(text).toContain('- a swap\n- another swap\n');
});

test('a test that was renamed away from its kind, and a new one of test/security without a kind, are told', () => {
  const { faults } = tableOf(texts, [
    kind(['test/oidc/codes.test.ts › codes › work twice', 'test/security/swaps.test.ts › a swap']),
  ]);
  expect(faults).toEqual([
    'test/security/attacks.ts: no test is in "test/oidc/codes.test.ts › codes › work twice" (A kind)',
    'test/security/swaps.test.ts: "another swap" in no kind of attack: name the place in test/security/attacks.ts',
  ]);
});

test('a test whose title could not be read is told', () => {
  const { faults } = tableOf(
    new Map([['test/a.test.ts', "test('a', () => {});\ntest(titleOf(1), () => {});\n"]]),
    [],
  );
  expect(faults).toEqual([
    'test/a.test.ts: a title is written in a way that test/security/titles.ts does not read',
  ]);
});

test('each kind has a name of its own', () => {
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
});
