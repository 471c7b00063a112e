import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Visitor } from './visitor.ts';

const PASSWORD = 'seven quiet otters drift';
const CALLBACK = 'https://books.example/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let gatehouse: Gatehouse;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  for (const email of ['ana@example.com', 'bob@example.com']) {
    await gatehouse.command('users create', { email, 'password-stdin': true }, { stdin: PASSWORD });
  }
});
afterAll(() => gatehouse?.close());

type Client = { id: string; secret: string };

async function createClient(subjectType: 'public' | 'pairwise'): Promise<Client> {
  const created = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [CALLBACK],
    type: 'web',
    'first-party': true,
    'subject-type': subjectType,
  });
  return { id: created.client_id ?? '', secret: created.client_secret ?? '' };
}

function ask({ id }: Client, values: Record<string, string> = {}): string {
  return `/auth?${new URLSearchParams({
    client_id: id,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...values,
  })}`;
}

async function signIn(visitor: Visitor, client: Client, email: string): Promise<string> {
  const login = await visitor.open(ask(client));
  const done = await visitor.submit(login, { identifier: email, password: PASSWORD });
  const response = await fetch(`${gatehouse.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(done.url).searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    }),
  });
  const { id_token: idToken } = (await response.json()) as { id_token: string };
  return idToken;
}

test('login_hint fills the field, and only the field', async () => {
  const client = await createClient('public');
  const login = await createVisitor(gatehouse.issuer).open(ask(client, { login_hint: '"><b>x@example.com' }));
  expect(login.html).toContain('value="&quot;&gt;&lt;b&gt;x@example.com"');
  expect(login.html).not.toMatch(/<input[^>]* readonly/);
});

test.each([['public'], ['pairwise']] as const)(
  'with id_token_hint nobody but that person can sign in, for a %s subject',
  async (subjectType) => {
    const client = await createClient(subjectType);
    const hint = await signIn(createVisitor(gatehouse.issuer), client, 'ana@example.com');
    const visitor = createVisitor(gatehouse.issuer);
    const login = await visitor.open(ask(client, { id_token_hint: hint }));
    expect(login.heading).toBe('Sign in');
    // This browser does not know the person, so it is not told who it is.
    expect(login.html).not.toMatch(/<input[^>]* readonly|ana@example/);
    expect(login.html).not.toContain('/switch');

    const asBob = await visitor.submit(login, { identifier: 'bob@example.com', password: 'Bob has another' });
    expect(asBob.status).toBe(422);
    const provedBob = await visitor.submit(login, { identifier: 'bob@example.com', password: PASSWORD });
    expect([provedBob.status, provedBob.heading]).toEqual([403, 'Another account is asked for']);
    const done = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
    expect(done.url).toMatch(`${CALLBACK}?code=`);
  },
);

test('prompt=login asks the person of the session again', async () => {
  const client = await createClient('public');
  const visitor = createVisitor(gatehouse.issuer);
  await signIn(visitor, client, 'ana@example.com');
  const login = await visitor.open(ask(client, { prompt: 'login' }));
  expect(login.html).toMatch(/id="identifier"[^>]*value="ana@example\.com"[^>]*readonly/);
  const done = await visitor.submit(login, { password: PASSWORD });
  expect(done.url).toMatch(`${CALLBACK}?code=`);
});

test('prompt=none never shows a page', async () => {
  const client = await createClient('public');
  const page = await createVisitor(gatehouse.issuer).open(ask(client, { prompt: 'none' }));
  expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
});

test('everything works below the path of an issuer', async () => {
  const below = await startGatehouse({ base: '/id' });
  try {
    const visitor = createVisitor(below.issuer);
    const form = await visitor.open((await below.app.firstAdministratorUrl()) ?? '');
    const account = await visitor.submit(form, {
      name: 'Ana Lima',
      email: 'ana@example.com',
      password: PASSWORD,
      again: PASSWORD,
    });
    expect(account).toMatchObject({ status: 200, url: `${below.issuer}/account` });
    for (const { path } of visitor.cookies) expect(path).toMatch(/^\/id(\/|$)/);
    const sessions = await visitor.open(`${below.issuer}/account/sessions`);
    const out = await visitor.submit(sessions, {}, { form: 'sessions/end' });
    expect(out).toMatchObject({ heading: 'You are signed out' });
    const login = await visitor.open(`${below.issuer}/account/applications`);
    expect(login.url).toMatch(`${below.issuer}/interaction/`);
    const page = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
    expect(page.url).toBe(`${below.issuer}/account/applications`);
    expect(await visitor.open(login.url)).toMatchObject({ heading: 'You’re signed in' });
  } finally {
    await below.close();
  }
});
