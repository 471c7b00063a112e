import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { createId } from '../lib/ids.ts';
import type { Sealer } from '../lib/seal.ts';

export const signingAlgs = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;
export type SigningAlg = (typeof signingAlgs)[number];
export type KeyId = `key_${string}`;

/** A key pair as it is stored: the public half readable, the private half sealed. */
export type NewKey = { id: KeyId; alg: SigningAlg; publicJwk: JWK; sealedPrivateJwk: string };

// 2048 bits are 112 bits of strength, good until 2030 (NIST SP 800-57) for keys that live months. 3072 bits would take
// most of a second each to make at first start, sign three times slower and lengthen every ID token by 170 bytes.
const RSA_BITS = 2048;

const generate = promisify(generateKeyPair);

/** Makes a key pair in Node's thread pool, so that other requests go on. Its `kid` is its id. */
export async function generateKey(alg: SigningAlg, sealer: Sealer): Promise<NewKey> {
  const { publicKey, privateKey } = await generatePair(alg);
  const id = createId('key');
  const header = { kid: id, alg, use: 'sig' };
  const privateJwk = { ...privateKey.export({ format: 'jwk' }), ...header };
  return {
    id,
    alg,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), ...header } as JWK,
    sealedPrivateJwk: sealer.seal(JSON.stringify(privateJwk), privateJwkContext(id)),
  };
}

export function openPrivateJwk(sealed: string, id: string, sealer: Sealer): JWK {
  return JSON.parse(sealer.open(sealed, privateJwkContext(id)).toString()) as JWK;
}

/** Where a sealed private key belongs: moved to another row, it does not open. */
export function privateJwkContext(id: string): string {
  return `keys.private_jwk:${id}`;
}

function generatePair(alg: SigningAlg): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (alg === 'ES256') return generate('ec', { namedCurve: 'P-256' });
  if (alg === 'EdDSA') return generate('ed25519');
  return generate('rsa', { modulusLength: RSA_BITS });
}
