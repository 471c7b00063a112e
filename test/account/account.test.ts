import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';

const PASSWORD = 'seven quiet otters drift';
const CALLBACK = 'https://books.example/callback';

let gatehouse: Gatehouse;
let count = 0;

beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse?.close());

async function createPerson(): Promise<string> {
  count += 1;
  const email = `person${count}@example.com`;
  await gatehouse.command(
    'users create',
    { email, name: `Person <${count}>`, 'password-stdin': true },
    { stdin: PASSWORD },
  );
  return email;
}

async function createClient(name: string): Promise<string> {
  const client = await gatehouse.command('clients create', { name, 'redirect-uri': [CALLBACK], type: 'web' });
  return client.client_id ?? '';
}

async function signIn(email: string, headers: Record<string, string> = {}, path = '/account') {
  const visitor = createVisitor(gatehouse.issuer, headers);
  const page = await visitor.submit(await visitor.open(path), { identifier: email, password: PASSWORD });
  return { visitor, page };
}

function askFor(clientId: string, scope = 'openid email'): string {
  return `/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })}`;
}

async function allow(visitor: Visitor, clientId: string): Promise<void> {
  const done = await visitor.submit(await visitor.open(askFor(clientId)), { decision: 'allow' });
  expect(done.url).toMatch(`${CALLBACK}?code=`);
}

const sessionIds = (page: Page) =>
  page.forms.flatMap(({ fields }) => (fields.session === undefined ? [] : [fields.session]));

describe('/account', () => {
  test('signs in through the journey of any app, and comes back to the page that was asked for', async () => {
    const email = await createPerson();
    const { page } = await signIn(email, {}, '/account/applications');
    expect(page).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account/applications` });
    expect(page.trail.some((address) => address.startsWith(`${gatehouse.issuer}/auth/`))).toBe(true);
    expect(page.trail.some((address) => address.includes('/account/callback?'))).toBe(true);
  });

  test('says who you are, with the headers of a signed-in page', async () => {
    const email = await createPerson();
    const { page } = await signIn(email);
    expect(page.html).toContain(email);
    expect(page.html).toContain(`Person &lt;${count}&gt;`);
    expect(page.html).toContain('One browser is signed in.');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toContain('no-store');
  });

  test('a browser that keeps no cookies gets a page and does not go round', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const callback = `${gatehouse.issuer}/account/callback?state=made-up&iss=x`;
    expect(await visitor.open(callback)).toMatchObject({ status: 400, url: callback });
  });

  test('a callback with another state leads a person who is signed in to the account only', async () => {
    const { visitor } = await signIn(await createPerson());
    const page = await visitor.open('/account/callback?state=made-up');
    expect(page.url).toBe(`${gatehouse.issuer}/account`);
  });

  test.each([['applications/withdraw'], ['..'], ['//evil'], ['sign-in'], ['']])(
    'a page that was planted in its cookie is not gone to: %j',
    async (planted) => {
      const { visitor } = await signIn(await createPerson());
      const path = new URL(gatehouse.issuer).pathname;
      visitor.cookies.push({ name: 'gatehouse-account', value: `state.${planted}`, path });
      const page = await visitor.open('/account/callback?state=state');
      expect(page.trail).toEqual([
        `${gatehouse.issuer}/account/callback?state=state`,
        `${gatehouse.issuer}/account`,
      ]);
    },
  );

  test('who is signed in nowhere is offered no way back: there is nothing to go back to', async () => {
    const login = await createVisitor(gatehouse.issuer).open('/account');
    expect(login.heading).toBe('Sign in');
    expect(login.forms.filter(({ action }) => action.includes('/cancel'))).toEqual([]);
  });

  test('signing out has the browser forget the pages it keeps to go back to', async () => {
    const { visitor, page } = await signIn(await createPerson());
    const { action = '', fields } = page.forms.find((form) => form.action.includes('sign-out')) ?? {};
    const answer = await visitor.request('POST', new URL(action, page.url).href, new URLSearchParams(fields));
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([303, '"cache"']);
  });

  test('signing out ends the session for good, also for a copy of its cookie', async () => {
    const { visitor, page } = await signIn(await createPerson());
    const copy = visitor.copy();
    const out = await visitor.submit(page, {}, { form: 'sign-out' });
    expect(out).toMatchObject({ status: 200, heading: 'You are signed out' });
    for (const each of [visitor, copy]) {
      expect(await each.open('/account')).toMatchObject({ heading: 'Sign in' });
    }
  });

  test('shows nothing to a person who was disabled or deleted meanwhile', async () => {
    for (const command of ['users disable', 'users delete']) {
      const email = await createPerson();
      const { visitor } = await signIn(email);
      await gatehouse.command(command, { yes: true }, { positionals: [email] });
      const page = await visitor.open('/account');
      expect(page).toMatchObject({ heading: 'Sign in' });
      expect(page.html).not.toContain(email);
    }
  });
});

describe('/account/sessions', () => {
  test('names each browser, and ends one at its very next request', async () => {
    const email = await createPerson();
    const { visitor } = await signIn(email);
    const phone = await signIn(email, {
      'user-agent':
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    });
    const page = await visitor.open('/account/sessions');
    expect(page.html).toContain('Firefox · Linux');
    expect(page.html).toContain('Safari · iPhone');
    expect(sessionIds(page)).toHaveLength(2);

    const own = sessionIds(await phone.visitor.open('/account/sessions'));
    const form = page.forms.findIndex(
      ({ fields }) => fields.session !== undefined && isOther(page, fields.session),
    );
    const posts = page.forms.filter(({ method }) => method === 'post');
    const ended = await visitor.submit(page, {}, { form: posts.indexOf(page.forms[form]!) });
    expect(ended.html).toContain('That session has ended.');
    expect(sessionIds(ended)).toHaveLength(1);
    expect(own).toHaveLength(2);
    expect(await phone.visitor.open('/account')).toMatchObject({ heading: 'Sign in' });
    expect(await visitor.open('/account')).toMatchObject({ heading: 'Your account' });
  });

  test('ends all others, and keeps this one', async () => {
    const email = await createPerson();
    const others = [await signIn(email), await signIn(email)];
    const { visitor } = await signIn(email);
    const page = await visitor.open('/account/sessions');
    const after = await visitor.submit(page, {}, { form: 'end-others' });
    expect(after.html).toContain('All other sessions have ended.');
    for (const other of others)
      expect(await other.visitor.open('/account')).toMatchObject({ heading: 'Sign in' });
    expect((await visitor.open('/account')).heading).toBe('Your account');
  });

  test('ending this one signs out', async () => {
    const { visitor } = await signIn(await createPerson());
    const page = await visitor.open('/account/sessions');
    expect(await visitor.submit(page, {}, { form: 'sessions/end' })).toMatchObject({
      heading: 'You are signed out',
    });
  });

  test('a person cannot end the session of another one', async () => {
    const victim = await signIn(await createPerson());
    const [id = ''] = sessionIds(await victim.visitor.open('/account/sessions'));
    const { visitor } = await signIn(await createPerson());
    await visitor.submit(await visitor.open('/account/sessions'), { session: id }, { form: 'sessions/end' });
    expect(await victim.visitor.open('/account')).toMatchObject({ heading: 'Your account' });
    expect(await visitor.open('/account')).toMatchObject({ heading: 'Your account' });
  });

  test.each([['sessions/end'], ['end-others'], ['sign-out']])(
    'the form %s is refused from another site and without its token',
    async (form) => {
      const { visitor } = await signIn(await createPerson());
      const page = await visitor.open('/account/sessions');
      const more = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const posts = page.forms.some(({ action }) => action.includes(form)) ? form : 'sign-out';
      expect(await visitor.submit(page, {}, { form: posts, more })).toMatchObject({ status: 403 });
      expect(await visitor.submit(page, { csrf: '' }, { form: posts })).toMatchObject({ status: 403 });
      expect(await visitor.open('/account')).toMatchObject({ heading: 'Your account' });
    },
  );

  test('a user agent can put nothing into the page', async () => {
    const email = await createPerson();
    const { visitor } = await signIn(email, { 'user-agent': '<script>alert(1)</script>/1' });
    expect((await visitor.open('/account/sessions')).html).not.toContain('<script>alert');
  });
});

describe('/account/applications', () => {
  test('lists what was allowed in sentences; after a withdrawal the app has to ask again', async () => {
    const clientId = await createClient('Books <b>&');
    const email = await createPerson();
    const { visitor } = await signIn(email);
    await allow(visitor, clientId);

    const page = await visitor.open('/account/applications');
    expect(page.html).toContain('Books &lt;b&gt;&amp;');
    expect(page.html).toContain('See your e-mail address');
    expect(page.html).not.toContain('<bdi>gatehouse-account');
    expect((await visitor.open(askFor(clientId))).url).toMatch(CALLBACK);

    const after = await visitor.submit(page, {}, { form: 'withdraw' });
    expect(after.html).toContain('is disconnected');
    expect(after.forms.some(({ fields }) => fields.client !== undefined)).toBe(false);
    expect((await visitor.open(askFor(clientId))).heading).toContain('Books');
  });

  test('withdrawing ends the grants of all sessions, and nobody else’s', async () => {
    const clientId = await createClient('Shared app');
    const [email, other] = [await createPerson(), await createPerson()];
    const [first, second, stranger] = [await signIn(email), await signIn(email), await signIn(other)];
    await allow(first.visitor, clientId);
    await allow(stranger.visitor, clientId);
    const page = await second.visitor.open('/account/applications');
    await second.visitor.submit(page, {}, { form: 'withdraw' });
    expect((await first.visitor.open(askFor(clientId))).heading).toContain('Shared app');
    expect((await stranger.visitor.open(askFor(clientId))).url).toMatch(CALLBACK);
  });

  test('a made-up client id changes nothing', async () => {
    const clientId = await createClient('Kept app');
    const { visitor } = await signIn(await createPerson());
    await allow(visitor, clientId);
    const page = await visitor.open('/account/applications');
    for (const client of ['', 'cli_x', 'gatehouse-account', '__proto__']) {
      const after = await visitor.submit(page, { client }, { form: 'withdraw' });
      expect(after.status).toBe(200);
      expect(after.html).toContain('Kept app');
    }
    const events = await gatehouse.modules.audit.list({ event: 'account.consent_withdrawn', limit: 50 });
    expect(events.some((event) => event.clientId === clientId)).toBe(false);
    expect(events.some((event) => event.clientId === 'gatehouse-account')).toBe(false);
  });
});

/** The row of this browser has the tag. */
function isOther(page: Page, session: string): boolean {
  const row = page.html.split('<li>').find((each) => each.includes(session)) ?? '';
  return !row.includes('This device');
}
