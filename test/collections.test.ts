import { expect, test } from 'vitest';
import { findUnbounded, readSources } from './support/collections.ts';

/**
 * A list that strangers can make longer ends the process one day. Whoever makes one that stays says beside it how long it
 * may become, and so has thought of it; `npm run soak:hostile` shows that it is true.
 */

test('beside each collection that lives as long as the process stands how large it may become', () => {
  const found = [...readSources()].flatMap(([path, source]) => findUnbounded(path, source));
  expect(found, 'say `// at most …` beside it').toEqual([]);
});

test.each([
  ['a map of a module', 'const known = new Map<string, string>();'],
  ['an exported one', 'export const known = new Map();'],
  ['a set with something in it', 'const names = new Set(list);'],
  ['a list', 'const seen: string[] = [];'],
  ['one in an object', 'const state = { names: new Map() };'],
  [
    'one in a function that creates a part',
    'export function createA() { const a = new Map(); return () => a; }',
  ],
  ['one in an arrow that creates a part', 'const createA = () => { const a: string[] = []; return a; };'],
  [
    'one in a function that creates a part within another',
    'function a() { function createB() { const c = new Set(); } }',
  ],
  ['one that is given later', 'let a; function createB() { a = new Map(); }'],
  ['one under a condition', 'function createA() { if (b) { const c = new Map(); } }'],
  ['written ones that are added to', "const kinds = new Set(['a']);\nkinds.add(b);"],
  ['one whose comment says nothing', '// Names.\nconst known = new Map();'],
])('notices %s', (_what, source) => {
  expect(findUnbounded('src/a.ts', source)).toHaveLength(1);
});

test.each([
  ['a bound beside it', 'const known = new Map(); // at most 3'],
  ['a bound above it', '/** Addresses, at most\n * a few. At most 5. */\nconst known = new Map();'],
  ['a list that is written down', "const kinds = new Set(['a', 'b']);"],
  ['what a call makes', 'function find() { const found = []; return found; }'],
  ['what a call of a part makes', 'function createA() { return { b() { const c = new Map(); } }; }'],
  ['what is given when nothing is', 'function createA({ list = [] }) {}'],
  ['what goes at once', 'const unique = [...new Set(list)];'],
])('lets be: %s', (_what, source) => {
  expect(findUnbounded('src/a.ts', source)).toEqual([]);
});
