import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addCredential } from '../support/credentials.ts';
import { eachStorage } from '../support/database.ts';
import { requestFrom } from '../support/request-info.ts';
import { cameBack, startWorld, stepOf, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

type Authenticator = ReturnType<typeof createAuthenticator>;

eachStorage('a passkey in a sign-in', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
  });
  afterAll(() => world?.close());

  /** Begins a sign-in in a new browser. */
  async function begin(values: Record<string, string> = {}, visitor = world.newVisitor()) {
    const page = await visitor.open(world.ask(books.id, values));
    return { visitor, page };
  }

  test('signs in as the first step, and the app is told that it was two factors', async () => {
    const { person, authenticator } = await createPersonWithPasskey();
    const { visitor, page } = await begin();
    const done = await answer(visitor, page, authenticator);
    expect(cameBack(done)).toBe(true);
    const token = await world.idTokenOf(done, books);
    expect(token).toMatchObject({ sub: person.id, amr: ['hwk', 'user', 'mfa'] });
    expect(['2', '3']).toContain(token.acr);
  });

  test('one that was only touched is one factor', async () => {
    const { authenticator } = await createPersonWithPasskey();
    authenticator.verifiesUser = false;
    const { visitor, page } = await begin();
    const done = await answer(visitor, page, authenticator);
    expect(await world.idTokenOf(done, books)).toMatchObject({ acr: '1', amr: ['hwk', 'user'] });
  });

  test('is not asked again for a code, which is asked after a password', async () => {
    const { person, authenticator } = await createPersonWithPasskey();
    await world.connectApp(person);
    const { visitor, page } = await begin();
    expect(cameBack(await answer(visitor, page, authenticator))).toBe(true);
    const step = await world.givePassword(world.newVisitor(), books.id, person);
    expect(stepOf(step)).toBe('passkey');
    expect(step.html).toContain('/totp');
  });

  test('does not by itself demand a second step of who comes with the password', async () => {
    const { person } = await createPersonWithPasskey();
    expect(cameBack(await world.givePassword(world.newVisitor(), books.id, person))).toBe(true);
  });

  test('is a second step where two are demanded, of this person only, and only verified', async () => {
    const { person, authenticator } = await createPersonWithPasskey();
    const { authenticator: foreign } = await createPersonWithPasskey();
    const visitor = world.newVisitor();
    let step = await world.givePassword(visitor, books.id, person, { acr_values: '2' });
    expect(stepOf(step)).toBe('passkey');
    step = await answerHere(visitor, step, foreign);
    expect(step.status).toBe(422);
    authenticator.verifiesUser = false;
    step = await answerHere(visitor, step, authenticator);
    expect(step.status).toBe(422);
    authenticator.verifiesUser = true;
    const done = await answerHere(visitor, step, authenticator);
    expect(await world.idTokenOf(done, books)).toMatchObject({
      sub: person.id,
      acr: '2',
      amr: expect.arrayContaining(['pwd', 'hwk', 'user', 'mfa']),
    });
  });

  test('of another person is refused where one person is expected', async () => {
    const { person, authenticator } = await createPersonWithPasskey();
    const { authenticator: foreign } = await createPersonWithPasskey();
    const { visitor, page } = await begin();
    await answer(visitor, page, authenticator);
    const again = await begin({ prompt: 'login' }, visitor);
    expect(again.page.html).toContain(person.email);
    const refused = await answer(visitor, again.page, foreign);
    expect([refused.status, cameBack(refused)]).toEqual([422, false]);
    expect(cameBack(await answerHere(visitor, refused, authenticator))).toBe(true);
  });

  test('a challenge works once: not again, not in another sign-in, not in another browser', async () => {
    const { authenticator } = await createPersonWithPasskey({ isSynced: true });
    const { visitor, page } = await begin();
    const { handle, shown } = await optionsOf(visitor, page);
    const credential = authenticator.get(shown);

    const elsewhere = await begin();
    const stolen = await post(elsewhere.visitor, elsewhere.page, { handle, credential });
    expect([stolen.status, cameBack(stolen)]).toEqual([422, false]);
    const other = await begin({}, visitor);
    expect(cameBack(await post(visitor, other.page, { handle, credential }))).toBe(false);

    const back = await visitor.open(page.url);
    expect(cameBack(await post(visitor, back, { handle, credential }))).toBe(true);
    const later = await begin({ prompt: 'login' }, visitor);
    expect(cameBack(await post(visitor, later.page, { handle, credential }))).toBe(false);
  });

  test('of 50 answers to one challenge at the same time one signs in', async () => {
    const { person, authenticator } = await createPersonWithPasskey({ isSynced: true });
    const { visitor, page } = await begin();
    const { handle, shown } = await optionsOf(visitor, page);
    const credential = authenticator.get(shown);
    await Promise.all(
      Array.from({ length: 50 }, () => post(visitor.copy(), page, { handle, credential }).catch(() => {})),
    );
    const proved = await world.modules.audit.list({ userId: person.id, event: 'passkey.proved' });
    expect(proved).toHaveLength(1);
  });

  test('a challenge is over after five minutes', async () => {
    const { authenticator } = await createPersonWithPasskey();
    const { visitor, page } = await begin();
    const { handle, shown } = await optionsOf(visitor, page);
    world.pass(5 * 60_000);
    const late = await post(visitor, page, { handle, credential: authenticator.get(shown) });
    expect([late.status, cameBack(late)]).toEqual([422, false]);
    expect(cameBack(await answerHere(visitor, late, authenticator))).toBe(true);
  });

  test('a disabled person, a removed passkey and a made-up one get one answer', async () => {
    const disabled = await createPersonWithPasskey();
    await world.modules.users.disable(disabled.person.id, SYSTEM);
    const removed = await createPersonWithPasskey();
    await remove(removed.person.id, removed.id);
    const madeUp = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    madeUp.userHandle = Buffer.from(removed.person.id).toString('base64url');
    const pages = [];
    for (const { authenticator } of [disabled, removed, { authenticator: madeUp }]) {
      const { visitor, page } = await begin();
      const refused = await answer(visitor, page, authenticator);
      pages.push([refused.status, refused.title, /<h2>(.*?)<\/p>/.exec(refused.html)?.[1]]);
    }
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1);
    expect(pages[0]?.[0]).toBe(422);
  });

  test('the challenge of the login page is given to this sign-in’s own form only', async () => {
    const { visitor, page } = await begin();
    const address = addressOf(page, 'passkey/options');
    const without = await visitor.request('POST', address, new URLSearchParams());
    expect(without.status).toBe(403);
    const stranger = world.newVisitor();
    await stranger.open(world.ask(books.id));
    const foreign = await stranger.request('POST', address, new URLSearchParams({ csrf: csrfOf(page) }));
    expect(foreign.headers.get('content-type')).not.toMatch(/json/);
  });

  test('a browser is told of a passkey that is none of ours, and only of that', async () => {
    const { authenticator, person, id } = await createPersonWithPasskey();
    const { visitor, page } = await begin();
    const tried = authenticator.credentialId;
    expect((await optionsOf(visitor, page, { tried })).shown.unknown).toBeUndefined();
    expect((await optionsOf(visitor, page)).shown.unknown).toBeUndefined();
    await remove(person.id, id);
    expect((await optionsOf(visitor, page, { tried })).shown.unknown).toBe(true);
  });

  test('the offer after a password waits with the session until it is answered', async () => {
    const person = await world.createPerson();
    const { visitor, page } = await begin();
    await optionsOf(visitor, page, { can: 'ask' });
    const offer = await visitor.submit(
      page,
      { identifier: person.email, password: 'seven quiet otters drift' },
      { form: '/login' },
    );
    expect(stepOf(offer)).toMatch(/offer/);
    expect(visitor.cookies.filter(({ name }) => /session$/.test(name))).toEqual([]);

    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    const shown = await optionsOf(visitor, offer, {}, 'passkey/offer/options');
    const wrong = await post(visitor, offer, { handle: shown.handle, credential: '{}' }, 'passkey/offer');
    expect([wrong.status, cameBack(wrong)]).toEqual([422, false]);
    const again = await optionsOf(visitor, offer, {}, 'passkey/offer/options');
    const done = await post(
      visitor,
      offer,
      { handle: again.handle, credential: authenticator.create(again.shown) },
      'passkey/offer',
    );
    expect(cameBack(done)).toBe(true);
    const next = await begin();
    expect(cameBack(await answer(next.visitor, next.page, authenticator))).toBe(true);
  });

  test('the offer is made to nobody, and taken from nobody, who has a second factor that was not asked for', async () => {
    const easy = await world.createClient({ 'second-factor': 'never' });
    const person = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    const page = await visitor.open(world.ask(easy.id, { acr_values: '1' }));
    await optionsOf(visitor, page, { can: 'quiet' });
    // One tab signs in by the password alone, and comes through without the offer.
    const copy = visitor.copy();
    const typed = { identifier: person.email, password: 'seven quiet otters drift' };
    expect(cameBack(await copy.submit(page, typed, { form: '/login' }))).toBe(true);

    // Another one waits at it, because it was shown before the app was connected.
    const late = await world.createPerson();
    const other = world.newVisitor();
    const login = await other.open(world.ask(easy.id));
    await optionsOf(other, login, { can: 'quiet' });
    const offer = await other.submit(login, { ...typed, identifier: late.email }, { form: '/login' });
    expect(stepOf(offer)).toMatch(/offer/);
    const { handle, shown } = await optionsOf(other, offer, {}, 'passkey/offer/options');
    await world.connectApp(late);
    expect((await optionsOf(other, offer, {}, 'passkey/offer/options')).shown).toEqual({});
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    const credential = authenticator.create(shown);
    expect(cameBack(await post(other, offer, { handle, credential }, 'passkey/offer'))).toBe(true);
    const own = await world.modules.methods.listEnrolled(late.id);
    expect(own.map(({ method }) => method).sort()).toEqual(['password', 'totp']);
  });

  test('a way that a level demands is added with a proof of the last five minutes', async () => {
    const person = await world.createPerson();
    const visitor = world.newVisitor();
    expect(cameBack(await world.givePassword(visitor, books.id, person))).toBe(true);
    world.pass(5 * 60_000 + 2_000);
    const asked = await visitor.open(world.ask(books.id, { acr_values: '2' }));
    expect(asked.heading).toBe('Sign in');
    const early = await visitor.post(addressOf(asked, 'enrol/totp'), { csrf: csrfOf(asked), code: '123456' });
    expect(early.heading).toBe('Sign in');
    const proved = await visitor.submit(asked, { password: 'seven quiet otters drift' }, { form: '/login' });
    expect(proved.heading).toBe('Add a second way to prove it’s you');
  });

  test('who did not come by a password is not offered one, nor may save one before the sign-in is proved', async () => {
    const { visitor, page } = await begin();
    await optionsOf(visitor, page, { can: 'quiet' });
    const unproved = await optionsOf(visitor, page, {}, 'passkey/offer/options');
    expect(unproved.shown).toEqual({});
    const offer = await visitor.open(addressOf(page, 'passkey/offer'));
    expect(stepOf(offer)).not.toMatch(/offer/);
    const { authenticator } = await createPersonWithPasskey();
    expect(cameBack(await answer(visitor, page, authenticator))).toBe(true);
  });

  async function createPersonWithPasskey(options: { isSynced?: boolean } = {}) {
    const person = await world.createPerson();
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost', ...options });
    const { id } = await addCredential(world, person.id, 'passkey', (shown) => ({
      credential: authenticator.create(shown),
    }));
    return { person, authenticator, id };
  }

  async function remove(userId: string, credentialId: string) {
    await world.modules.methods.enrol.remove('passkey', {
      userId,
      credentialId,
      attempt: { request: requestFrom('127.0.0.1') },
    });
  }
});

/** What the script of the login page asks for. */
async function optionsOf(
  visitor: Visitor,
  page: Page,
  fields: Record<string, string> = {},
  step = 'passkey/options',
) {
  const body = new URLSearchParams({ csrf: csrfOf(page), tried: '', quiet: '', can: '', ...fields });
  const response = await visitor.request('POST', addressOf(page, step), body);
  const shown = (await response.json()) as Record<string, unknown>;
  return { shown, handle: String(shown.handle ?? '') };
}

function post(visitor: Visitor, page: Page, fields: Record<string, string>, step = 'passkey') {
  return visitor.post(addressOf(page, step), { csrf: csrfOf(page), ...fields });
}

/** By the button of the login page. */
async function answer(visitor: Visitor, page: Page, authenticator: Authenticator): Promise<Page> {
  const { handle, shown } = await optionsOf(visitor, page);
  return post(visitor, page, { handle, credential: authenticator.get(shown) });
}

/** By the page of its own, which shows what is to be signed. */
function answerHere(visitor: Visitor, page: Page, authenticator: Authenticator): Promise<Page> {
  const text = /data-passkey="([^"]*)"/.exec(page.html)?.[1] ?? '';
  const shown = JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'));
  return visitor.submit(page, { credential: authenticator.get(shown) }, { form: '/passkey' });
}

function addressOf(page: Page, step: string): string {
  const url = new URL(page.url);
  const uid = url.pathname.split('/')[2] ?? '';
  return `${url.origin}/interaction/${uid}/${step}${url.search}`;
}

const csrfOf = ({ forms }: Page) => forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
