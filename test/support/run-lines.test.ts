import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeSpeed } from './closing-line.ts';
import { readDocument } from './documents.ts';
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

test('a run of pure code is expected to be short, one that starts programs or a browser is not', () => {
  const expected = (...paths: string[]) =>
    expectedSeconds(
      paths.map((path) => join(repository, 'test', path)),
      2,
    );
  const pure = expected('lib/seal.test.ts', 'lib/text.test.ts');
  expect(pure).toBeLessThan(5);
  const ofPrograms = expected('process/start.test.ts');
  expect(ofPrograms).toBeGreaterThan(pure);
  expect(expected('browser/journeys.test.ts')).toBeGreaterThan(ofPrograms);
});

test.each([
  ['README.md', /^This takes about (\d+) minutes on two free cores: every test/m],
  ['CONTRIBUTING.md', /\| test everything \((\d+) minutes\)/],
  ['docs/testing.md', /\| `npm test` \| about (\d+) minutes \|/],
])(
  'how long everything takes is, to two minutes, the same in %s as at the beginning of a run',
  (document, said) => {
    const files = globSync('test/**/*.test.ts', { cwd: repository }).map((path) => join(repository, path));
    const [, minutes] = said.exec(readDocument(document)) ?? [];
    expect(Math.abs(Number(minutes) - expectedSeconds(files, 2) / 60)).toBeLessThanOrEqual(2);
  },
);

test.each([
  [2, 'about 5 seconds'],
  [31, 'about 35 seconds'],
  [50, 'about 1 minute'],
  [910, 'about 15 minutes'],
])('%i seconds are %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});
