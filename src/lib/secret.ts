import { createHmac, createSecretKey, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret: 256 random bits as 43 base64url characters. */
export function createSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256 as base64url. Only for values that are random and long: a plain hash of six digits is no secret. */
export function sha256(value: string): string {
  return hash('sha256', value, 'base64url');
}

/**
 * HMAC-SHA-256 of the parts under `key`, as base64url. Each part is length-prefixed, so that `('ab', 'c')` and
 * `('a', 'bc')` differ. The first part names the purpose.
 */
export function hmac(key: Buffer, ...parts: [purpose: string, ...string[]]): string {
  const mac = createHmac('sha256', keyObjectOf(key));
  for (const part of parts) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    mac.update(length).update(bytes);
  }
  return mac.digest('base64url');
}

const keyObjects = new WeakMap<Buffer, KeyObject>();

/** Keys of ours as Node wants them: given bytes, it finds out anew each time that they are no key object. */
export function keyObjectOf(key: Buffer): KeyObject {
  let known = keyObjects.get(key);
  if (!known) {
    known = createSecretKey(key);
    keyObjects.set(key, known);
  }
  return known;
}

/** Whether two texts are the same, in a time that depends only on their lengths. */
export function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether `presented` is the secret behind one of these SHA-256 hashes, in a time that does not tell which, or how near. */
export function isSecretOf(hashes: readonly string[], presented: string): boolean {
  const hash = sha256(presented);
  let isFound = false;
  // No early exit: each one is compared whichever of them fits.
  for (const candidate of hashes) isFound = isSame(candidate, hash) || isFound;
  return isFound;
}
