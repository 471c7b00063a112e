import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PRESET_FACTS } from '../../src/upstream/presets.ts';
import {
  type Foreign,
  type Keep,
  PRESETS,
  type Provider,
  valuesOfClaim,
} from '../../src/upstream/upstream.ts';
import { startGitHubShaped } from '../support/upstream/github.ts';
import { type LibraryOptions, personAtGoogle, startLibraryProvider } from '../support/upstream/library.ts';
import { createProvider, newSlug, signIn, startUpstream, type World } from './set-up.ts';
import { type Handler, startShaped } from './shaped.ts';

let world: World;
beforeAll(async () => {
  world = await startUpstream();
});
afterAll(() => world?.close());

/** A provider of the bare library that is one of a preset. */
async function startPreset(
  preset: string,
  { options = [], path }: { options?: string[] } & LibraryOptions = {},
) {
  const there = await startLibraryProvider({ isInIdToken: true, ...(path === undefined ? {} : { path }) });
  onTestFinished(there.close);
  const slug = newSlug(preset);
  const post = { token_endpoint_auth_method: 'client_secret_post' };
  const provider = await createProvider(
    world,
    { slug, preset, ...(await there.register(world.url, slug, post)) },
    ...options,
  );
  return { there, provider };
}

test('every preset says where it is, what is asked and how it knows us; those of OAuth alone where their API is', () => {
  for (const preset of PRESETS) {
    const { protocol, issuer, scopes, endpointsOf } = PRESET_FACTS[preset];
    expect(protocol === 'oidc' ? scopes.includes('openid') : !scopes.includes('openid'), preset).toBe(true);
    if (preset === 'oidc' || preset === 'oauth2') continue;
    expect(issuer, preset).toMatch(/^https:\/\//);
    if (protocol === 'oauth2')
      expect(endpointsOf?.(issuer ?? '').user, preset).toMatch(/^https:\/\/(?!.*localhost)/);
  }
});

describe('Google', () => {
  test('is asked for an organisation, and its hd is what counts', async () => {
    const { there, provider } = await startPreset('google', { options: ['--allow-domain', 'example.com'] });
    there.signInAs(personAtGoogle());
    const found = await signIn(world, provider);
    expect(found).toMatchObject({
      email: 'jsmith@example.com',
      isEmailVerified: true,
      isEmailTrusted: false,
    });
    expect(there.requests.find(({ endpoint }) => endpoint === 'auth')?.url).toContain('hd=example.com');
    // An address of the organisation that somebody has on an account of their own is none of the organisation.
    for (const hd of [undefined, 'evil.example', '', ['example.com']]) {
      there.signInAs(personAtGoogle({ hd }));
      expect(await signIn(world, provider), String(hd)).toEqual({
        failed: 'not_allowed',
        detail: expect.stringContaining('hd'),
      });
    }
  });

  test('is asked for a token that can be refreshed where tokens are kept, whatever else is asked; nobody else is', async () => {
    const asked = async (preset: string, ...options: string[]) => {
      const { provider } = await startPreset(preset, { options });
      const redirectUri = world.upstream.redirectUriOf(provider);
      const begun = await world.upstream.begin(provider, { redirectUri, prompt: 'login' });
      if ('failed' in begun) throw new Error(begun.detail);
      const { access_type: type, prompt } = Object.fromEntries(new URL(begun.url).searchParams);
      return [type, prompt];
    };
    expect(await asked('google', '--keep-tokens')).toEqual(['offline', 'select_account']);
    expect(await asked('google')).toEqual([undefined, 'select_account']);
    expect(await asked('gitlab', '--keep-tokens')).toEqual([undefined, 'login']);
  });

  test('is believed about an address only with --trust-email, its domain, and when it was proved there', async () => {
    const { there, provider } = await startPreset('google', {
      options: ['--trust-email', '--trust-email-domain', 'example.com'],
    });
    const isTrusted = async (more: Record<string, unknown>) => {
      there.signInAs(personAtGoogle(more));
      return ((await signIn(world, provider)) as Foreign).isEmailTrusted;
    };
    expect(await isTrusted({})).toBe(true);
    expect(await isTrusted({ email: 'jsmith@EXAMPLE.com' })).toBe(true);
    expect(await isTrusted({ email_verified: false })).toBe(false);
    expect(await isTrusted({ email_verified: 'true' })).toBe(false);
    expect(await isTrusted({ email: 'jsmith@sub.example.com' })).toBe(false);
    expect(await isTrusted({ email: 'jsmith@example.com.evil.example' })).toBe(false);
    // Who had the mailbox once, and made an account of their own with it, may be gone for years.
    for (const hd of [undefined, '', ['example.com']])
      expect(await isTrusted({ hd }), String(hd)).toBe(false);
  });

  test('vouches for its own mailboxes and those of organisations alone, whatever it calls verified', async () => {
    const { there, provider } = await startPreset('google');
    const isVerified = async (more: Record<string, unknown>) => {
      there.signInAs(personAtGoogle(more));
      return ((await signIn(world, provider)) as Foreign).isEmailVerified;
    };
    expect(await isVerified({})).toBe(true);
    expect(await isVerified({ hd: undefined, email: 'jsmith@gmail.com' })).toBe(true);
    for (const email of ['jsmith@example.com', 'jsmith@gmail.com.evil.example', 'jsmith@notgmail.com'])
      expect(await isVerified({ hd: undefined, email }), email).toBe(false);
  });
});

test('elsewhere only a verified address lets somebody of an organisation in', async () => {
  const { there, provider } = await startPreset('gitlab', { options: ['--allow-domain', 'example.com'] });
  there.signInAs({ sub: '1', email: 'ana@example.com', email_verified: true });
  expect(await signIn(world, provider)).toMatchObject({ subject: '1' });
  for (const person of [
    { email: 'ana@example.com', email_verified: false },
    { email: 'ana@evil.example', email_verified: true },
    {},
  ]) {
    there.signInAs({ sub: '1', ...person });
    expect(await signIn(world, provider)).toMatchObject({ failed: 'not_allowed' });
  }
});

describe('Microsoft', () => {
  const TENANT = '11111111-2222-3333-4444-555555555555';
  const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
  const oid = '99999999-8888-7777-6666-555555555555';
  const person = { sub: 'pairwise', oid, email: 'ana@example.com', email_verified: true };

  async function startMicrosoft(tenant: string, ...options: string[]) {
    const { there, provider } = await startPreset('microsoft', { path: `/${tenant}/v2.0`, options });
    /** Its document as it is for many tenants, and the token of one of them. */
    const signInFrom = (tid: unknown, iss = `${there.origin}/${String(tid)}/v2.0`, answerIss?: string) => {
      there.signInAs({ ...person, tid });
      there.be({
        discovery: {
          issuer: `${there.origin}/{tenantid}/v2.0`,
          authorization_response_iss_parameter_supported: answerIss !== undefined,
        },
        answerIss: answerIss ?? '',
        idToken: { iss },
      });
      return signIn(world, provider);
    };
    return { there, provider, signInFrom };
  }

  test('knows people by tid and oid; its addresses are what a tenant writes', async () => {
    const { there, provider, signInFrom } = await startMicrosoft('common');
    expect(await signInFrom(TENANT)).toMatchObject({
      subject: `${TENANT}:${oid}`,
      email: 'ana@example.com',
      isEmailVerified: false,
    });
    expect(await signInFrom(CONSUMERS)).toMatchObject({ subject: `${CONSUMERS}:${oid}` });
    there.signInAs({ ...person, oid: undefined, tid: TENANT });
    expect(await signIn(world, provider)).toMatchObject({ failed: 'invalid' });
  });

  test('has the issuer of the tenant that tid names, and no other', async () => {
    const { there, signInFrom } = await startMicrosoft('common');
    const other = '22222222-2222-3333-4444-555555555555';
    expect(await signInFrom(TENANT, `${there.origin}/${other}/v2.0`)).toEqual({
      failed: 'invalid',
      detail: expect.stringContaining('iss'),
    });
    for (const tid of [undefined, 'common', `${TENANT}/v2.0`, 7])
      expect(await signInFrom(tid), String(tid)).toMatchObject({ failed: 'invalid' });
  });

  test('has a document that speaks for its own tenants', async () => {
    const { there, provider, signInFrom } = await startMicrosoft('common');
    expect(await signInFrom(TENANT)).toMatchObject({ subject: `${TENANT}:${oid}` });
    there.be({
      discovery: {
        issuer: 'https://login.other.example/{tenantid}/v2.0',
        authorization_response_iss_parameter_supported: false,
      },
      answerIss: '',
      idToken: { iss: `https://login.other.example/${TENANT}/v2.0` },
    });
    expect(await signIn(world, provider)).toEqual({
      failed: 'invalid',
      detail: 'the provider calls itself https://login.other.example/{tenantid}/v2.0',
    });
  });

  test('may say in its answer whose it is, which is the tenant of the token', async () => {
    const { there, signInFrom } = await startMicrosoft('common');
    const ofTenant = `${there.origin}/${TENANT}/v2.0`;
    expect(await signInFrom(TENANT, ofTenant, ofTenant)).toMatchObject({ subject: `${TENANT}:${oid}` });
    expect(await signInFrom(TENANT, ofTenant, `${there.origin}/${CONSUMERS}/v2.0`)).toEqual({
      failed: 'invalid',
      detail: 'its answer (iss) is of another one than its token',
    });
  });

  test('of organisations lets no private account in', async () => {
    const { signInFrom } = await startMicrosoft('organizations');
    expect(await signInFrom(TENANT)).toMatchObject({ subject: `${TENANT}:${oid}` });
    expect(await signInFrom(CONSUMERS)).toEqual({
      failed: 'invalid',
      detail: 'its tid is not of an organisation',
    });
  });

  test('takes no key that is for tokens of another issuer', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let keyIssuer = '';
    const there = await startShaped((origin) => ({
      '/common/v2.0/.well-known/openid-configuration': () => ({
        json: {
          issuer: `${origin}/{tenantid}/v2.0`,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          jwks_uri: `${origin}/keys`,
        },
      }),
      '/keys': async () => ({
        json: { keys: [{ ...(await exportJWK(publicKey)), kid: 'theirs', issuer: `${origin}${keyIssuer}` }] },
      }),
      '/token': async ({ form }) => ({
        json: {
          access_token: 'theirs',
          token_type: 'Bearer',
          id_token: await new SignJWT({ nonce: form.get('code')?.slice('code.'.length), tid: TENANT, oid })
            .setProtectedHeader({ alg: 'RS256', kid: 'theirs' })
            .setIssuer(`${origin}/${TENANT}/v2.0`)
            .setAudience('ours')
            .setSubject('pairwise')
            .setIssuedAt()
            .setExpirationTime('10m')
            .sign(privateKey),
        },
      }),
    }));
    onTestFinished(there.close);
    const issuer = `${there.origin}/common/v2.0`;
    const wish = {
      slug: newSlug('microsoft'),
      preset: 'microsoft',
      issuer,
      clientId: 'ours',
      clientSecret: 's',
    };
    const provider = await createProvider(world, wish);
    for (const right of ['/{tenantid}/v2.0', `/${TENANT}/v2.0`]) {
      keyIssuer = right;
      expect((await comeBack(provider)).found, right).toMatchObject({ subject: `${TENANT}:${oid}` });
    }
    keyIssuer = `/${CONSUMERS}/v2.0`;
    expect((await comeBack(provider)).found).toEqual({
      failed: 'invalid',
      detail: 'its key is of another issuer',
    });
  });

  test('of one tenant takes that one only', async () => {
    const { there, provider } = await startPreset('microsoft', { path: `/${TENANT}/v2.0` });
    there.signInAs({ ...person, tid: TENANT, xms_edov: true });
    expect(await signIn(world, provider)).toMatchObject({
      subject: `${TENANT}:${oid}`,
      isEmailVerified: true,
    });
    there.be({ idToken: { iss: `${there.origin}/22222222-2222-3333-4444-555555555555/v2.0` } });
    expect(await signIn(world, provider)).toMatchObject({ failed: 'invalid' });
  });
});

test.each([
  ['google', 'login', 'select_account'],
  ['google', 'consent', 'consent'],
  ['microsoft', 'login', 'login'],
  ['microsoft', 'select_account consent', 'select_account'],
  ['slack', 'login', null],
  ['gitlab', 'login consent', 'login consent'],
])('%s is asked to prompt for %s as it takes it', async (preset, prompt, asked) => {
  const path = preset === 'microsoft' ? '/11111111-2222-3333-4444-555555555555/v2.0' : '';
  const { provider } = await startPreset(preset, { path });
  const redirectUri = world.upstream.redirectUriOf(provider);
  const begun = await world.upstream.begin(provider, { redirectUri, prompt });
  expect('url' in begun && new URL(begun.url).searchParams.get('prompt')).toBe(asked);
});

test('is asked for no prompt that its document does not list', async () => {
  const { there, provider } = await startPreset('oidc');
  there.be({ discovery: { prompt_values_supported: ['none', 'select_account'] } });
  const redirectUri = world.upstream.redirectUriOf(provider);
  const begun = await world.upstream.begin(provider, { redirectUri, prompt: 'login consent' });
  expect('url' in begun && new URL(begun.url).searchParams.get('prompt')).toBe('select_account');
});

test('LinkedIn gets no challenge and repeats no nonce', async () => {
  const { there, provider } = await startPreset('linkedin');
  there.signInAs({ sub: 'li-1', email: 'ana@example.com', email_verified: true });
  there.be({ idToken: { nonce: undefined } });
  expect(await signIn(world, provider)).toMatchObject({ subject: 'li-1', isEmailVerified: true });
  const asked = there.requests.find(({ endpoint }) => endpoint === 'auth')?.url;
  expect(asked).not.toMatch(/nonce|code_challenge/);
});

test.each(['slack', 'gitlab'])('%s says who somebody is, and its groups', async (preset) => {
  const { there, provider } = await startPreset(preset, {
    options: ['--scope', 'openid', '--scope', 'groups'],
  });
  there.signInAs({ sub: 'U0R7MFMJM', email: 'ana@example.com', email_verified: true, groups: ['staff', 7] });
  const found = (await signIn(world, provider)) as Foreign;
  expect(found).toMatchObject({ subject: 'U0R7MFMJM', isEmailVerified: true });
  expect(valuesOfClaim(found.claims, 'groups')).toEqual(['staff']);
  expect(valuesOfClaim({ groups: 'staff' }, 'groups')).toEqual(['staff']);
  expect(valuesOfClaim({ groups: { staff: true } }, 'groups')).toEqual([]);
});

test('knows us by a signed assertion where the provider takes one', async () => {
  const there = await startLibraryProvider();
  onTestFinished(there.close);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const slug = newSlug();
  const registered = await there.register(world.url, slug, {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'ours-1', use: 'sig' }] },
  });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const options = ['--client-auth', 'private_key_jwt', '--key-id', 'ours-1'];
  const provider = await createProvider(world, { slug, ...registered, clientSecret: pem }, ...options);
  expect(await signIn(world, provider)).toMatchObject({ subject: 'person-1' });
  const another = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await world.json(
    ['upstream', 'update', slug, '--client-secret-stdin'],
    another.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
  expect(await signIn(world, provider)).toEqual({
    failed: 'refused',
    detail: expect.stringContaining('invalid_client'),
  });
});

test('tells what a wrong secret is refused with', async () => {
  const { provider } = await startPreset('google');
  await world.json(['upstream', 'update', provider.slug, '--client-secret-stdin'], 'a wrong one');
  expect(await signIn(world, provider)).toEqual({
    failed: 'refused',
    detail: expect.stringContaining('invalid_client'),
  });
});

test('keeps tokens of theirs only where that was asked for', async () => {
  const { provider } = await startPreset('google');
  expect(await signIn(world, provider)).not.toHaveProperty('tokens');
  await world.json(['upstream', 'update', provider.slug, '--keep-tokens']);
  expect(await signIn(world, await world.upstream.get(provider.slug))).toMatchObject({
    tokens: { accessToken: expect.any(String), expiresAt: expect.any(Number) },
  });
});

/** Begins there, and comes back with a code that `shaped` knows. */
async function comeBack(provider: Provider, params: Record<string, string> = {}) {
  const begun = await world.upstream.begin(provider, { redirectUri: world.upstream.redirectUriOf(provider) });
  if ('failed' in begun) throw new Error(begun.detail);
  const asked = new URL(begun.url);
  const nonce = asked.searchParams.get('nonce') ?? '';
  const found = await world.upstream.finish(provider, begun.keep, {
    code: `code.${nonce}`,
    state: begun.keep.state,
    ...params,
  });
  return { asked, found, keep: begun.keep as Keep };
}

describe('Apple', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secrets: string[] = [];
  let apple: Awaited<ReturnType<typeof startShaped>>;
  let provider: Provider;

  beforeAll(async () => {
    apple = await startShaped((origin) => ({
      '/.well-known/openid-configuration': () => ({
        json: {
          issuer: origin,
          authorization_endpoint: `${origin}/auth/authorize`,
          token_endpoint: `${origin}/auth/token`,
          jwks_uri: `${origin}/auth/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['pairwise'],
          id_token_signing_alg_values_supported: ['RS256'],
        },
      }),
      '/auth/keys': async () => ({
        json: { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'apple' }] },
      }),
      async '/auth/token'({ form }) {
        secrets.push(form.get('client_secret') ?? '');
        const judged = await jwtVerify(form.get('client_secret') ?? '', key.publicKey, {
          issuer: 'ABCDE12345',
          subject: 'com.example.web',
          audience: origin,
          algorithms: ['ES256'],
        }).catch(() => undefined);
        if (judged?.protectedHeader.kid !== 'KEYID12345')
          return { status: 400, json: { error: 'invalid_client' } };
        const idToken = await new SignJWT({
          nonce: form.get('code')?.slice('code.'.length),
          email: 'x7@privaterelay.appleid.com',
          email_verified: 'true',
          is_private_email: 'true',
        })
          .setProtectedHeader({ alg: 'RS256', kid: 'apple' })
          .setIssuer(origin)
          .setAudience('com.example.web')
          .setSubject('000792.d71059495fa2.0638')
          .setIssuedAt()
          .setExpirationTime('10m')
          .sign(signing.privateKey);
        return {
          json: { access_token: randomUUID(), token_type: 'Bearer', expires_in: 3600, id_token: idToken },
        };
      },
    }));
    provider = await createProvider(
      world,
      {
        slug: newSlug('apple'),
        preset: 'apple',
        issuer: apple.origin,
        clientId: 'com.example.web',
        clientSecret: key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      },
      ...['--team-id', 'ABCDE12345', '--key-id', 'KEYID12345'],
    );
  });
  afterAll(() => apple?.close());

  test('gets a secret that is made of the key for this call, and answers by form_post', async () => {
    const { asked, found } = await comeBack(provider);
    expect(asked.searchParams.get('response_mode')).toBe('form_post');
    expect(found).toMatchObject({
      subject: '000792.d71059495fa2.0638',
      email: 'x7@privaterelay.appleid.com',
      isEmailVerified: true,
    });
    await comeBack(provider);
    const lives = secrets.map((each) => decodeJwt(each)).map(({ exp = 0, iat = 0 }) => exp - iat);
    expect(lives).toEqual([300, 300]);
  });

  test('brings the name beside its answer, which changes nothing that the token says', async () => {
    const user = JSON.stringify({ name: { firstName: 'Ana', lastName: 'Ruiz' }, email: 'evil@example.com' });
    expect((await comeBack(provider, { user })).found).toMatchObject({
      name: 'Ana Ruiz',
      givenName: 'Ana',
      familyName: 'Ruiz',
      email: 'x7@privaterelay.appleid.com',
    });
    for (const odd of [
      '{',
      'null',
      '7',
      JSON.stringify({ name: 7 }),
      JSON.stringify({ name: { firstName: {} } }),
    ])
      expect((await comeBack(provider, { user: odd })).found, odd).toMatchObject({ isEmailVerified: true });
  });
});

describe('GitHub', () => {
  test('knows people by their number, and vouches for the primary address when it is verified', async () => {
    const there = await startGitHubShaped();
    onTestFinished(there.close);
    const slug = newSlug('github');
    const provider = await createProvider(world, {
      slug,
      preset: 'github',
      ...(await there.register(world.url, slug)),
    });
    const others = Array.from({ length: 40 }, (_, at) => ({
      email: `${at}@example.com`,
      primary: false,
      verified: true,
    }));
    there.signInAs({
      id: 583231,
      login: 'octocat',
      name: 'Mona',
      emails: [...others, { email: 'mona@example.com', primary: true, verified: true }],
    });
    expect(await signIn(world, provider)).toMatchObject({
      subject: '583231',
      issuer: there.issuer,
      name: 'Mona',
      email: 'mona@example.com',
      isEmailVerified: true,
    });
    // The name changed, the person did not; the public address is no address that was proved.
    there.signInAs({
      id: 583231,
      login: 'another',
      emails: [
        { email: 'victim@example.com', primary: true, verified: false, visibility: 'public' },
        { email: 'mine@example.com', primary: false, verified: true },
      ],
    });
    expect(await signIn(world, provider)).toMatchObject({
      subject: '583231',
      email: 'victim@example.com',
      isEmailVerified: false,
    });
    there.signInAs({ id: 7, login: 'nobody', emails: [] });
    const found = await signIn(world, provider);
    expect(found).toMatchObject({ subject: '7', isEmailVerified: false });
    expect(found).not.toHaveProperty('email');

    there.be({ refuses: 'access_denied' });
    expect(await signIn(world, provider)).toMatchObject({ failed: 'cancelled' });
    there.be({ apiStatus: 403 });
    expect(await signIn(world, provider)).toEqual({
      failed: 'refused',
      detail: '/api/v3/user answered with 403',
    });
    there.be({});
    await world.json(['upstream', 'update', slug, '--client-secret-stdin'], 'a wrong one');
    // It says so with 200.
    expect(await signIn(world, provider)).toEqual({
      failed: 'refused',
      detail: expect.stringContaining('incorrect_client_credentials'),
    });
  });
});

/** A provider of OAuth alone, whose API answers `user`. */
async function startOauth(
  preset: string,
  paths: { token: string; user: string },
  user: unknown,
  options: (origin: string) => string[] = () => [],
) {
  const asked: { token?: URLSearchParams; authorization?: string | undefined; url?: URL } = {};
  const token: Handler = ({ form }) => {
    asked.token = form;
    return { json: { access_token: 'theirs', token_type: 'Bearer', expires_in: 3600 } };
  };
  const api: Handler = ({ headers, url }) => {
    Object.assign(asked, { authorization: headers.authorization, url });
    return { json: user, headers: { 'cache-control': 'public, max-age=3600' } };
  };
  const there = await startShaped(() => ({ [paths.token]: token, [paths.user]: api }));
  onTestFinished(there.close);
  const provider = await createProvider(
    world,
    { slug: newSlug(preset), preset, issuer: there.origin, clientId: 'ours', clientSecret: 'secret' },
    ...options(there.origin),
  );
  return { there, provider, asked };
}

test('Discord tells whether the address is verified', async () => {
  const user = {
    id: '80351110224678912',
    username: 'nelly',
    global_name: 'Nelly',
    email: 'n@example.com',
    verified: true,
  };
  const paths = { token: '/api/oauth2/token', user: '/api/users/@me' };
  const { provider, asked } = await startOauth('discord', paths, user);
  const back = await comeBack(provider);
  expect(back.found).toMatchObject({
    subject: '80351110224678912',
    name: 'Nelly',
    email: 'n@example.com',
    isEmailVerified: true,
  });
  expect(back.asked.pathname).toBe('/oauth2/authorize');
  expect(asked.authorization).toBe('Bearer theirs');
  expect(asked.token?.get('code_verifier')).toBe(back.keep.verifier);
  const unverified = await startOauth('discord', paths, { ...user, verified: false });
  expect((await comeBack(unverified.provider)).found).toMatchObject({ isEmailVerified: false });
});

test('Facebook never vouches for an address', async () => {
  const user = { id: '10221', name: 'Ana Ruiz', email: 'ana@example.com', verified: true };
  const paths = { token: '/v21.0/oauth/access_token', user: '/v21.0/me' };
  const { provider, asked } = await startOauth('facebook', paths, user);
  expect((await comeBack(provider)).found).toMatchObject({
    subject: '10221',
    name: 'Ana Ruiz',
    email: 'ana@example.com',
    isEmailVerified: false,
  });
  expect(asked.url?.searchParams.get('fields')).toBe('id,name,email');
});

test('any other server of OAuth says by which fields who somebody is; nobody is remembered for the next one', async () => {
  let user: unknown = { data: { id: 7, mail: 'ana@example.com', ok: true }, display: 'Ana' };
  const there = await startShaped(() => ({
    '/token': () => ({ json: { access_token: 'theirs', token_type: 'bearer' } }),
    '/me': () => ({ json: user, headers: { 'cache-control': 'public, max-age=3600' } }),
  }));
  onTestFinished(there.close);
  const slug = newSlug('oauth2');
  await world.json(
    [
      ...['upstream', 'create', '--id', slug, '--preset', 'oauth2', '--name', 'There', '--client-id', 'ours'],
      ...['--authorization-url', `${there.origin}/in?a=b`, '--token-url', `${there.origin}/token`],
      ...[
        '--user-url',
        `${there.origin}/me`,
        '--user-field',
        'subject=data.id',
        '--user-field',
        'email=data.mail',
      ],
      ...['--user-field', 'email-verified=data.ok', '--user-field', 'name=display', '--client-secret-stdin'],
    ],
    'secret',
  );
  const provider = await world.upstream.get(slug);
  const { asked, found } = await comeBack(provider);
  expect(found).toMatchObject({ subject: '7', name: 'Ana', email: 'ana@example.com', isEmailVerified: true });
  expect(asked.href).toMatch(/\/in\?a=b&/);
  user = { data: { id: 8 } };
  expect((await comeBack(provider)).found).toMatchObject({ subject: '8', isEmailVerified: false });
  for (const odd of [
    {},
    { data: null },
    { data: { id: '' } },
    { data: { id: { a: 1 } } },
    { data: { id: 1.5 } },
  ]) {
    user = odd;
    expect((await comeBack(provider)).found, JSON.stringify(odd)).toEqual({
      failed: 'invalid',
      detail: 'it does not say who it is',
    });
  }
});
