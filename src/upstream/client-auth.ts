import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ClientAuth as AuthenticateClient } from 'openid-client';
import type { ClientAuth } from './presets.ts';
import type { Provider } from './store.ts';

type Library = typeof import('openid-client');

/** How we prove to a provider who we are. `secret`: opened, for this call alone. */
export async function authenticateBy(
  library: Library,
  { clientAuth, clientId, teamId, keyId, issuer }: Provider,
  secret: string,
  now: number,
): Promise<AuthenticateClient> {
  switch (clientAuth) {
    case 'none':
      return library.None();
    case 'basic':
      return library.ClientSecretBasic(secret);
    case 'post':
      return library.ClientSecretPost(secret);
    case 'private_key_jwt': {
      const { key, alg } = readSigningKey(secret);
      const cryptoKey = await toCryptoKey(key, alg);
      return library.PrivateKeyJwt(keyId === undefined ? cryptoKey : { key: cryptoKey, kid: keyId });
    }
    case 'apple': {
      const { SignJWT } = await import('jose');
      const { key } = readSigningKey(secret);
      const jwt = await new SignJWT()
        .setProtectedHeader({ alg: 'ES256', ...(keyId === undefined ? {} : { kid: keyId }) })
        .setIssuer(teamId ?? '')
        .setSubject(clientId)
        .setAudience(issuer ?? 'https://appleid.apple.com')
        .setIssuedAt(Math.floor(now / 1000))
        .setExpirationTime(Math.floor(now / 1000) + APPLE_SECONDS)
        .sign(key);
      return library.ClientSecretPost(jwt);
    }
  }
}

/** It is made for one call. Apple takes up to six months. */
const APPLE_SECONDS = 300;

export type SigningAlg = 'ES256' | 'ES384' | 'RS256' | 'Ed25519';

/**
 * Reads a private key in PEM (PKCS #8, as Apple's `.p8`). Throws a `TypeError` whose message goes on after the name of the
 * field.
 */
export function readSigningKey(pem: string): { key: KeyObject; alg: SigningAlg } {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new TypeError('must be a private key in PEM, without a password');
  }
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return { key, alg: 'ES256' };
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return { key, alg: 'ES384' };
  if (key.asymmetricKeyType === 'ed25519') return { key, alg: 'Ed25519' };
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return { key, alg: 'RS256' };
  throw new TypeError('must be a key of P-256, P-384, Ed25519 or RSA of 2048 bits or more');
}

/** What is wrong with what was given to be known by, in words that go on after its name. */
export function problemOfSecret(clientAuth: ClientAuth, secret: string | undefined): string | undefined {
  if (clientAuth === 'none')
    return secret === undefined ? undefined : 'is not needed with --client-auth none';
  if (secret === undefined || secret === '') return 'is missing: --client-secret-stdin reads it';
  if (secret.length > 20_000) return 'is too long';
  if (clientAuth === 'basic' || clientAuth === 'post')
    return /^[\x20-\x7e]+$/.test(secret) ? undefined : 'must be one line of ASCII';
  try {
    const { alg } = readSigningKey(secret);
    return clientAuth === 'apple' && alg !== 'ES256' ? 'must be the key file of Apple (P-256)' : undefined;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

const WEB_CRYPTO = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
} as const;

function toCryptoKey(key: KeyObject, alg: SigningAlg): Promise<CryptoKey> {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), WEB_CRYPTO[alg], false, ['sign']);
}
