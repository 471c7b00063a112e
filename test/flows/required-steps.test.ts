import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { READ_AGAIN_MS, type Started, startSteps, toldApp } from '../required-steps/set-up.ts';
import { PASSWORD, type RelyingParty } from '../support/relying-party.ts';
import { mailsTo } from './mailbox.ts';
import type { Page, Visitor } from './visitor.ts';

/** Every way in leads through what is required, before the app gets anything; and none of them goes round. */

const NEXT = 'a quite different staple of batteries';
/** What was proved counts for a change for five minutes. */
const FRESH_MS = 300_000;
const ACCEPT = { form: '/required/terms' };
const CHOOSE = { form: '/required/new-password' };
/** Without a script it is typed twice. */
const CHOSEN = { password: NEXT, again: NEXT };

let given: Started;
let people = 0;
const newAddress = () => {
  people += 1;
  return `new${people}@example.com`;
};

beforeAll(async () => {
  given = await startSteps({ settings: { registration: registrationConfig.parse({ mode: 'open' }) } });
  const house = ['--version', '1', '--title', 'Terms of use', '--url', 'https://acme.example/terms'];
  await given.json('terms', 'create', 'house', ...house);
});
afterAll(() => given?.close());

const asksPassword = (page: Page) => page.forms.some(({ action }) => action.includes('/login'));
const codeTo = async (email: string) => (await mailsTo(given, email))[0]?.code ?? '';

describe('terms stand before the app that waits', () => {
  let app: RelyingParty;
  beforeAll(async () => {
    app = await given.party({ requires: ['terms:house'] });
  });

  /** Nothing has reached the app by this page, nothing does in silence, and its code comes with the press. */
  async function expectTermsFirst(visitor: Visitor, page: Page, email: string): Promise<void> {
    expect(page.heading, page.html).toBe('Please read and accept');
    expect(page.trail.filter((address) => address.startsWith(app.redirectUri))).toEqual([]);
    const silent = toldApp(await given.open(app, visitor, { prompt: 'none' }));
    expect([silent.get('error'), silent.get('code')]).toEqual(['interaction_required', null]);
    expect((await given.json('users', 'show', email)).accepted_terms).toEqual([]);
    expect(toldApp(await visitor.submit(page, {}, ACCEPT)).get('code')).toBeTruthy();
    expect((await given.json('users', 'show', email)).accepted_terms).toMatchObject([{ terms: 'house' }]);
  }

  test('and of who makes an account with a password', async () => {
    const [visitor, email] = [given.visitor(), newAddress()];
    const asked = await visitor.open(linkTo(await given.open(app, visitor), '/registration'));
    const sent = await visitor.submit(asked, { email }, { form: '/registration' });
    const details = await visitor.submit(sent, { code: await codeTo(email) }, { form: '/code' });
    const page = await visitor.submit(details, { name: 'Ana Lima', ...CHOSEN }, { form: '/details' });
    await expectTermsFirst(visitor, page, email);
  });

  test('and of who makes an account by a mailed code, with a name alone', async () => {
    const [visitor, email] = [given.visitor(), newAddress()];
    const login = await given.open(app, visitor);
    const asked = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
    const sent = await visitor.submit(asked, { identifier: email }, { form: '/email' });
    const details = await visitor.submit(sent, { code: await codeTo(email) }, { form: '/email' });
    const page = await visitor.submit(details, { name: 'Ana Lima' }, { form: '/by-mail' });
    await expectTermsFirst(visitor, page, email);
  });

  test('and of who recovers an account', async () => {
    const [visitor, { email }] = [given.visitor(), await given.person()];
    const asked = await visitor.open(linkTo(await given.open(app, visitor), '/recovery'));
    const sent = await visitor.submit(asked, { email }, { form: '/recovery' });
    const choose = await visitor.submit(sent, { code: await codeTo(email) }, { form: '/code' });
    const page = await visitor.submit(choose, CHOSEN, { form: '/password' });
    await expectTermsFirst(visitor, page, email);
  });

  test('of who is new and does not accept, the account stays, and the app hears `access_denied`', async () => {
    const [visitor, email] = [given.visitor(), newAddress()];
    const asked = await visitor.open(linkTo(await given.open(app, visitor), '/registration'));
    const sent = await visitor.submit(asked, { email }, { form: '/registration' });
    const details = await visitor.submit(sent, { code: await codeTo(email) }, { form: '/code' });
    const page = await visitor.submit(details, { name: 'Ana Lima', ...CHOSEN }, { form: '/details' });
    const back = toldApp(await visitor.submit(page, { answer: 'decline' }, ACCEPT));
    expect([back.get('error'), back.get('code')]).toEqual(['access_denied', null]);
    const own = `${given.url}/account/data`;
    expect(await visitor.open(own)).toMatchObject({ status: 200, url: own });
    expect((await given.open(app, visitor)).heading).toBe('Please read and accept');
  });
});

describe('a new password, for an app that demands a sign-in each time', () => {
  const typed = (email: string, password = PASSWORD) => ({ identifier: email, password });

  /** Signed in already, when an operator demands the new password. */
  async function signedIn() {
    const [app, person] = [await given.party(), await given.person()];
    const { visitor } = await given.signIn(app, person);
    await given.json('users', 'require', 'new-password', person.email);
    given.pass(READ_AGAIN_MS);
    return { app, person, visitor };
  }

  test.each([
    ['prompt=login', { prompt: 'login' }],
    ['max_age=0', { max_age: '0' }],
  ])('is chosen after one sign-in, and none follows it: %s', async (_, demand) => {
    const { app, person, visitor } = await signedIn();
    const login = await given.open(app, visitor, demand);
    expect(asksPassword(login)).toBe(true);
    const page = await visitor.submit(login, typed(person.email), { form: '/login' });
    expect(page.heading).toBe('Choose a new password');
    expect(toldApp(await visitor.submit(page, CHOSEN, CHOOSE)).get('code')).toBeTruthy();
    // The next request asks for a sign-in like any other, with the new one.
    const next = await given.open(app, visitor, demand);
    const old = await visitor.submit(next, typed(person.email), { form: '/login' });
    expect(old.status).toBe(422);
    const back = await visitor.submit(old, typed(person.email, NEXT), { form: '/login' });
    expect(toldApp(back).get('code')).toBeTruthy();
  });

  test('that lay open for too long asks for the proof once more, and then it ends', async () => {
    const { app, person, visitor } = await signedIn();
    const login = await given.open(app, visitor, { prompt: 'login' });
    const page = await visitor.submit(login, typed(person.email), { form: '/login' });
    given.pass(FRESH_MS + 1000);
    const late = await visitor.submit(page, CHOSEN, CHOOSE);
    expect(asksPassword(late)).toBe(true);
    const again = await visitor.submit(late, typed(person.email), { form: '/login' });
    expect(again.heading).toBe('Choose a new password');
    expect(toldApp(await visitor.submit(again, CHOSEN, CHOOSE)).get('code')).toBeTruthy();
  });

  test('a sign-in with a password that is changed elsewhere meanwhile is worth nothing all the same', async () => {
    const app = await given.party({ requires: ['terms:house'] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person, { prompt: 'login' });
    expect(page.heading).toBe('Please read and accept');
    await given.modules.password.set(person.id, NEXT);
    expect(asksPassword(await visitor.submit(page, {}, ACCEPT))).toBe(true);
  });
});

function linkTo(page: Page, path: string): string {
  const hrefs = [...page.html.matchAll(/href="?([^"\s>]+)/g)].map(([, each = '']) => each);
  const href = hrefs.find((each) => each.startsWith(path));
  if (!href) throw new Error(`no link to ${path} on ${page.url}`);
  return href.replaceAll('&amp;', '&');
}
