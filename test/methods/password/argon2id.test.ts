import { describe, expect, test } from 'vitest';
import { createArgon2id, loadReference, loadRust } from '../../../src/methods/password/argon2id.ts';

const cheap = { memoryKib: 7168, passes: 1, parallelism: 1 };
// RFC 9106 leaves the characters to the caller: what is not ASCII must come out as the same bytes on both sides.
const passwords = ['correct horse battery staple', 'Grüße 🦊 schöne', ' spaces stay ', 'x'.repeat(1000)];
const bindings = { rust: loadRust, reference: loadReference };

describe.each([
  ['rust', 'reference'],
  ['reference', 'rust'],
] as const)('a hash that %s made', (maker, reader) => {
  test.each(passwords)(`is accepted by ${reader}, for this password only: %s`, async (password) => {
    const hash = await (await bindings[maker]()).hash(password, cheap);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    const other = await bindings[reader]();
    expect(await other.verify(hash, password)).toBe(true);
    expect(await other.verify(hash, `${password}!`)).toBe(false);
  });
});

test('loads the binding once, with the first password', async () => {
  let loads = 0;
  const argon = createArgon2id(async () => {
    loads += 1;
    return loadReference();
  });
  expect(loads).toBe(0);
  const hash = await argon.hash('a password', cheap);
  expect(await argon.verify(hash, 'a password')).toBe(true);
  expect(loads).toBe(1);
});
