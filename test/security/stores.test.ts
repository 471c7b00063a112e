import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { codeAt } from '../../src/methods/totp/codes.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import { authorize, createRelyingParty, redeem } from '../support/relying-party.ts';
import { requestFrom } from '../support/request-info.ts';

const PASSWORD = 'violet harbour ninety lanterns';
const OTHER_PASSWORD = 'seventeen paper boats drift';
const MISTYPED = 'this password was typed as a name';

/** What opened a door in this run, with what to call it. */
type Secrets = Map<string, Set<string>>;

eachStorage('a copy of all that is stored and logged', (dialect) => {
  test('opens nothing: no secret of a whole run is readable in it', async () => {
    const started = await startApp({ dialect });
    const secrets: Secrets = new Map();
    const stopListening = listenTo(secrets);
    try {
      await wholeRun(started, secrets);
    } finally {
      stopListening();
    }
    for (const kind of EXPECTED_KINDS) {
      expect(
        [...secrets.values()].filter((names) => names.has(kind)).length,
        `${kind} occurred`,
      ).toBeGreaterThan(0);
    }

    const found: string[] = [];
    const places = new Map([['the log', Buffer.from(started.log())], ...(await rowsOf(started))]);
    if (started.redis) {
      places.set('Redis', Buffer.from(await started.redis.dump()));
      const keys = [...(await started.redis.keys())];
      expect(keys.length).toBeGreaterThan(20);
      const eternal = keys.filter(([, timeToLive]) => timeToLive < 0);
      expect(eternal, 'keys that never expire').toEqual([]);
    }
    // The files as they lie there while it runs, and again when it has ended.
    for (const [name, bytes] of await filesOf(started.dataDir)) places.set(name, bytes);
    for (const [secret, names] of secrets) {
      for (const [place, bytes] of places) {
        for (const [form, needle] of formsOf(secret)) {
          if (bytes.includes(needle)) found.push(`${[...names].join(', ')} as ${form} in ${place}`);
        }
      }
    }
    await started.close();
    expect(found).toEqual([]);
  });
});

const EXPECTED_KINDS = [
  'cookie gatehouse-session',
  'cookie gatehouse-csrf',
  'cookie gatehouse-device',
  'cookie gatehouse-interaction',
  'cookie gatehouse-resume',
  'cookie gatehouse-ticket',
  'cookie gatehouse-account',
  'cookie gatehouse-email',
  'form field csrf',
  'form field xsrf',
  'form field token',
  'form field handle',
  'code',
  'access_token',
  'refresh_token',
  'id_token',
  'request_uri',
  'password',
  'client secret',
  'introspection secret',
  'API key',
  'secret of an API key',
  'first-administrator link',
  'set-password link',
  'sign-in link',
  'private key',
  'server key',
  'root key',
  'secret of an app',
  'backup code',
  'text of a mail',
];

/** Everything that a person, an app and an operator do, each way of it once. */
async function wholeRun(started: TestApp, secrets: Secrets): Promise<void> {
  const { modules, url } = started;
  const keep = (name: string, secret: string | undefined) => {
    if (!secret) throw new Error(`there was no ${name}`);
    note(secrets, secret, name);
  };
  for (const word of [PASSWORD, OTHER_PASSWORD, MISTYPED]) keep('password', word);

  // The first administrator, by the printed link.
  const link = await started.app.firstAdministratorUrl();
  keep('first-administrator link', new URL(link ?? '').searchParams.get('token') ?? undefined);
  const owner = createVisitor(url);
  const form = await owner.open(link ?? '');
  const email = 'ada@example.com';
  const account = await owner.submit(form, { name: 'Ada Byron', email, password: PASSWORD, again: PASSWORD });
  expect(account.url, account.html.slice(-300)).toBe(`${url}/account`);

  // Wrong answers, one of them the password in the place of the name.
  const clumsy = createVisitor(url);
  const login = await clumsy.open('/account');
  await clumsy.submit(login, { identifier: MISTYPED, password: MISTYPED }, { form: '/login' });
  await clumsy.submit(login, { identifier: email, password: OTHER_PASSWORD }, { form: '/login' });

  // Apps of every kind.
  await modules.resourceServers.create(
    {
      identifier: 'https://api.example',
      scopes: [{ name: 'read', sentence: 'Read' }],
    },
    SYSTEM,
  );
  const opaque = await modules.resourceServers.create(
    {
      identifier: 'https://opaque.example',
      tokenFormat: 'opaque',
      scopes: [{ name: 'write', sentence: 'Write' }],
    },
    SYSTEM,
    { introspection: true },
  );
  keep('introspection secret', opaque.introspectionSecret);
  const web = await createRelyingParty(started, {
    postLogoutRedirectUris: ['http://localhost:9999/bye'],
    signOut: 'ask',
  });
  const spa = await createRelyingParty(started, { type: 'spa', name: 'Single' });
  keep('client secret', web.secret);
  keep(
    'client secret',
    (await modules.clients.rotateSecret(web.clientId, { overlapSeconds: 60 }, SYSTEM)).secret,
  );
  const service = await modules.clients.create(
    {
      name: 'Job',
      type: 'service',
      grants: ['client_credentials'],
    },
    SYSTEM,
  );
  keep('client secret', service.secret);

  // Sign-ins: opaque token and userinfo, JWT, opaque for a resource server; refreshes, rotated and retried.
  const visitor = await signedIn(started, email);
  const first = await authorize(
    started,
    web,
    { email },
    { scope: 'openid profile email offline_access', prompt: 'consent' },
    visitor,
  );
  const tokens = await redeem(web, first);
  await redeem(web, first).catch(() => {});
  await oidc.fetchUserInfo(web.configuration, tokens.access_token, oidc.skipSubjectCheck);
  const rotated = await oidc.refreshTokenGrant(web.configuration, tokens.refresh_token ?? '');
  await oidc.refreshTokenGrant(web.configuration, tokens.refresh_token ?? '');
  await oidc.refreshTokenGrant(web.configuration, rotated.refresh_token ?? '');
  await redeem(
    spa,
    await authorize(started, spa, { email }, { scope: 'read', resource: 'https://api.example' }, visitor),
  );
  const written = await redeem(
    web,
    await authorize(started, web, { email }, { scope: 'write', resource: 'https://opaque.example' }, visitor),
  );
  await introspect(started, opaque, written.access_token);
  await oidc.tokenIntrospection(web.configuration, tokens.access_token);
  await oidc.tokenRevocation(web.configuration, written.access_token);

  // A pushed request, a hint, a service.
  const verifier = oidc.randomPKCECodeVerifier();
  keep('code_verifier', verifier);
  const pushed = await oidc.buildAuthorizationUrlWithPAR(web.configuration, {
    redirect_uri: web.redirectUri,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    id_token_hint: tokens.id_token ?? '',
  });
  await visitor.open(pushed.href);
  await createVisitor(url).open(pushed.href); // stops at the login, with the hint inside
  await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://api.example',
      scope: 'read',
    }),
    headers: { authorization: basicOf(service.client.id, service.secret) },
  }).then((response) => response.json());

  // API keys: verified, introspected, in an address, found by somebody.
  const { id: userId = '' } = (await modules.users.findByEmail(email)) ?? {};
  const resource = opaque.resourceServer.identifier;
  const input = { resource, name: 'Script', scopes: ['write'] };
  const { key, apiKey } = await modules.apiKeys.create({ userId }, input, SYSTEM);
  const renewed = await modules.apiKeys.rotate(apiKey.id, { overlapSeconds: 60 }, SYSTEM);
  const caller = basicOf(opaque.resourceServer.introspection?.id ?? '', opaque.introspectionSecret);
  const ask = (what: string, each: string) =>
    fetch(`${url}/api-keys/${what}`, {
      method: 'POST',
      headers: { authorization: caller, 'content-type': 'application/json' },
      body: JSON.stringify({ key: each, address: '203.0.113.7' }),
    });
  for (const each of [key, renewed.key]) {
    keep('API key', each);
    keep('secret of an API key', each.slice(28));
    await introspect(started, opaque, each);
    await fetch(`${url}/nowhere/${each}.`);
    await ask('verify', each);
  }
  await ask('leaked', key);
  await modules.apiKeys.flush();

  // What goes wrong: a code and a refresh token that come too late, a token in an address.
  const stolen = await redeem(web, await authorize(started, web, { email }, {}, visitor));
  await oidc.refreshTokenGrant(web.configuration, stolen.refresh_token ?? '');
  await modules.db('refresh_tokens').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
  await oidc.refreshTokenGrant(web.configuration, stolen.refresh_token ?? '').catch(() => {});
  await fetch(`${url}/me?access_token=${tokens.access_token}`).then((response) => response.text());
  await fetch(`${url}/nowhere/${stolen.access_token}`, {
    headers: { authorization: `Bearer ${stolen.access_token}` },
  });

  // Another password by a one-time link, with a mail about it; its visitor holds a ticket on the way.
  const user = await modules.users.findByEmail(email);
  const setPassword = await modules.users.links.create('set-password', {
    userId: user?.id ?? '',
    ttlSeconds: 600,
  });
  keep('set-password link', setPassword.token);
  const chooser = createVisitor(url);
  const choose = await chooser.open(`/set-password?token=${setPassword.token}`);
  await chooser.submit(choose, { password: OTHER_PASSWORD, again: OTHER_PASSWORD });

  // A mail to sign in with, used up in a browser that did not ask for it; and one that nobody uses.
  for (let mails = 0; mails < 2; mails += 1) {
    const asking = createVisitor(url);
    const ways = await asking.open('/account');
    const form = await asking.open(ways.url.replace(/(\?|$)/, '/email$1'));
    await asking.submit(form, { identifier: email }, { form: '/email' });
  }
  const [newest] = (await modules.mail.mailbox?.list()) ?? [];
  const signInLink = /https?:\S+\/email\/link\?token=\S+/.exec(newest?.text ?? '')?.[0] ?? '';
  keep('sign-in link', new URL(signInLink).searchParams.get('token') ?? undefined);
  const phone = createVisitor(url);
  const here = await phone.submit(await phone.submit(await phone.open(signInLink)));
  expect(here.url).toBe(`${url}/account`);

  // An authenticator app: one that is begun and left, one that is connected; and backup codes, of which one is used.
  const secretOf = (page: Page) => /[?&]secret=([A-Z2-7]{32})/.exec(page.html)?.[1];
  keep('secret of an app', secretOf(await phone.open('/account/security/totp/add')));
  const connecting = await phone.open('/account/security/totp/add');
  const appSecret = secretOf(connecting) ?? '';
  keep('secret of an app', appSecret);
  const settings = { algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;
  const appCode = codeAt(Math.floor(Date.now() / 30_000), appSecret, settings);
  const connected = await phone.submit(connecting, { code: appCode }, { form: '/totp/add' });
  expect(connected.status).toBe(200);
  const backupCodes = begunCodes(await modules.methods.enrol.begin('backup-codes', own(user?.id)));
  for (const code of backupCodes.codes) {
    keep('backup code', code);
    keep('backup code', code.replace('-', ''));
  }
  await modules.methods.enrol.finish('backup-codes', {
    ...own(user?.id),
    answer: { saved: 'yes' },
    attemptId: backupCodes.attemptId,
  });
  const used = await modules.methods.finish('backup-codes', {
    ...own(user?.id),
    answer: { code: backupCodes.codes[0] },
  });
  expect(used).toMatchObject({ proved: user?.id });

  for (const mail of (await modules.mail.mailbox?.list()) ?? []) {
    const line = mail.text.split('\n').find((each) => each.length > 40);
    if (line) keep('text of a mail', line);
  }

  // Signing out, by the app and by hand.
  const out = await chooser.open(
    `/session/end?id_token_hint=${tokens.id_token}&post_logout_redirect_uri=http://localhost:9999/bye`,
  );
  await chooser.submit(out, {}, { form: '/session/end/confirm' }).catch(() => {});

  // Keys.
  await modules.keys.rotate(SYSTEM);
  for (const key of (await modules.keys.jwks()).keys as Record<string, string>[]) {
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
      if (key[member]) keep('private key', key[member]);
    }
  }
  for (const purpose of ['refresh', 'pairwise', 'codes', 'csrf', 'artifacts'] as const) {
    keep('server key', (await modules.keys.serverKeys.current(purpose)).key.toString('base64url'));
  }
  const root = await readFile(join(started.dataDir, 'secret.key'), 'utf8');
  keep('root key', root.trim());
}

/** Somebody who acts for themselves, below the pages. */
function own(userId = '') {
  return { userId, boundTo: 'the session', attempt: { request: requestFrom('192.0.2.1') } };
}

function begunCodes(begun: object): { attemptId: string; codes: string[] } {
  const { attemptId, show } = begun as { attemptId: string; show: { codes: string[] } };
  return { attemptId, codes: show.codes };
}

async function signedIn({ url }: TestApp, email: string): Promise<Visitor> {
  const visitor = createVisitor(url);
  const page: Page = await visitor.open('/account');
  await visitor.submit(page, { identifier: email, password: PASSWORD, remember: 'on' }, { form: '/login' });
  return visitor;
}

async function introspect(
  { url }: TestApp,
  {
    resourceServer,
    introspectionSecret,
  }: Awaited<ReturnType<TestApp['modules']['resourceServers']['create']>>,
  token: string,
): Promise<void> {
  const response = await fetch(`${url}/token/introspection`, {
    method: 'POST',
    headers: { authorization: basicOf(resourceServer.introspection?.id ?? '', introspectionSecret) },
    body: new URLSearchParams({ token }),
  });
  expect(await response.json()).toMatchObject({ active: true });
}

function basicOf(id: string, secret = ''): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

/** Hears all that goes over the wire: cookies, fields of forms, addresses of redirects, answers in JSON. */
function listenTo(secrets: Secrets): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...asked) => {
    const response = await real(...asked);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      // The account's cookie says which page comes next, after its secret.
      const [secret = ''] = name.endsWith('-account') ? value.split('.') : [value];
      if (secret.length >= 16) note(secrets, secret, `cookie ${name}`);
    }
    const location = response.headers.get('location');
    if (location) {
      const code = new URL(location, 'http://localhost').searchParams.get('code');
      if (code) note(secrets, code, 'code');
    }
    const text = await response.clone().text();
    for (const [, name, value] of text.matchAll(
      /<input\b[^>]*\bname="?(csrf|xsrf|token|handle)"?[^>]*\bvalue="?([\w-]{16,})/g,
    )) {
      note(secrets, value ?? '', `form field ${name}`);
    }
    for (const [, name = '', value = ''] of text.matchAll(
      /"(access_token|refresh_token|id_token|request_uri)":\s*"([^"]{16,})"/g,
    )) {
      // Of a JWT, the signature is what nobody else could make; a pushed request is known by its last part.
      note(secrets, value.split(/[.:]/).at(-1) ?? value, name);
    }
    return response;
  };
  const stop = () => {
    globalThis.fetch = real;
  };
  onTestFinished(stop);
  return stop;
}

function note(secrets: Secrets, secret: string, name: string): void {
  secrets.set(secret, (secrets.get(secret) ?? new Set()).add(name));
}

/** Every way in which the same secret could lie there. */
function formsOf(secret: string): [form: string, needle: Buffer][] {
  const text = Buffer.from(secret);
  const forms: [string, Buffer][] = [
    ['text', text],
    ['hex', Buffer.from(text.toString('hex'))],
    ['HEX', Buffer.from(text.toString('hex').toUpperCase())],
    ['part of an address', Buffer.from(encodeURIComponent(secret))],
    ['text in UTF-16', Buffer.from(secret, 'utf16le')],
  ];
  // Inside a longer base64 text the letters depend on where it begins: without the edges all three are found.
  for (const before of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(before), text]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = shifted.toString(encoding).replace(/=+$/, '');
      forms.push([`${encoding} at ${before}`, Buffer.from(encoded.slice(before === 0 ? 0 : before + 1, -2))]);
    }
  }
  if (/^[\w-]{40,}$/.test(secret)) {
    const bytes = Buffer.from(secret, 'base64url');
    forms.push(['bytes', bytes], ['hex of the bytes', Buffer.from(bytes.toString('hex'))]);
    forms.push(['base64 of the bytes', Buffer.from(bytes.toString('base64').replace(/=+$/, ''))]);
  }
  return forms;
}

/** Every row of every table as text. */
async function rowsOf({ modules: { db } }: TestApp): Promise<[place: string, bytes: Buffer][]> {
  const { knex } = db;
  const names: string[] =
    db.dialect === 'postgres'
      ? (
          await knex.raw("select table_name from information_schema.tables where table_schema = 'public'")
        ).rows.map((row: { table_name: string }) => row.table_name)
      : (await knex('sqlite_master').where({ type: 'table' }).select('name')).map(
          (row: { name: string }) => row.name,
        );
  expect(names.length).toBeGreaterThan(10);
  return Promise.all(
    names.map(async (name): Promise<[string, Buffer]> => {
      if (db.dialect === 'postgres') {
        const { rows } = await knex.raw('select t::text as row from ?? t', [name]);
        return [`table ${name}`, Buffer.from(rows.map((row: { row: string }) => row.row).join('\n'))];
      }
      return [`table ${name}`, Buffer.from(JSON.stringify(await knex(name).select()))];
    }),
  );
}

/** The raw bytes of every file in the data folder, deleted rows and the write-ahead log included. */
async function filesOf(dataDir: string): Promise<[place: string, bytes: Buffer][]> {
  const names = (await readdir(dataDir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'secret.key')
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    names.map(async (name): Promise<[string, Buffer]> => [`file ${name}`, await readFile(name)]),
  );
}
