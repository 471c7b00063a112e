import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

export type AuthenticatorOptions = {
  /** Where the browser is, or says it is. */
  origin?: string;
  rpId?: string;
  algorithm?: Algorithm;
  aaguid?: string;
  /** What its browser says of it (`credProps`); nothing unless given. */
  isDiscoverable?: boolean;
  attachment?: 'platform' | 'cross-platform';
  /** A synced one never counts. */
  isSynced?: boolean;
  verifiesUser?: boolean;
  isPresent?: boolean;
  /** What another one of these had (`passkey`), to go on with. */
  kept?: KeptPasskey;
};

/** A passkey outside of its authenticator. */
export type KeptPasskey = {
  credentialId: string;
  userHandle: string;
  counter: number;
  privateJwk: JsonWebKey;
};

type Options = { challenge: string; user?: { id: string } };

/**
 * An authenticator and its browser, in memory: makes passkeys and answers with them, as WebAuthn L3 writes it, and on
 * request wrongly. Everything about it can be changed between two answers.
 */
export function createAuthenticator({ kept, ...options }: AuthenticatorOptions = {}) {
  const self = {
    origin: 'https://id.example',
    rpId: 'id.example',
    algorithm: 'ES256' as Algorithm,
    aaguid: '00000000-0000-0000-0000-000000000000',
    isDiscoverable: undefined as boolean | undefined,
    attachment: 'platform' as 'platform' | 'cross-platform',
    isSynced: false,
    verifiesUser: true,
    isPresent: true,
    ...options,
    counter: kept?.counter ?? 0,
    credentialId: kept?.credentialId ?? randomBytes(32).toString('base64url'),
    userHandle: kept?.userHandle ?? '',
    create,
    get,
    /** The passkey, to be kept for another one of these. */
    passkey: (): KeptPasskey => ({
      credentialId: self.credentialId,
      userHandle: self.userHandle,
      counter: self.counter,
      privateJwk: privateKey.export({ format: 'jwk' }),
    }),
  };
  const { publicKey, privateKey } = kept ? keyPairOf(kept.privateJwk) : keyPair(self.algorithm);
  return self;

  /** What `JSON.stringify(await navigator.credentials.create(…))` gives. */
  function create(shown: unknown): string {
    const { challenge, user } = (shown as { publicKey: Options }).publicKey;
    self.userHandle = user?.id ?? '';
    const id = Buffer.from(self.credentialId, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const aaguid = Buffer.from(self.aaguid.replaceAll('-', ''), 'hex');
    const key = cbor(coseKey(self.algorithm, publicKey.export({ format: 'jwk' })));
    const authData = Buffer.concat([authenticatorData(0x40), aaguid, length, id, key]);
    const attestationObject = cbor(
      new Map<unknown, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return credential({
      clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** What `JSON.stringify(await navigator.credentials.get(…))` gives. */
  function get(shown: unknown): string {
    const { challenge } = (shown as { publicKey: Options }).publicKey;
    if (!self.isSynced) self.counter += 1;
    const client = clientData('webauthn.get', challenge);
    const data = authenticatorData(0);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return credential({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign(self.algorithm === 'EdDSA' ? null : 'sha256', signed, privateKey as KeyObject).toString(
        'base64url',
      ),
      userHandle: self.userHandle,
    });
  }

  function credential(response: Record<string, unknown>): string {
    return JSON.stringify({
      id: self.credentialId,
      rawId: self.credentialId,
      type: 'public-key',
      authenticatorAttachment: self.attachment,
      clientExtensionResults:
        self.isDiscoverable === undefined ? {} : { credProps: { rk: self.isDiscoverable } },
      response,
    });
  }

  function clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: self.origin, crossOrigin: false }));
  }

  function authenticatorData(attested: number): Buffer {
    const flags =
      (self.isPresent ? 0x01 : 0) | (self.verifiesUser ? 0x04 : 0) | (self.isSynced ? 0x18 : 0) | attested;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(self.counter);
    return Buffer.concat([createHash('sha256').update(self.rpId).digest(), Buffer.from([flags]), counter]);
  }
}

function keyPairOf(jwk: JsonWebKey): { publicKey: KeyObject; privateKey: KeyObject } {
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { publicKey: createPublicKey(privateKey), privateKey };
}

function keyPair(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** RFC 9053: the public key as authenticators write it. */
function coseKey(algorithm: Algorithm, jwk: JsonWebKey): Map<number, unknown> {
  const part = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  if (algorithm === 'ES256') {
    return new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, part(jwk.x)],
      [-3, part(jwk.y)],
    ]);
  }
  if (algorithm === 'EdDSA') {
    return new Map<number, unknown>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, part(jwk.x)],
    ]);
  }
  return new Map<number, unknown>([
    [1, 3],
    [3, -257],
    [-1, part(jwk.n)],
    [-2, part(jwk.e)],
  ]);
}

/** As much of CBOR (RFC 8949) as an attestation needs. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const map = value as Map<unknown, unknown>;
  return Buffer.concat([head(5, map.size), ...[...map].flat().map(cbor)]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

/** What a page of ours asks the browser to make or to sign: `create` and `get` take it. */
export function optionsOf({ html }: { html: string }): unknown {
  const written = /data-passkey="([^"]*)"/.exec(html)?.[1] ?? '{}';
  return JSON.parse(written.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'));
}
