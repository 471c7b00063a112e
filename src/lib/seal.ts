import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { defineError } from './errors.ts';

export const sealBroken = defineError('seal.broken', 500);

/** Encrypts what must be read back later: TOTP secrets, private keys, queued mails. AES-256-GCM under `SECRET_KEY`. */
export type Sealer = {
  /** `v1.<key id>.<nonce>.<ciphertext and tag>`. `context` (`table.column:row id`) must be the same when it is opened. */
  seal(plain: string | Buffer, context: string): string;
  /** Opens with whichever root key sealed it. Throws `seal.broken` when it was altered, moved, or its key is not given. */
  open(sealed: string, context: string): Buffer;
  /** Whether a value is sealed under another key than the first one, so that `keys reseal` must renew it. */
  isStale(sealed: string): boolean;
};

/** `rootKeys`: 32 bytes each; the first one seals, all of them open. */
export function createSealer(rootKeys: readonly [Buffer, ...Buffer[]]): Sealer {
  const keys = new Map(rootKeys.map((key) => [keyId(key), key]));
  const [first] = rootKeys;
  const firstId = keyId(first);

  return {
    seal(plain, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', first, nonce);
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return ['v1', firstId, nonce.toString('base64url'), body.toString('base64url')].join('.');
    },

    open(sealed, context) {
      const [version, id, nonce, body] = sealed.split('.');
      const key = keys.get(id ?? '');
      if (version !== 'v1' || !nonce || !body) throw sealBroken({ context, why: 'not a sealed value' });
      if (!key) throw sealBroken({ context, why: `no root key ${id} in SECRET_KEY` });
      const bytes = Buffer.from(body, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'));
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
      } catch (cause) {
        throw sealBroken({ context, why: 'altered, or sealed for another place' }, cause);
      }
    },

    isStale: (sealed) => sealed.split('.')[1] !== firstId,
  };
}

/** The id of a root key: the first 8 base64url characters of its SHA-256. It tells nothing about the key. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('gatehouse root key').update(key).digest('base64url').slice(0, 8);
}
