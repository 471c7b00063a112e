import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecret } from '../../src/lib/secret.ts';
import { problemOfGivenSecret } from '../../src/secrets/secrets.ts';

test('takes random secrets of the lengths and letters that others make', () => {
  const made = [
    () => createSecret(),
    () => randomBytes(32).toString('hex'),
    () => `GOCSPX-${createSecret(24).slice(0, 28)}`,
    () => randomBytes(40).toString('base64'),
  ];
  const refused = made.flatMap((make) =>
    Array.from({ length: 200 }, make).filter((secret) => problemOfGivenSecret(secret) !== undefined),
  );
  // By chance one in ten thousand repeats itself.
  expect(refused.length).toBeLessThan(3);
});

test.each([
  ['', '32 to 256'],
  ['x7f'.repeat(10), '32 to 256'],
  [createSecret().repeat(6), '32 to 256'],
  ['a'.repeat(40), 'different characters'],
  ['passwordpasswordpasswordpassword', 'different characters'],
  ['changeme-changeme-changeme-changeme', 'different characters'],
  ['my-super-secret-client-secret-1x3', 'repeat itself'],
  ['1a2b3c4d5e6f7g8h1a2b3c4d5e6f7g8h', 'repeat itself'],
  ['zyx123456wvutsrqponmlkjihgfedcba', 'rows'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef', 'rows'],
  [`${createSecret()} `, 'without blanks'],
  [`${createSecret()}\n${createSecret()}`, 'without blanks'],
  [`é${createSecret()}`, 'ASCII'],
])('refuses %j as a secret from elsewhere', (secret, why) => {
  expect(problemOfGivenSecret(secret)).toContain(why);
});
