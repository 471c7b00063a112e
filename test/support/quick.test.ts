import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtInIds } from '../../src/methods/built-in.ts';
import quick from '../quick.config.ts';
import { needBrowser } from './needed-services.ts';
import { repository } from './processes.ts';

const patterns = quick.test?.include ?? [];
const files = globSync(patterns, { cwd: repository });

test('the quick run has a journey for each way to sign in, and each of its names is a file', () => {
  const journeyOf: Record<string, string> = {
    password: 'test/flows/password-step.test.ts',
    passkey: 'test/flows/passkey.test.ts',
    totp: 'test/flows/totp.test.ts',
    'backup-codes': 'test/flows/second-factor.test.ts',
    email: 'test/flows/sign-in-email.test.ts',
    upstream: 'test/flows/upstream.test.ts',
  };
  expect(Object.keys(journeyOf).sort()).toEqual([...builtInIds].sort());
  for (const file of Object.values(journeyOf)) expect(files).toContain(file);
  for (const pattern of patterns.flatMap(spellOut))
    expect([pattern, globSync(pattern, { cwd: repository }).length > 0]).toEqual([pattern, true]);
});

test('the quick run opens no browser, and starts no service', () => {
  expect(needBrowser(files.map((file) => join(repository, file)))).toBe(false);
  expect(quick.test?.globalSetup).toEqual(['test/support/run-folder.ts']);
});

/** `a/{b,c}` as `a/b` and `a/c`. */
function spellOut(pattern: string): string[] {
  const [, before, inside = '', after] = /^(.*?)\{([^}]*)\}(.*)$/.exec(pattern) ?? [];
  return before === undefined
    ? [pattern]
    : inside.split(',').flatMap((each) => spellOut(`${before}${each}${after}`));
}
