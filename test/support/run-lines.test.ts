import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSpeed } from './closing-line.ts';
import { expectedSeconds, inWords } from './opening-lines.ts';
import { repository } from './processes.ts';

test('the end of a run names each file that took longer than a file should, the slowest first', () => {
  const files: [string, number][] = [
    ['test/a.test.ts', 60],
    ['test/b.test.ts', 60.6],
    ['test/c.test.ts', 90.2],
  ];
  expect(describeSpeed(files)).toEqual([
    'Over the 60 s that a file may take on two free cores: test/c.test.ts 90 s, test/b.test.ts 61 s.',
  ]);
});

test('of many files that all keep to it the three slowest are named, of few none', () => {
  const files = Array.from({ length: 20 }, (_, index): [string, number] => [`${index}.test.ts`, index]);
  expect(describeSpeed(files)).toEqual([
    'Every file took less than its 60 s. The slowest: 19.test.ts 19 s, 18.test.ts 18 s, 17.test.ts 17 s.',
  ]);
  expect(describeSpeed(files.slice(0, 19))).toEqual([]);
});

test('a run of pure code is expected to be short, one in a browser is not', () => {
  const file = (path: string) => join(repository, 'test', path);
  const pure = expectedSeconds([file('lib/seal.test.ts'), file('lib/text.test.ts')], 2);
  expect(pure).toBeLessThan(5);
  expect(expectedSeconds([file('browser/journeys.test.ts')], 2)).toBeGreaterThan(pure);
});

test.each([
  [2, 'about 5 seconds'],
  [31, 'about 35 seconds'],
  [50, 'about 1 minute'],
  [910, 'about 15 minutes'],
])('%i seconds are %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});
