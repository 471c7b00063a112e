import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { defineError } from './errors.ts';
import { keyObjectOf } from './secret.ts';

export const sealBroken = defineError('seal.broken', 500);

const VERSION = 'v1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must be read back later: TOTP secrets, private keys, queued mails. AES-256-GCM under `SECRET_KEY`. */
export type Sealer = {
  /** What every value sealed now begins with, `v1.<key id>.`. Values that begin otherwise are stale. */
  readonly prefix: string;
  /** The ids of the root keys given, the sealing one first. They tell nothing about the keys. */
  readonly keyIds: readonly string[];
  /** `v1.<key id>.<nonce>.<ciphertext and tag>`. `context` (`table.column:row id`) must be the same when it is opened. */
  seal(plain: string | Buffer, context: string): string;
  /** Opens with whichever root key sealed it. Throws `seal.broken` when it was altered, moved, or its key is not given. */
  open(sealed: string, context: string): Buffer;
  /** Whether a value is sealed under another key than the first one, so that `keys reseal` must renew it. */
  isStale(sealed: string): boolean;
  /** The id of the root key that sealed a value. */
  keyIdOf(sealed: string): string | undefined;
};

/** `rootKeys`: 32 bytes each; the first one seals, all of them open. */
export function createSealer(rootKeys: readonly [Buffer, ...Buffer[]]): Sealer {
  for (const key of rootKeys)
    if (key.length !== KEY_BYTES) throw new TypeError('a root key of 32 bytes is needed');
  const keys = new Map(rootKeys.map((key) => [rootKeyId(key), key])); // at most those that the operator gives
  const [first] = rootKeys;
  const firstId = rootKeyId(first);
  const prefix = `${VERSION}.${firstId}.`;

  return {
    prefix,
    keyIds: [...keys.keys()],

    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyObjectOf(first), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return `${prefix}${nonce.toString('base64url')}.${body.toString('base64url')}`;
    },

    open(sealed, context) {
      const [version, id, nonceText, bodyText, ...rest] = sealed.split('.');
      const nonce = decode(nonceText);
      const body = decode(bodyText);
      // A short tag would be guessable (NIST SP 800-38D, appendix C), so lengths are checked before anything is tried.
      if (
        version !== VERSION ||
        rest.length > 0 ||
        nonce?.length !== NONCE_BYTES ||
        !body ||
        body.length < TAG_BYTES
      )
        throw sealBroken({ context, why: 'not a sealed value' });
      const key = keys.get(id ?? '');
      if (!key) throw sealBroken({ context, why: `no root key ${id} in SECRET_KEY` });
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), nonce, {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(body.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw sealBroken({ context, why: 'altered, or sealed for another place' }, cause);
      }
    },

    isStale: (sealed) => !sealed.startsWith(prefix),

    keyIdOf(sealed) {
      const [version, id] = sealed.split('.');
      return version === VERSION ? id : undefined;
    },
  };
}

/** The id of a root key: the first 8 base64url characters of its SHA-256. It tells nothing about the key. */
function rootKeyId(key: Buffer): string {
  return createHash('sha256').update('gatehouse root key').update(key).digest('base64url').slice(0, 8);
}

/** Strict base64url: Node's own decoder skips what it does not know, which would let one value be spelled many ways. */
function decode(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
