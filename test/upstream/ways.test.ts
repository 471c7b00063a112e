import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeAt } from '../../src/methods/totp/codes.ts';
import { mailsTo } from '../flows/mailbox.ts';
import { cameBack, PASSWORD, startWorld, stepOf, type World } from '../flows/second-factor-set-up.ts';
import type { Page } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller, type Traveller } from '../support/upstream/traveller.ts';

/**
 * Somebody whose account was made by a provider adds a way of this house, comes in by it, and takes the provider away: each
 * as they would do it, page by page.
 */

const STEP_MS = 30_000;
let world: World;
let there: LibraryProvider;
let start: string;
let passed = 0;

beforeAll(async () => {
  there = await startLibraryProvider();
  world = await startWorld({ settings: { ...CALLS_THIS_MACHINE, registration: { mode: 'open' } } });
  const { issuer, clientId, clientSecret } = await there.register(world.issuer, 'there');
  const values = {
    preset: 'oidc',
    name: 'There',
    issuer,
    'client-id': clientId,
    'client-secret-stdin': true,
  };
  await world.command('upstream create', { id: 'there', ...values }, { stdin: clientSecret });
});
beforeEach(async () => {
  start = `${world.issuer}${world.ask((await world.createClient()).id)}`;
});
afterAll(async () => {
  await world?.close();
  await there?.close();
});

const travel = () => createTraveller([world.issuer, there.issuer]);

async function press(traveller: Traveller): Promise<Page> {
  const login = await traveller.open(start);
  const [, row = ''] = /action="([^"]*choice=there[^"]*)"/.exec(login.html) ?? [];
  return traveller.open(new URL(row.replaceAll('&amp;', '&'), login.url).href);
}

/** An account made by the provider, in the browser that made it. `isVouchedFor`: by the provider; else a code is mailed. */
async function makeAccount({ isVouchedFor = true } = {}) {
  const sub = randomBytes(5).toString('hex');
  const email = `${sub}@example.com`;
  const theirs = { sub, email, email_verified: isVouchedFor, name: 'Ana Lima' };
  there.signInAs(theirs);
  const traveller = travel();
  let page = await press(traveller);
  if (!isVouchedFor) {
    const { code = '' } = (await mailsTo(world, email))[0] ?? {};
    page = await traveller.submit(page, { code }, { form: '/identity/code' });
  }
  expect(page.heading).toBe('Create your account');
  expect(cameBack(await traveller.submit(page, {}, { form: '/identity/create' }))).toBe(true);
  const { id = '' } = (await world.modules.users.findByEmail(email)) ?? {};
  expect(await world.modules.users.get(id)).toMatchObject({ emailVerified: true });
  return { traveller, id, email, theirs };
}

const open = (traveller: Traveller, path: string) => traveller.open(`${world.issuer}${path}`);

/** By the pages of the account. */
async function unlink(traveller: Traveller, id: string): Promise<void> {
  const security = await open(traveller, '/account/security');
  const [, href = ''] = /href="([^"]*\/upstream\/remove[^"]*)"/.exec(security.html) ?? [];
  const ask = await traveller.open(new URL(href.replaceAll('&amp;', '&'), security.url).href);
  const removed = await traveller.submit(ask, {}, { form: '/remove' });
  expect(new URL(removed.url).pathname).toBe('/account/security');
  expect(await world.modules.upstream.links.listOf(id)).toEqual([]);
}

/** From now on the provider’s word leads to the question whose account this is, and into none. */
async function expectStranger(theirs: { sub: string }): Promise<void> {
  there.signInAs(theirs);
  expect((await press(travel())).heading).toBe('Connect There');
}

function shownTo(page: Page): Record<string, unknown> {
  const text = /data-passkey="([^"]*)"/.exec(page.html)?.[1] ?? '';
  return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'));
}

test('a passkey: added, signed in with, and what is left when the provider is taken away', async () => {
  const { traveller, id, theirs } = await makeAccount();
  const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
  const page = await open(traveller, '/account/security/passkey/add');
  const credential = authenticator.create(shownTo(page));
  const added = await traveller.submit(page, { credential }, { form: '/passkey/add' });
  expect(new URL(added.url).pathname).toBe('/account/security');
  const signIn = async () => {
    const other = travel();
    const login = await other.open(start);
    const own = await other.open(login.url.replace(/(\?|$)/, '/passkey$1'));
    const answer = { credential: authenticator.get(shownTo(own)) };
    return { other, app: await other.submit(own, answer, { form: '/passkey' }) };
  };
  const first = await signIn();
  expect(cameBack(first.app)).toBe(true);
  // The provider still signs in beside it, until it is taken away by who came by the passkey.
  there.signInAs(theirs);
  expect(cameBack(await press(travel()))).toBe(true);
  await unlink(first.other, id);
  await expectStranger(theirs);
  expect(cameBack((await signIn()).app)).toBe(true);
});

test('a password, for an address that the provider did not vouch for', async () => {
  const { traveller, id, email, theirs } = await makeAccount({ isVouchedFor: false });
  const page = await open(traveller, '/account/password');
  const set = await traveller.submit(page, { password: PASSWORD, again: PASSWORD }, { form: '/password' });
  expect(new URL(set.url).pathname).toBe('/account/security');
  const signIn = async () => {
    const other = travel();
    const typed = { identifier: email, password: PASSWORD };
    return { other, app: await other.submit(await other.open(start), typed, { form: '/login' }) };
  };
  const first = await signIn();
  expect(cameBack(first.app)).toBe(true);
  await unlink(first.other, id);
  there.signInAs(theirs);
  expect((await press(travel())).heading).toBe('Check your e-mail');
  expect(cameBack((await signIn()).app)).toBe(true);
});

test('an authenticator app: asked for after the provider, and after the mail once the provider is taken away', async () => {
  const { traveller, id, email, theirs } = await makeAccount();
  const page = await open(traveller, '/account/security/totp/add');
  const secret = /secret=([A-Z2-7]+)/.exec(page.html)?.[1] ?? '';
  const nextCode = () => {
    passed += STEP_MS;
    world.pass(STEP_MS);
    const step = Math.floor((Date.now() + passed) / STEP_MS);
    return codeAt(step, secret, { algorithm: 'sha1', digits: 6, periodSeconds: 30 });
  };
  await traveller.submit(page, { code: nextCode(), name: 'Phone' }, { form: '/totp/add' });
  expect((await world.modules.methods.listEnrolled(id)).map(({ method }) => method).sort()).toEqual([
    'totp',
    'upstream',
  ]);
  there.signInAs(theirs);
  const byProvider = travel();
  const second = await press(byProvider);
  expect(stepOf(second)).toBe('totp');
  const wrong = await byProvider.submit(second, { code: '000000' }, { form: '/totp' });
  expect(wrong.status).toBe(422);
  expect(cameBack(await byProvider.submit(wrong, { code: nextCode() }, { form: '/totp' }))).toBe(true);
  await unlink(byProvider, id);
  await expectStranger(theirs);
  // The mailbox is what is left to say who it is, and the app is still asked for.
  const byMail = travel();
  const login = await byMail.open(start);
  const ask = await byMail.open(login.url.replace(/(\?|$)/, '/email$1'));
  const sent = await byMail.submit(ask, { identifier: email }, { form: '/email' });
  const { code = '' } = (await mailsTo(world, email))[0] ?? {};
  const asked = await byMail.submit(sent, { code }, { form: '/email' });
  expect(stepOf(asked)).toBe('totp');
  expect(cameBack(await byMail.submit(asked, { code: nextCode() }, { form: '/totp' }))).toBe(true);
});
