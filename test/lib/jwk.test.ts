import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isPrivateJwk, publicJwk } from '../../src/lib/jwk.ts';

test.for<{ kind: string; key: object }>([
  {
    kind: 'RSA',
    key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  },
  {
    kind: 'EC',
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  },
  { kind: 'OKP', key: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) },
])('knows a private key of the kind $kind, and its public half', ({ key }) => {
  expect(isPrivateJwk(key)).toBe(true);
  const half = publicJwk({ ...key, kid: 'one' });
  expect(isPrivateJwk(half)).toBe(false);
  expect(half).toMatchObject({ kid: 'one' });
  expect(Object.values(half)).not.toContain((key as { d?: string }).d);
});

test('a symmetric key is no public one', () => {
  expect(isPrivateJwk({ kty: 'oct', k: 'AAAA' })).toBe(true);
  expect(publicJwk({ kty: 'oct', k: 'AAAA' })).toEqual({ kty: 'oct' });
});
