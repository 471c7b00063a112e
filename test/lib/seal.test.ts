import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSealer } from '../../src/lib/seal.ts';

const older = randomBytes(32);
const newer = randomBytes(32);
const place = 'totp_credentials.secret:totp_1';

describe('seal', () => {
  test('opens what it sealed, texts and bytes, the empty one too', () => {
    const sealer = createSealer([newer]);
    for (const plain of ['', 'Grüße', 'x'.repeat(10_000)])
      expect(sealer.open(sealer.seal(plain, place), place).toString()).toBe(plain);
    const bytes = randomBytes(32);
    expect(sealer.open(sealer.seal(bytes, place), place)).toEqual(bytes);
  });

  test('seals the same text differently each time', () => {
    const sealer = createSealer([newer]);
    const values = Array.from({ length: 100 }, () => sealer.seal('same', place));
    expect(new Set(values).size).toBe(100);
    expect(values.join()).not.toContain('same');
  });

  test('does not open a value that was moved to another row or column', () => {
    const sealer = createSealer([newer]);
    const sealed = sealer.seal('secret', place);
    expect(() => sealer.open(sealed, 'totp_credentials.secret:totp_2')).toThrow('seal.broken');
    expect(() => sealer.open(sealed, '')).toThrow('seal.broken');
  });

  test('does not open a value in which any single character was changed, left out or doubled', () => {
    const sealer = createSealer([newer]);
    // Lengths whose base64url ends in unused bits are the ones a lenient decoder would let pass.
    for (const plain of ['a', 'ab', 'abc']) {
      const sealed = sealer.seal(plain, place);
      for (let at = 0; at < sealed.length; at++) {
        const [before, character, after] = [sealed.slice(0, at), sealed[at], sealed.slice(at + 1)];
        for (const other of ['A', 'B', '_', '.', '=', ' ', '', `${character}${character}`]) {
          if (other === character) continue;
          expect(
            () => sealer.open(`${before}${other}${after}`, place),
            `${plain} at ${at}: ${other}`,
          ).toThrow('seal.broken');
        }
      }
    }
  });

  test('does not open a value with anything appended', () => {
    const sealer = createSealer([newer]);
    const sealed = sealer.seal('secret', place);
    for (const more of ['.', '.x', '=', '\n', ' ', '+'])
      expect(() => sealer.open(sealed + more, place)).toThrow('seal.broken');
  });

  test('refuses tags shorter than 128 bits, which could be guessed', () => {
    const sealer = createSealer([newer]);
    const nonce = randomBytes(12);
    for (const length of [4, 8, 12, 15] as const) {
      const cipher = createCipheriv('aes-256-gcm', newer, nonce, { authTagLength: length });
      cipher.setAAD(Buffer.from(place));
      cipher.final();
      const forged = `${sealer.prefix}${nonce.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`;
      expect(() => sealer.open(forged, place)).toThrow('not a sealed value');
    }
  });

  test('refuses a nonce of another length, even when the tag is right for it', () => {
    const sealer = createSealer([newer]);
    for (const length of [1, 8, 16]) {
      const nonce = randomBytes(length);
      const cipher = createCipheriv('aes-256-gcm', newer, nonce);
      cipher.setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update('secret'), cipher.final(), cipher.getAuthTag()]);
      const forged = `${sealer.prefix}${nonce.toString('base64url')}.${body.toString('base64url')}`;
      expect(() => sealer.open(forged, place)).toThrow('not a sealed value');
    }
  });

  test('opens with any of its root keys and says which values are sealed under an older one', () => {
    const before = createSealer([older]).seal('secret', place);
    const sealer = createSealer([newer, older]);
    expect(sealer.open(before, place).toString()).toBe('secret');
    expect(sealer.isStale(before)).toBe(true);
    expect(sealer.isStale(sealer.seal('secret', place))).toBe(false);
    expect(sealer.isStale('anything else')).toBe(true);
  });

  test('names the key that is missing by its id, which tells nothing about the key', () => {
    const sealed = createSealer([older]).seal('secret', place);
    const sealer = createSealer([newer]);
    const [id = ''] = createSealer([older]).keyIds;
    expect(() => sealer.open(sealed, place)).toThrow(`no root key ${id}`);
    expect(sealer.keyIdOf(sealed)).toBe(id);
    expect(older.toString('base64url')).not.toContain(id);
  });

  test('does not open a value whose key id was changed to another key that is given', () => {
    const sealer = createSealer([newer, older]);
    const [, olderId = ''] = sealer.keyIds;
    const [version, , nonce, body] = sealer.seal('secret', place).split('.');
    expect(() => sealer.open([version, olderId, nonce, body].join('.'), place)).toThrow('altered');
  });

  test('takes no root key of another length than 32 bytes', () => {
    for (const length of [0, 16, 31, 33, 64])
      expect(() => createSealer([newer, randomBytes(length)])).toThrow('32 bytes');
  });

  test('tells neither the text nor a root key in what it throws', () => {
    const sealer = createSealer([newer, older]);
    const sealed = sealer.seal('my little secret', place);
    try {
      sealer.open(sealed, 'elsewhere');
      expect.unreachable();
    } catch (error) {
      const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
      for (const secret of ['my little secret', newer.toString('base64url'), newer.toString('hex'), sealed])
        expect(told).not.toContain(secret);
    }
  });
});
