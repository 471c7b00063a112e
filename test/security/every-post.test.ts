import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysOf } from '../account/keys.ts';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from '../account/set-up.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';

/** Whoever consents, or has finished, has a session; with a password, and all that there is is proved. */
const SIGNED_IN = [
  'signed in, proved long ago',
  'signed in, proved too little',
  'account question',
  'consent',
  'over',
];

/**
 * A POST handler accepts only what its own page would have shown at that moment. Each POST of the route tables is tried at
 * every standing in which its page is not shown, with a form that is right in all else, and must leave no trace.
 */
const SHOWN_AT: Record<string, readonly string[]> = {
  // Sign-in. "Go back" and "Not you?" begin it anew wherever it is; the offer takes "not now", which is tried by a test of its own.
  '/interaction/:uid/login': ['sign-in'],
  '/interaction/:uid/consent': ['consent'],
  '/interaction/:uid/select-account': ['account question'],
  '/interaction/:uid/cancel': [
    'account question',
    'sign-in',
    'second factor',
    'adding one',
    'offer',
    'more ways',
    'consent',
  ],
  '/interaction/:uid/switch': [
    'account question',
    'sign-in',
    'second factor',
    'adding one',
    'offer',
    'more ways',
    'consent',
  ],
  '/interaction/:uid/later': ['adding one'],
  '/interaction/:uid/enrol/:method': ['adding one'],
  '/interaction/:uid/lost-device': ['second factor'],
  '/interaction/:uid/passkey/options': ['sign-in'],
  // Who has proved everything may end the sign-in by the answer to either offer.
  '/interaction/:uid/passkey/offer': ['offer', 'more ways'],
  '/interaction/:uid/passkey/offer/options': ['offer'],
  '/interaction/:uid/more-ways': ['more ways'],
  '/interaction/:uid/more-ways/options': ['more ways'],
  '/interaction/:uid/more-ways/password': ['more ways'],
  // After a proof elsewhere, which none of these has; and while something is demanded of the person, which is of none.
  '/interaction/:uid/identity/mail': [],
  '/interaction/:uid/identity/code': [],
  '/interaction/:uid/identity/connect': [],
  '/interaction/:uid/identity/create': [],
  '/interaction/:uid/identity/drop': [],
  '/interaction/:uid/required/:step': [],
  '/upstream/:slug/callback': [],
  '/interaction/:uid/:method': ['sign-in', 'second factor'],
  // By a link: nowhere without it.
  '/first-administrator': [],
  '/set-password': [],
  '/new-device': [],
  '/new-credential': [],
  // Recovery
  '/recovery': ['anywhere'],
  '/recovery/link': [],
  '/recovery/started': [],
  '/recovery/steps/:id/code': ['recovery: mailed'],
  '/recovery/steps/:id/ways/:method': ['recovery: second factor'],
  '/recovery/steps/:id/password': ['recovery: password'],
  // Registration
  '/registration': ['anywhere'],
  '/registration/link': [],
  '/registration/steps/:id/code': ['registration: mailed'],
  // Who was asked for a passkey may still go back to the page before it: there is no account yet.
  '/registration/steps/:id/details': ['registration: details', 'registration: passkey'],
  '/registration/steps/:id/by-mail': ['registration: details', 'registration: passkey'],
  '/registration/steps/:id/passkey-instead': ['registration: details', 'registration: passkey'],
  '/registration/steps/:id/passkey': ['registration: passkey'],
  // The account
  '/account/profile': SIGNED_IN,
  '/account/email': ['account question', 'consent', 'over'],
  '/account/email/confirm': [],
  '/account/email/undo': [],
  '/account/password': ['signed in, proved long ago', 'account question', 'consent', 'over'],
  '/account/security/forget-device': ['signed in, proved too little', 'account question', 'consent', 'over'],
  '/account/security/forget-devices': ['signed in, proved too little', 'account question', 'consent', 'over'],
  '/account/security/:method/add': ['account question', 'consent', 'over'],
  '/account/security/:method/connect': [],
  '/account/security/:method/rename': SIGNED_IN,
  '/account/security/:method/remove': ['account question', 'consent', 'over'],
  '/account/lost-device': SIGNED_IN,
  // Where nothing waits there is nothing to stop.
  '/account/lost-device/keep': [],
  '/account/lost-device/cancel': [],
  '/account/sessions/end': ['signed in, proved too little', 'account question', 'consent', 'over'],
  '/account/sessions/end-others': ['signed in, proved too little', 'account question', 'consent', 'over'],
  '/account/applications/withdraw': SIGNED_IN,
  '/account/api-keys/add': ['account question', 'consent', 'over'],
  '/account/api-keys/renew': ['account question', 'consent', 'over'],
  '/account/api-keys/end': SIGNED_IN,
  '/account/data/export': ['account question', 'consent', 'over'],
  '/account/delete': ['account question', 'consent', 'over'],
  '/account/sign-out': SIGNED_IN,
  // Methods. The text file holds what the page that asks for it had shown, and changes nothing.
  '/backup-codes/download': ['anywhere'],
  '/email/here': [],
  '/email/use': [],
};

const CALLBACK = 'https://books.example/callback';
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');

/** Where a browser stands: what its addresses hold, and the page that it looks at. */
type Standing = { visitor: Visitor; page: Page; id?: string; person?: { id: string; email: string } };

let account: Account;
let keys: ReturnType<typeof keysOf>;
/** For which people make API keys. */
let apiId: string;
const standings = new Map<string, Standing>();

beforeAll(async () => {
  const often = [{ points: 10_000, perSeconds: 60 }];
  const limits = { address: often, knownDevice: often, browser: often, network: often };
  account = await startAccount({
    settings: {
      registration: { mode: 'open', domains: [], ttlSeconds: 600, invitationTtlSeconds: 86_400, limits },
    },
  });
  keys = keysOf(account);
  const offering = { name: 'Books', 'redirect-uri': [CALLBACK], type: 'web', 'first-party': true };
  const own = await account.command('clients create', offering);
  const strict = await account.command('clients create', { ...offering, 'second-factor': 'required' });
  const foreign = await account.command('clients create', { ...offering, 'first-party': false });

  const api = { identifier: 'https://api.example', scope: ['read=Read'], 'api-keys': 'self-service' };
  await account.command('resource-servers create', api);
  apiId = (await account.modules.resourceServers.get(api.identifier)).id;

  const stale = await account.createPerson();
  const staleOne = await account.signIn(stale);
  standings.set('signed in, proved long ago', { ...staleOne, person: stale });
  account.passTime(FIVE_MINUTES + 2_000);
  await standAtSignIn('sign-in', own.client_id);
  await standAtSignIn('second factor', own.client_id, { hasApp: true });
  await standAtSignIn('adding one', strict.client_id, {});
  await standAtSignIn('offer', own.client_id, { keepsPasskeys: true });
  await standAtMoreWays('more ways', own.client_id);
  await standAtSignIn('consent', foreign.client_id, {});
  await standAtQuestion('account question', own.client_id);
  await standAtSignIn('over', own.client_id, {});
  await standInAnother('another browser', 'sign-in');

  await standAtRecovery('recovery: mailed');
  await standAtRecovery('recovery: second factor', { isProved: true, hasApp: true });
  await standAtRecovery('recovery: password', { isProved: true });
  await standInAnother('recovery: another browser', 'recovery: password');

  await standAtRegistration('registration: mailed');
  await standAtRegistration('registration: details', 'proved');
  await standAtRegistration('registration: passkey', 'for a passkey');
  await standInAnother('registration: another browser', 'registration: details');

  const weak = await account.createPerson();
  await keys.givePasskey(weak);
  standings.set('signed out', { visitor: createVisitor(account.issuer), page: await aPage() });
  standings.set('signed in, proved too little', { ...(await account.signIn(weak)), person: weak });
});
afterAll(() => account?.close());

test('every POST of the route tables has a row', () => {
  const routes = Object.values(account.app.routes).flat();
  const posts = routes.filter(({ method }) => method === 'POST').map(({ path }) => path);
  expect([...new Set(posts)].sort()).toEqual(Object.keys(SHOWN_AT).sort());
  const names = new Set(['anywhere', ...standings.keys()]);
  expect(
    Object.values(SHOWN_AT)
      .flat()
      .filter((name) => !names.has(name)),
  ).toEqual([]);
});

test.each(Object.entries(SHOWN_AT))(
  '%s changes nothing where its page is not shown',
  async (path, shownAt) => {
    if (shownAt.includes('anywhere')) return expect(path).toMatch(/^\/(recovery|registration|backup-codes)/);
    for (const [name, standing] of standings) {
      for (const address of addressesOf(path, standing)) {
        if (shownAt.includes(name) && isItsOwn(address, name)) continue;
        const before = await dump();
        const csrf = csrfOf(standing.page) || csrfOf(await standing.visitor.open('/recovery'));
        const fields = fieldsFor(standing);
        const session = standing.visitor.cookies.find(({ name: cookie }) =>
          cookie.endsWith('-session'),
        )?.value;
        await standing.visitor.request('POST', `${account.issuer}${address}`, body({ csrf, ...fields }));
        expect([name, address, await dump()]).toEqual([name, address, before]);
        const after = standing.visitor.cookies.find(({ name: cookie }) => cookie.endsWith('-session'))?.value;
        expect([name, address, after]).toEqual([name, address, session]);
      }
    }
  },
  60_000,
);

test('the standings stand as before', async () => {
  for (const [name, { visitor, page }] of standings) {
    if (/another|over|signed out|long ago/.test(name)) continue;
    const again = await visitor.open(page.url);
    expect([name, again.heading]).toEqual([name, page.heading]);
  }
});

test('"not now" and "don’t ask again" are taken wherever a sign-in is complete', async () => {
  for (const answer of ['later', 'never']) {
    const standing = await signInTo(String((await ownClient()).client_id), { keepsPasskeys: true });
    const { visitor, page, person } = standing;
    // Nothing is offered any more: the app that was connected meanwhile was not asked for.
    if (answer === 'later' && person) await keys.giveBackupCodes(person);
    const done = await visitor.post(stepOf(page, 'passkey/offer'), { csrf: csrfOf(page), answer });
    expect(done.url).toContain(`${CALLBACK}?code=`);
  }

  async function ownClient() {
    return account.command('clients create', {
      name: 'B',
      'redirect-uri': [CALLBACK],
      type: 'web',
      'first-party': true,
    });
  }
});

/** A form that is right for every handler, as far as it can be from here. */
function fieldsFor({ person }: Standing): Record<string, string> {
  const { email = 'nobody@example.com' } = person ?? {};
  return {
    identifier: email,
    email: 'thief@example.com',
    password: PASSWORD,
    again: PASSWORD,
    current: PASSWORD,
    name: 'Thief',
    code: '123456',
    codes: 'nonsense',
    token: 'nonsense',
    handle: 'nonsense',
    credential: 'password',
    answer: 'allow',
    decision: 'allow',
    allow: 'yes',
    sure: 'yes',
    saved: 'yes',
    session: 'another',
    device: 'rdv_x',
    client: 'another',
    api: apiId,
    'scope:read': 'yes',
    key: 'another',
    attempt: 'nonsense',
  };
}

/** The path with the ids of this standing; of each method that could be meant. */
function addressesOf(path: string, { id = 'nothing', page }: Standing): string[] {
  const withId = path.replace(/:(uid|id)/, id);
  const query = path.startsWith('/interaction') ? new URL(page.url).search : '';
  if (!withId.includes(':method')) return [withId + query];
  return ['password', 'totp', 'passkey', 'backup-codes', 'email'].map(
    (method) => withId.replace(':method', method) + query,
  );
}

/** Of the routes that are all methods': which of them the standing shows. */
function isItsOwn(address: string, name: string): boolean {
  const [method] = /(password|totp|passkey|backup-codes|email)(?=\?|$)/.exec(address) ?? [];
  if (/^\/interaction\/[^/]+\/[a-z-]+(\?|$)/.test(address)) {
    if (name === 'sign-in') return !/\/(password|totp|backup-codes)(\?|$)/.test(address);
    return name !== 'second factor' || /\/(totp|cancel|switch|lost-device)(\?|$)/.test(address);
  }
  if (address.includes('/enrol/')) return method === 'totp' || method === 'passkey';
  if (address.includes('/ways/')) return method === 'totp';
  return true;
}

/** Everything that is stored, without what any request leaves: counters, times of visits, sealed sign-ins under way. */
async function dump(): Promise<Record<string, unknown[]>> {
  const { db } = account.modules;
  const tables = await db.raw<{ name: string }>(
    "select name from sqlite_master where type = 'table' order by name",
  );
  const kept = tables.filter(({ name }) => !VOLATILE.has(name));
  const rows = await Promise.all(
    kept.map(async ({ name }) => [name, await db.raw(`select * from "${name}"`)] as const),
  );
  const sessions = await db.raw('select uid, user_id from sessions order by uid');
  return { ...Object.fromEntries(rows), sessions };
}

const VOLATILE = new Set([
  'artifacts',
  'sessions',
  'rate_limits',
  'one_time_memory',
  'leases',
  'sqlite_sequence',
]);

function ask(clientId: string): string {
  return `/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  })}`;
}

type Has = { hasApp?: boolean; keepsPasskeys?: boolean };

/** The page after the password, or the first one when nobody is said to sign in. */
async function signInTo(clientId: string, has?: Has): Promise<Standing> {
  const visitor = createVisitor(account.issuer);
  const login = await visitor.open(ask(clientId));
  const id = /\/interaction\/([^/?]+)/.exec(login.url)?.[1] ?? '';
  if (!has) return { visitor, page: login, id };
  const person = await account.createPerson();
  if (has.hasApp) await keys.giveApp(person);
  // The script of the page says what the browser can do with passkeys.
  const can = has.keepsPasskeys ? 'ask' : '';
  await visitor.request(
    'POST',
    new URL(stepOf(login, 'passkey/options'), account.issuer).href,
    body({ csrf: csrfOf(login), tried: '', quiet: '', can }),
  );
  const typed = { identifier: person.email, password: PASSWORD };
  const page = await visitor.submit(login, typed, { form: '/login' });
  const uid = /\/interaction\/([^/?]+)/.exec(page.url)?.[1] ?? id;
  return { visitor, page: page.url.startsWith(account.issuer) ? page : login, id: uid, person };
}

async function standAtSignIn(name: string, clientId = '', has?: Has): Promise<void> {
  const standing = await signInTo(clientId, has);
  const where = { 'second factor': /\/totp/, 'adding one': /interaction/, offer: /passkey\/offer/ }[name];
  if (where) expect([name, standing.page.url]).toEqual([name, expect.stringMatching(where)]);
  standings.set(name, standing);
}

/** Somebody with a mailbox alone, at a later sign-in. */
async function standAtMoreWays(name: string, clientId = ''): Promise<void> {
  const email = 'mailbox-alone@example.com';
  const first = createVisitor(account.issuer);
  const asked = await first.submit(await first.open('/registration'), { email }, { form: '/registration' });
  const details = await first.submit(asked, { code: await codeTo(email) }, { form: '/code' });
  await first.post(`${details.url}/by-mail`, { csrf: csrfOf(details), name: 'Ana' });
  const visitor = createVisitor(account.issuer);
  const login = await visitor.open(ask(clientId));
  const form = await visitor.open(new URL(stepOf(login, 'email'), account.issuer).href);
  const sent = await visitor.submit(form, { identifier: email }, { form: '/email' });
  const page = await visitor.submit(sent, { code: await codeTo(email) }, { form: '/email' });
  expect(page.url).toContain('/more-ways');
  const id = /\/interaction\/([^/?]+)/.exec(page.url)?.[1] ?? '';
  const person = await account.modules.users.findByEmail(email);
  standings.set(name, { visitor, page, id, ...(person ? { person } : {}) });
}

async function standAtQuestion(name: string, clientId = ''): Promise<void> {
  const { visitor, person } = await signInTo(clientId, {});
  const page = await visitor.open(`${ask(clientId)}&prompt=select_account`);
  expect(page.heading).toBe('Choose an account');
  const id = /\/interaction\/([^/?]+)/.exec(page.url)?.[1] ?? '';
  standings.set(name, { visitor, page, id, ...(person ? { person } : {}) });
}

async function standInAnother(name: string, other: string): Promise<void> {
  const standing = standings.get(other);
  if (!standing) throw new Error(other);
  const visitor = createVisitor(account.issuer);
  standings.set(name, {
    ...standing,
    visitor,
    page: { ...standing.page, ...(await pageFor(visitor, standing)) },
  });
}

/** Its own form token, at the other one's address. */
async function pageFor(visitor: Visitor, { page }: Standing): Promise<Partial<Page>> {
  const { forms } = await visitor.open('/recovery');
  return { forms, url: page.url };
}

async function standAtRecovery(name: string, { isProved = false, hasApp = false } = {}): Promise<void> {
  const person = await account.createPerson();
  if (hasApp) await keys.giveApp(person);
  const visitor = createVisitor(account.issuer);
  let page = await visitor.submit(
    await visitor.open('/recovery'),
    { email: person.email },
    { form: '/recovery' },
  );
  const id = /\/steps\/([^/?]+)/.exec(page.url)?.[1] ?? '';
  if (isProved) page = await visitor.submit(page, { code: await codeTo(person.email) }, { form: '/code' });
  standings.set(name, { visitor, page, id, person });
}

async function standAtRegistration(name: string, until?: 'proved' | 'for a passkey'): Promise<void> {
  const email = `${name.replaceAll(/\W/g, '')}@example.com`;
  const visitor = createVisitor(account.issuer);
  let page = await visitor.submit(await visitor.open('/registration'), { email }, { form: '/registration' });
  const id = /\/steps\/([^/?]+)/.exec(page.url)?.[1] ?? '';
  if (until) page = await visitor.submit(page, { code: await codeTo(email) }, { form: '/code' });
  if (until === 'for a passkey') {
    page = await visitor.post(`/registration/steps/${id}/passkey-instead`, {
      csrf: csrfOf(page),
      name: 'Ana',
    });
    expect(page.url).toContain('/passkey');
  }
  standings.set(name, { visitor, page, id });
}

async function codeTo(email: string): Promise<string> {
  const [mail] = await account.mailsTo(email);
  return /^\d{6}$/m.exec(mail?.text ?? '')?.[0] ?? '';
}

async function aPage(): Promise<Page> {
  return createVisitor(account.issuer).open('/recovery');
}

function stepOf(page: Page, step: string): string {
  const url = new URL(page.url);
  return `/interaction/${url.pathname.split('/')[2]}/${step}${url.search}`;
}

const body = (fields: Record<string, string>) => new URLSearchParams(fields);
const csrfOf = ({ forms }: Page) => forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
