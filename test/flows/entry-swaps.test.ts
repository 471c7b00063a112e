import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addAuthenticatorApp } from '../support/credentials.ts';
import { totpCode } from '../support/totp-code.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { mailAbout } from './mailbox.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

/** Journeys begun as one person, or for one app, and finished with what belongs to another: all refused. */

const PASSWORD = 'seven quiet otters drift';
const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');
const often = [{ points: 10_000, perSeconds: 60 }];
const limits = { address: often, knownDevice: often, browser: often, network: often };

let gatehouse: Gatehouse;
let people = 0;
let passed = 0;
let ana: Person;
let bob: Person;

type Person = { id: string; email: string };

beforeAll(async () => {
  gatehouse = await startGatehouse({
    settings: {
      recovery: { enabled: true, ttlSeconds: 600, startedTtlSeconds: 86_400, limits },
      registration: { mode: 'open', domains: [], ttlSeconds: 600, invitationTtlSeconds: 86_400, limits },
    },
  });
});
afterAll(() => gatehouse?.close());

beforeEach(async () => {
  people += 1;
  ana = await createPerson(`ana${people}@example.com`);
  bob = await createPerson(`bob${people}@example.com`);
});

test('a recovery of one person does not take the second factor of another', async () => {
  await connectApp(ana);
  const bobs = await connectApp(bob);
  const visitor = newVisitor();
  const step = await proveMail(visitor, ana);
  expect((await visitor.submit(step, { code: codeNow(bobs) }, { form: '/totp' })).status).toBe(422);
  expect((await signIn(newVisitor(), ana, NEW)).status).toBe(422);
});

test('a second factor that was proved in one recovery is asked for in the next', async () => {
  const secret = await connectApp(ana);
  const visitor = newVisitor();
  const choose = await visitor.submit(
    await proveMail(visitor, ana),
    { code: codeNow(secret) },
    { form: '/totp' },
  );
  expect(choose.heading).toBe('Choose a new password');
  const other = await proveMail(visitor, ana);
  expect(new URL(other.url).pathname).toMatch(/\/ways\/totp$/);
  const csrf = other.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
  const skipped = await visitor.post(other.url.replace(/ways\/totp$/, 'password'), { ...CHOSEN, csrf });
  expect(skipped.url).toBe(other.url);
});

test('the id of a recovery is none of a registration, nor the other way round', async () => {
  const visitor = newVisitor();
  const choose = await proveMail(visitor, ana);
  const id = /steps\/([\w-]+)/.exec(choose.url)?.[1] ?? '';
  expect((await visitor.open(`/registration/steps/${id}`)).status).toBe(410);
  const csrf = choose.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
  expect(
    (await visitor.post(`/registration/steps/${id}/details`, { ...CHOSEN, name: 'Eve', csrf })).status,
  ).toBe(410);

  const asked = await visitor.submit(
    await visitor.open('/registration'),
    { email: `new${people}@example.com` },
    { form: '/registration' },
  );
  const other = /steps\/([\w-]+)/.exec(asked.url)?.[1] ?? '';
  expect((await visitor.open(`/recovery/steps/${other}`)).status).toBe(410);
  const mail = await mailAbout(gatehouse, `new${people}@example.com`, 'is your code');
  const token = new URL(mail.url).searchParams.get('token') ?? '';
  expect((await visitor.open(`/recovery/link?token=${token}`)).status).toBe(410);
});

test('a code of one mail is worth nothing in the recovery of another person', async () => {
  const [mine, hers] = [newVisitor(), newVisitor()];
  await ask(mine, bob);
  const page = await ask(hers, ana);
  const { code } = await mailAbout(gatehouse, bob.email, 'is your code');
  const anas = await mailAbout(gatehouse, ana.email, 'is your code');
  if (code !== anas.code) expect((await hers.submit(page, { code }, { form: '/code' })).status).toBe(422);
  // The link of the other's mail neither.
  const csrf = page.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
  const token =
    new URL((await mailAbout(gatehouse, bob.email, 'is your code')).url).searchParams.get('token') ?? '';
  expect((await hers.post('/recovery/link', { token, csrf })).status).toBe(410);
});

test('a recovery for one app signs in to that app and to no other', async () => {
  const [books, maps] = [await createApp('books'), await createApp('maps')];
  const visitor = newVisitor();
  const choose = await proveMail(visitor, ana, linkTo(await visitor.open(books), '/recovery'));
  const other = await visitor.open(maps);
  const form = choose.forms.find(({ action }) => action.endsWith('/password'));
  const address = new URL(form?.action ?? '', choose.url).href;
  const answer = await visitor.request('POST', address, new URLSearchParams({ ...form?.fields, ...CHOSEN }));
  expect(answer.status).toBe(303);
  // The browser holds what finishes the sign-in to Books, and opens the one to Maps.
  expect((await visitor.open(other.url)).heading).toBe('Sign in');
  const back = await visitor.open(answer.headers.get('location') ?? '');
  expect(back.url).toMatch(/^https:\/\/books\.example\/callback\?code=/);
});

test('an app’s name that we did not sign is not believed', async () => {
  const books = await createApp('books');
  const visitor = newVisitor();
  const link = linkTo(await visitor.open(books), '/recovery');
  const forged = link.replace(/for=[\w-]+/, 'for=somebody-elses-interaction');
  const page = await visitor.open(forged);
  expect(page.status).toBe(200);
  expect(page.html).not.toContain('books.example');
  const choose = await proveMail(visitor, ana, forged);
  expect((await visitor.submit(choose, CHOSEN, { form: '/password' })).url).toBe(
    `${gatehouse.issuer}/account`,
  );
});

test('a sign-in that waits for one person is not finished by the recovery of another', async () => {
  const books = await createApp('books');
  const visitor = newVisitor();
  await signIn(visitor, ana, PASSWORD);
  const again = await visitor.open(`${books}&prompt=login`);
  expect(again.html).toContain(ana.email);
  const choose = await proveMail(visitor, bob, linkTo(again, '/recovery'));
  const after = await visitor.submit(choose, CHOSEN, { form: '/password' });
  expect(after.url).not.toMatch(/^https:\/\/books\.example/);
  expect(after.html).toContain(ana.email);
});

const newVisitor = () => createVisitor(gatehouse.issuer);
const codeNow = (secret: string) => totpCode(secret, Date.now() + passed);

async function createPerson(email: string): Promise<Person> {
  const { id = '' } = await gatehouse.command(
    'users create',
    { email, 'password-stdin': true },
    { stdin: PASSWORD },
  );
  return { id, email };
}

async function createApp(name: string): Promise<string> {
  const redirectUri = `https://${name}.example/callback`;
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name,
    'redirect-uri': [redirectUri],
    type: 'web',
    'first-party': true,
  });
  return `/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  })}`;
}

async function ask(visitor: Visitor, { email }: Person, from = '/recovery'): Promise<Page> {
  return visitor.submit(await visitor.open(from), { email }, { form: '/recovery' });
}

async function proveMail(visitor: Visitor, person: Person, from?: string): Promise<Page> {
  const page = await ask(visitor, person, from);
  const { code } = await mailAbout(gatehouse, person.email, 'is your code');
  return visitor.submit(page, { code }, { form: '/code' });
}

async function signIn(visitor: Visitor, { email }: Person, password: string): Promise<Page> {
  return visitor.submit(await visitor.open('/account'), { identifier: email, password });
}

async function connectApp({ id }: Person): Promise<string> {
  const secret = await addAuthenticatorApp(gatehouse, id, Date.now() + passed);
  passed += 30_000;
  gatehouse.passTime(30_000);
  return secret;
}

function linkTo(page: Page, path: string): string {
  const hrefs = [...page.html.matchAll(/href="?([^"\s>]+)/g)].map(([, each = '']) => each);
  const href = hrefs.find((each) => each.startsWith(path));
  if (!href) throw new Error(`no link to ${path} on ${page.url}`);
  return href.replaceAll('&amp;', '&');
}
