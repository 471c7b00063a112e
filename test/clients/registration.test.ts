import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ClientType } from '../../src/clients/clients.ts';
import type { ClientInput } from '../../src/clients/properties.ts';
import { problemOfOrigin, problemOfRedirectUri } from '../../src/clients/redirect-uris.ts';
import { register, registerAgain } from '../../src/clients/registration.ts';
import type { GatehouseError } from '../../src/lib/errors.ts';

const WEB = { name: 'Shop', redirectUris: ['https://shop.example.com/cb'] };
const SPA = {
  name: 'SPA',
  type: 'spa' as const,
  redirectUris: ['https://spa.example.com/cb', 'https://spa.example.com/silent'],
};
const NATIVE = { name: 'App', type: 'native' as const, redirectUris: ['com.example.app:/cb'] };
const SERVICE = { name: 'Job', type: 'service' as const };
const KEYED = { ...SERVICE, authMethod: 'private_key_jwt' as const };

/** The fields that are refused and why, `field: why`. */
function refusalOf(input: unknown): string[] {
  try {
    register(input as ClientInput);
    return [];
  } catch (error) {
    const { code, detail } = error as GatehouseError;
    expect(code).toBe('clients.invalid');
    return (detail.problems as { field: string; why: string }[]).map(({ field, why }) => `${field}: ${why}`);
  }
}

describe('a redirect URI', () => {
  test.each<[ClientType, string]>([
    ['web', 'https://shop.example.com/callback'],
    ['web', 'https://shop.example.com:8443/callback?tenant=1'],
    ['web', 'http://localhost:3000/cb'],
    ['web', 'http://127.0.0.1/cb'],
    ['web', 'http://[::1]:8080/cb'],
    ['spa', 'https://spa.example.com/'],
    ['spa', 'http://localhost:5173/'],
    ['native', 'http://127.0.0.1/cb'],
    ['native', 'http://[::1]/cb'],
    ['native', 'http://localhost:49152/cb'],
    ['native', 'com.example.app:/oauth2redirect'],
    ['native', 'com.example.app://callback'],
    ['native', 'https://app.example.com/claimed'],
  ])('of a %s client may be %s', (type, uri) => {
    expect(problemOfRedirectUri(uri, type)).toBeUndefined();
  });

  test.each<[ClientType, string, RegExp]>([
    ['web', 'http://shop.example.com/cb', /use https/],
    ['web', 'http://localhost.evil.example/cb', /use https/],
    ['web', 'http://127.0.0.1.evil.example/cb', /use https/],
    ['web', 'com.example.app:/cb', /https/],
    ['web', 'https://shop.example.com/cb#x', /fragment/],
    ['web', 'https://shop.example.com/cb#', /fragment/],
    ['web', 'https://*.example.com/cb', /wildcard/],
    ['web', 'https://shop.example.com/*', /wildcard/],
    ['web', 'https://user@shop.example.com/cb', /user name/],
    ['web', 'https://user:pw@shop.example.com/cb', /user name/],
    ['web', 'https://@shop.example.com/cb', /user name/],
    ['web', 'https://evil.example\\@shop.example.com/cb', /backslash/],
    ['web', 'https://shop.example.com/c b', /spaces/],
    ['web', 'https://shop.example.com/cb\n', /spaces/],
    ['web', 'https://shop.example.com/\0', /control/],
    ['web', '/callback', /absolute/],
    ['web', 'https://', /absolute/],
    ['web', '', /absolute/],
    ['web', `https://shop.example.com/${'x'.repeat(2000)}`, /2000/],
    ['web', 'javascript:alert(1)', /https/],
    ['web', 'data:text/html,x', /https/],
    ['web', 'file:///etc/passwd', /https/],
    ['spa', 'com.example.app:/cb', /https/],
    ['spa', 'http://spa.example.com/', /use https/],
    ['native', 'javascript:alert(1)', /reversed domain/],
    ['native', 'JavaScript:alert(1)', /reversed domain/],
    ['native', 'data:text/html,x', /reversed domain/],
    ['native', 'vbscript:x', /reversed domain/],
    ['native', 'blob:https://evil.example/x', /reversed domain/],
    ['native', 'file:///etc/passwd', /reversed domain/],
    ['native', 'about:blank', /reversed domain/],
    ['native', 'http://app.example.com/cb', /use https/],
    ['native', 'http://0.0.0.0/cb', /use https/],
    ['native', 'https://localhost/cb', /http/],
    ['service', 'https://job.example.com/cb', /service/],
  ])('of a %s client may not be %j', (type, uri, why) => {
    expect(problemOfRedirectUri(uri, type)).toMatch(why);
  });

  const secret = { authMethod: 'client_secret_basic' };

  test.each([
    'audiobookshelf://oauth',
    'cursor://anysphere.cursor-deeplink/mcp/auth',
    'vscode://vscode.github-authentication/did-authenticate',
    'vscode-insiders:/cb',
    'fe:/cb',
    `${'x'.repeat(40)}:/cb`,
    'app.immich:///oauth-callback',
  ])('may have the scheme of %s where an app is', (uri) => {
    expect(problemOfRedirectUri(uri, 'native')).toBeUndefined();
    expect(problemOfRedirectUri(uri, 'web', secret)).toBeUndefined();
    expect(problemOfRedirectUri(uri, 'web', { authMethod: 'none' })).toMatch(/https/);
    expect(problemOfRedirectUri(uri, 'spa')).toMatch(/https/);
  });

  const acted =
    'javascript vbscript data file filesystem blob about view-source ws wss ftp intent mailto tel sms geo market ' +
    'itms itmss itms-apps itms-services ms-settings ms-word ms-appinstaller chrome chrome-extension microsoft-edge ' +
    'moz-extension googlechrome x-apple-health web+coffee search-ms shell ssh magnet bitcoin matrix xmpp irc webcal ' +
    'urn openpgp4fpr otpauth otpauth-migration openid4vp resource jar android-app firefox content livescript facetime prefs smb callto';
  test.each(acted.split(' '))('may not have the scheme %s, on which a browser or system acts', (scheme) => {
    for (const uri of [`${scheme}:/cb`, `${scheme.toUpperCase()}:cb`])
      for (const problem of [problemOfRedirectUri(uri, 'native'), problemOfRedirectUri(uri, 'web', secret)])
        expect(problem).toMatch(/reversed domain|absolute URI/);
  });

  test.each(['x:/cb', `${'x'.repeat(41)}:/cb`, '1password:/cb', '-app:/cb', 'my_app:/cb', 'app..x:/cb'])(
    'may not have the scheme of %s',
    (uri) => {
      expect(problemOfRedirectUri(uri, 'native')).toMatch(/reversed domain|absolute URI/);
    },
  );

  test.each([
    'http://10.0.0.7/cb',
    'http://172.16.0.1:8080/cb',
    'http://172.31.255.255/cb',
    'http://192.168.178.2:8123/auth/callback',
    'http://[fd12:3456::1]/cb',
    'http://homeassistant.local:8123/auth/callback',
    'http://nas.lan/cb',
    'http://nas.home.arpa/cb',
    'http://wiki.corp.internal/cb',
  ])('of a confidential web client may be %s, on request', (uri) => {
    expect(problemOfRedirectUri(uri, 'web', { ...secret, allowHttp: true })).toBeUndefined();
    expect(problemOfRedirectUri(uri, 'web', secret)).toMatch(/--allow-http/);
    expect(problemOfRedirectUri(uri, 'web', { authMethod: 'none', allowHttp: true })).toMatch(/use https/);
    for (const type of ['spa', 'native'] as const)
      expect(problemOfRedirectUri(uri, type, { ...secret, allowHttp: true })).toMatch(/use https/);
  });

  test.each([
    'http://172.32.0.1/cb',
    'http://11.0.0.1/cb',
    'http://100.64.0.1/cb',
    'http://169.254.169.254/cb',
    'http://192.169.1.1/cb',
    'http://8.8.8.8/cb',
    'http://[2001:db8::1]/cb',
    'http://[fe80::1]/cb',
    'http://local/cb',
    'http://nas/cb',
    'http://nas.local.evil.example/cb',
    'http://192.168.1.5.evil.example/cb',
    'http://evillan/cb',
    'http://shop.example.com/cb',
  ])('of no client may be %s', (uri) => {
    expect(problemOfRedirectUri(uri, 'web', { ...secret, allowHttp: true })).toMatch(/use https/);
  });

  test('of a web client is an https address beside a scheme, and a client that loses its secret loses both', () => {
    const immich = {
      name: 'Immich',
      redirectUris: ['https://photos.example.com/auth', 'app.immich:///oauth'],
    };
    const registered = register(immich);
    expect(registered.metadata).toMatchObject({
      redirect_uris: immich.redirectUris,
      application_type: 'web',
    });
    expect(refusalOf({ ...immich, redirectUris: ['app.immich:///oauth'] }).join()).toMatch(
      /of the type native/,
    );
    expect(refusalOf({ ...immich, authMethod: 'none' }).join()).toMatch(/scheme is for native/);
    expect(() => registerAgain(registered, { authMethod: 'none' })).toThrow('scheme is for native');
    expect(refusalOf({ ...SPA, allowHttp: true }).join()).toMatch(/web client that authenticates/);
  });

  test('is refused in both lists, with all problems told at once', () => {
    const refusal = refusalOf({
      ...WEB,
      redirectUris: ['http://a.example/cb', 'https://b.example/cb#x', 'https://c.example/cb'],
      postLogoutRedirectUris: ['javascript:alert(1)'],
    });
    expect(refusal).toHaveLength(3);
    expect(refusal[0]).toMatch(/^redirectUris: "http:\/\/a.example\/cb": /);
    expect(refusal[2]).toMatch(/^postLogoutRedirectUris: "javascript:/);
  });
});

describe('a grant', () => {
  test('has defaults by type', () => {
    const grantsOf = (input: ClientInput) => register(input).metadata.grant_types;
    expect(grantsOf(WEB)).toEqual(['authorization_code']);
    expect(grantsOf(SERVICE)).toEqual(['client_credentials']);
    expect(register(SERVICE).metadata.response_types).toEqual([]);
  });

  test('that is not offered is refused with those that are', () => {
    for (const grant of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
      '__proto__',
    ]) {
      expect(refusalOf({ ...WEB, grants: [grant] })).toEqual([
        'grants: must be authorization_code, refresh_token, or client_credentials; no other grant is offered',
      ]);
    }
  });

  test.each([
    ['none at all', { ...WEB, grants: [] }, /at least one/],
    ['refresh_token alone', { ...WEB, grants: ['refresh_token'] }, /comes with authorization_code/],
    ['client_credentials for a public client', { ...SPA, grants: ['client_credentials'] }, /authenticates/],
    ['authorization_code for a service', { ...SERVICE, grants: ['authorization_code'] }, /signs nobody in/],
    [
      'refresh_token for a service',
      { ...SERVICE, grants: ['client_credentials', 'refresh_token'] },
      /signs nobody in/,
    ],
    ['authorization_code without a redirect URI', { name: 'X' }, /redirect URI/],
    ['a refresh lifetime without refresh_token', { ...WEB, refreshTtlSeconds: 3600 }, /refresh_token/],
    ['require-offline-access without refresh_token', { ...WEB, requireOfflineAccess: true }, /refresh_token/],
  ])('is refused: %s', (_, input, why) => {
    expect(refusalOf(input).join()).toMatch(why);
  });
});

describe('client authentication', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyOf = (key: typeof ec.publicKey) => key.export({ format: 'jwk' }) as Record<string, unknown>;

  test('has defaults by type', () => {
    const methods = [WEB, SPA, NATIVE, SERVICE].map(
      (input) => register(input).metadata.token_endpoint_auth_method,
    );
    expect(methods).toEqual(['client_secret_basic', 'none', 'none', 'client_secret_basic']);
  });

  test('by private_key_jwt takes public keys', () => {
    const jwks = { keys: [keyOf(ec.publicKey), keyOf(rsa.publicKey)] };
    expect(register({ ...SERVICE, authMethod: 'private_key_jwt', jwks }).metadata.jwks).toEqual(jwks);
  });

  test.each([
    ['no keys', undefined, /needs the public keys/],
    ['a private EC key', { keys: [keyOf(ec.privateKey)] }, /private/],
    [
      'a private RSA key behind a public one',
      { keys: [keyOf(rsa.publicKey), keyOf(rsa.privateKey)] },
      /private/,
    ],
    ['a secret', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, /private/],
    ['a secret without its value', { keys: [{ kty: 'oct' }] }, /RSA, EC or OKP/],
    ['a private key with null in it', { keys: [{ ...keyOf(ec.publicKey), d: null }] }, /private/],
    ['no list', { keys: {} }, /1 to 20 keys/],
    ['an empty list', { keys: [] }, /1 to 20 keys/],
    ['a text', 'keys', /1 to 20 keys/],
    ['null', null, /1 to 20 keys/],
    ['null among the keys', { keys: [null] }, /an object/],
    ['half a key', { keys: [{ kty: 'EC', crv: 'P-256' }] }, /must have crv, x, and y/],
    ['a prototype key', { keys: [{ kty: '__proto__' }] }, /RSA, EC or OKP/],
  ])('by private_key_jwt refuses %s', (_, jwks, why) => {
    const refusal = refusalOf({ ...SERVICE, authMethod: 'private_key_jwt', jwks });
    expect(refusal.join()).toMatch(why);
    expect(refusal.join()).not.toContain(String(keyOf(ec.privateKey).d));
  });

  test.each([
    ['client_secret_jwt', { ...WEB, authMethod: 'client_secret_jwt' }, /private_key_jwt/],
    ['an unknown one', { ...WEB, authMethod: 'magic' }, /client_secret_basic/],
    ['a secret for an spa', { ...SPA, authMethod: 'client_secret_post' }, /cannot keep a secret/],
    ['keys for an spa', { ...SPA, authMethod: 'private_key_jwt' }, /cannot keep a secret/],
    ['a secret for a native app', { ...NATIVE, authMethod: 'client_secret_basic' }, /cannot keep a secret/],
    ['none for a service', { ...SERVICE, authMethod: 'none' }, /must authenticate/],
    ['keys without private_key_jwt', { ...WEB, jwks: { keys: [] } }, /private_key_jwt/],
    [
      'their address without private_key_jwt',
      { ...WEB, jwksUri: 'https://app.example/jwks' },
      /private_key_jwt/,
    ],
    [
      'keys and their address',
      { ...KEYED, jwks: { keys: [] }, jwksUri: 'https://app.example/jwks' },
      /exclude each other/,
    ],
    [
      'an audience of assertions that it has none of',
      { ...WEB, assertionAudience: 'token-endpoint' },
      /only for .* private_key_jwt/,
    ],
    ['an audience that nobody checks', { ...WEB, assertionAudience: 'any' }, /issuer or token-endpoint/],
    ['a rule for DPoP that there is none of', { ...WEB, dpop: 'never' }, /optional or required/],
  ])('is refused: %s', (_, input, why) => {
    expect(refusalOf(input).join()).toMatch(why);
  });
});

describe('a client', () => {
  test.each([
    'http://app.example/jwks',
    'http://localhost/jwks',
    'file:///jwks',
    'jwks',
    'https://a:b@app.example/jwks',
    'https://app.example/jwks#keys',
  ])('has no keys at %s', (jwksUri) => {
    expect(refusalOf({ ...KEYED, jwksUri }).join()).toMatch(/^jwksUri: /);
    expect(refusalOf({ ...KEYED, jwksUri: 'https://app.example/jwks?of=us' })).toEqual([]);
  });

  test('of a browser app may call from the origins of its redirect URIs, also when they change', () => {
    const spa = register(SPA);
    expect(spa.settings.origins).toEqual(['https://spa.example.com']);
    const moved = registerAgain(spa, { redirectUris: ['https://new.example.com/cb'] });
    expect(moved.settings.origins).toEqual(['https://new.example.com']);
    const own = registerAgain(spa, { origins: ['https://other.example.com'] });
    const kept = registerAgain(own, { redirectUris: ['https://new.example.com/cb'] });
    expect(kept.settings.origins).toEqual(['https://other.example.com']);
    expect(registerAgain(kept, { origins: null }).settings.origins).toEqual(['https://new.example.com']);
    expect(register(WEB).settings.origins).toEqual([]);
  });

  test.each([
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com:443',
    'https://user@app.example.com',
    'https://*.example.com',
    'HTTPS://app.example.com',
    'http://app.example.com',
    'null',
    '*',
    '',
    'com.example.app:/',
  ])('may not call from the origin %j', (origin) => {
    expect(problemOfOrigin(origin)).toBeDefined();
    expect(refusalOf({ ...WEB, origins: [origin] })).not.toEqual([]);
  });

  test('has ID tokens signed by RS256 unless it says otherwise, and never by a shared secret', () => {
    expect(register(WEB).metadata.id_token_signed_response_alg).toBe('RS256');
    for (const alg of ['ES256', 'PS256', 'EdDSA'] as const) {
      expect(register({ ...WEB, idTokenAlg: alg }).metadata.id_token_signed_response_alg).toBe(alg);
    }
    expect(refusalOf({ ...WEB, idTokenAlg: 'HS256' }).join()).toMatch(/HS256 is not offered/);
    expect(refusalOf({ ...WEB, idTokenAlg: 'none' }).join()).toMatch(/RS256/);
  });

  test('has pairwise subjects only when its sector is one host (OIDC Core §8.1)', () => {
    const pairwise = { ...WEB, subjectType: 'pairwise' as const };
    const two = ['https://a.example.com/cb', 'https://b.example.com/cb'];
    expect(register(pairwise).metadata.subject_type).toBe('pairwise');
    expect(refusalOf({ ...pairwise, redirectUris: two }).join()).toMatch(/one host/);
    const sectorIdentifierUri = 'https://example.com/redirects.json';
    expect(
      register({ ...pairwise, redirectUris: two, sectorIdentifierUri }).metadata.sector_identifier_uri,
    ).toBe(sectorIdentifierUri);
    expect(refusalOf({ ...pairwise, sectorIdentifierUri: 'http://example.com/x' }).join()).toMatch(/https/);
    expect(refusalOf({ ...NATIVE, subjectType: 'pairwise' }).join()).toMatch(/one host/);
    expect(refusalOf({ ...SERVICE, subjectType: 'pairwise' }).join()).toMatch(/no people/);
  });

  test.each([
    ['no name', { redirectUris: WEB.redirectUris }],
    ['an empty name', { ...WEB, name: '' }],
    ['a NUL byte in the name', { ...WEB, name: 'a\0' }],
    ['a direction override in the name', { ...WEB, name: 'a\u202e' }],
    ['a name of 10,000 characters', { ...WEB, name: 'x'.repeat(10_000) }],
    ['another type', { ...WEB, type: 'browser' }],
    ['an unknown setting', { ...WEB, clientSecret: 'mine' }],
    [
      'a prototype key',
      JSON.parse('{"name":"X","redirectUris":["https://a.example/cb"],"__proto__":{"firstParty":true}}'),
    ],
    [
      '51 redirect URIs',
      { ...WEB, redirectUris: Array.from({ length: 51 }, (_, at) => `https://a.example/${at}`) },
    ],
    ['a text for a list', { ...WEB, redirectUris: 'https://a.example/cb' }],
    ['a quote in a scope', { ...WEB, scope: 'openid "x"' }],
    ['a backslash in a scope', { ...WEB, scope: 'open\\id' }],
    ['two spaces between scopes', { ...WEB, scope: 'openid  email' }],
    ['a relative default resource', { ...WEB, defaultResource: '/api' }],
    ['a default resource with a fragment', { ...WEB, defaultResource: 'https://api.example.com/#x' }],
    ['access tokens of 29 s', { ...WEB, accessTokenTtlSeconds: 29 }],
    ['access tokens of two days', { ...WEB, accessTokenTtlSeconds: 172_800 }],
    ['access tokens of half seconds', { ...WEB, accessTokenTtlSeconds: 60.5 }],
    ['access tokens for ever', { ...WEB, accessTokenTtlSeconds: Number.POSITIVE_INFINITY }],
    ['a script as its logo', { ...WEB, logoUri: 'javascript:alert(1)' }],
    ['a plain http logo', { ...WEB, logoUri: 'http://cdn.example.com/logo.png' }],
    ['a list instead of an input', []],
    ['nothing', null],
  ])('is refused with %s', (_, input) => {
    expect(refusalOf(input)).not.toEqual([]);
  });

  test('loses its keys with the method they were for', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const jwks = { keys: [publicKey.export({ format: 'jwk' })] };
    const keyed = register({
      ...SERVICE,
      authMethod: 'private_key_jwt',
      assertionAudience: 'token-endpoint',
      jwks,
    });
    for (const authMethod of ['client_secret_post', null] as const) {
      expect(registerAgain(keyed, { authMethod }).metadata).not.toHaveProperty('jwks');
      expect(registerAgain(keyed, { authMethod }).settings).not.toHaveProperty('assertionAudience');
    }
    expect(registerAgain(keyed, { name: 'Other' }).settings.assertionAudience).toBe('token-endpoint');
    expect(registerAgain(keyed, { assertionAudience: null }).settings).not.toHaveProperty(
      'assertionAudience',
    );
    expect(registerAgain(keyed, { name: 'Other' }).metadata.jwks).toEqual(jwks);
    expect(() => registerAgain(keyed, { jwks: null })).toThrow('needs the public keys');
    const followed = registerAgain(keyed, { jwksUri: 'https://app.example/jwks' });
    expect(followed.metadata).toMatchObject({ jwks_uri: 'https://app.example/jwks' });
    expect(followed.metadata).not.toHaveProperty('jwks');
    expect(registerAgain(followed, { jwks }).metadata).not.toHaveProperty('jwks_uri');
    expect(registerAgain(followed, { authMethod: null }).metadata).not.toHaveProperty('jwks_uri');
    expect(() => registerAgain(keyed, { jwks, jwksUri: 'https://app.example/jwks' })).toThrow(
      'exclude each other',
    );
  });

  test('keeps every setting through being registered again', () => {
    const full = register({
      ...WEB,
      type: 'web',
      postLogoutRedirectUris: ['https://shop.example.com/bye'],
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid email orders:read',
      authMethod: 'client_secret_post',
      idTokenClaims: true,
      idTokenAlg: 'PS256',
      firstParty: true,
      subjectType: 'pairwise',
      origins: ['https://shop.example.com'],
      defaultResource: 'https://api.example.com',
      requireOfflineAccess: true,
      accessTokenTtlSeconds: 60,
      refreshTtlSeconds: 3600,
      logoUri: 'https://shop.example.com/logo.png',
      clientUri: 'https://shop.example.com/#top',
      policyUri: 'https://shop.example.com/privacy',
      tosUri: 'https://shop.example.com/terms',
    });
    expect(registerAgain(full, {})).toEqual(full);
  });
});
