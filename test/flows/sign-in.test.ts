import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

const PASSWORD = 'seven quiet otters drift';
const CALLBACK = 'https://books.example/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let gatehouse: Gatehouse;
/** An app that nobody has allowed anything yet: a new one for each test. */
let books: string;
let shelf: string;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  for (const [email, name] of [
    ['ana@example.com', 'Ana Lima'],
    ['bob@example.com', 'Bob Stone'],
    ['dan@example.com', 'Dan Gone'],
  ] as const) {
    await gatehouse.command('users create', { email, name, 'password-stdin': true }, { stdin: PASSWORD });
  }
  await gatehouse.command('users disable', {}, { positionals: ['dan@example.com'] });
  await gatehouse.command('resource-servers create', {
    identifier: 'https://api.example',
    name: 'Shelf',
    scope: ['books:*=Read and change your shelf'],
  });
  shelf = await createClient('Shelf app');
});

beforeEach(async () => {
  books = await createClient('Books <b>&"\'');
});

async function createClient(name: string): Promise<string> {
  const client = await gatehouse.command('clients create', { name, 'redirect-uri': [CALLBACK], type: 'web' });
  return client.client_id ?? '';
}

afterAll(() => gatehouse?.close());

function ask(values: Record<string, string> = {}): string {
  return `${gatehouse.issuer}/auth?${new URLSearchParams({
    client_id: books,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid profile email',
    state: 's1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...values,
  })}`;
}

const endInteractions = () =>
  gatehouse.modules.db('artifacts').where({ model: 'Interaction' }).update({ expires_at: 1 });

const newVisitor = () => createVisitor(gatehouse.issuer);

async function signIn(visitor: Visitor, values: Record<string, string> = {}, email = 'ana@example.com') {
  const login = await visitor.open(ask(values));
  return visitor.submit(login, { identifier: email, password: PASSWORD });
}

function answerOf(page: Page): Record<string, string> {
  expect(page.url).toMatch(`${CALLBACK}?`);
  return Object.fromEntries(new URL(page.url).searchParams);
}

test('signs a person in, asks for consent, and gives the app its code', async () => {
  const visitor = newVisitor();
  const login = await visitor.open(ask());
  expect(login).toMatchObject({ status: 200, heading: 'Sign in' });
  expect(login.html).toContain('books.example');

  const consent = await visitor.submit(login, { identifier: 'Ana@Example.com', password: PASSWORD });
  expect(consent.status).toBe(200);
  expect(consent.heading).toContain('Books');
  expect(consent.html).toContain('ana@example.com');

  const answer = answerOf(await visitor.submit(consent, { decision: 'allow' }));
  expect(answer).toMatchObject({ state: 's1', iss: gatehouse.issuer, code: expect.any(String) });
});

test('asks for consent once for each app and set of scopes', async () => {
  const visitor = newVisitor();
  const consent = await signIn(visitor, { client_id: shelf, scope: 'openid' });
  await visitor.submit(consent, { decision: 'allow' });
  expect(answerOf(await visitor.open(ask({ client_id: shelf, scope: 'openid' }))).code).toBeDefined();

  // Another browser of the same person is not asked again, either.
  const answer = answerOf(await signIn(newVisitor(), { client_id: shelf, scope: 'openid' }));
  expect(answer.code).toBeDefined();

  const more = await visitor.open(ask({ client_id: shelf, scope: 'openid email' }));
  expect(more.heading).toContain('Shelf app');
  expect(more.html).toContain('See your e-mail address');
  expect(more.html).not.toContain('Know who you are');
});

test('tells the scopes of a resource server in the words of its operator', async () => {
  const consent = await signIn(newVisitor(), { scope: 'openid books:*', resource: 'https://api.example' });
  expect(consent.html).toContain('Read and change your shelf');
});

test('a person who denies sends the app access_denied, and is asked again the next time', async () => {
  const visitor = newVisitor();
  const consent = await signIn(visitor, {}, 'bob@example.com');
  const denied = answerOf(await visitor.submit(consent, { decision: 'deny' }));
  expect(denied).toMatchObject({ error: 'access_denied', state: 's1', iss: gatehouse.issuer });
  expect((await visitor.open(ask())).heading).toContain('Books');
});

test('a person who cancels goes back to the app with access_denied', async () => {
  const visitor = newVisitor();
  const login = await visitor.open(ask());
  const left = await visitor.submit(login, {}, { form: '/cancel' });
  expect(answerOf(left)).toMatchObject({ error: 'access_denied', state: 's1' });
});

test('the addresses of going back and of being somebody else change nothing when they are opened', async () => {
  const visitor = newVisitor();
  const login = await visitor.open(ask());
  for (const step of ['cancel', 'switch']) {
    const opened = await visitor.open(login.url.replace('?', `/${step}?`));
    expect([step, opened.status, opened.heading]).toEqual([step, 200, 'Sign in']);
  }
  const consent = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
  for (const step of ['cancel', 'switch']) {
    const opened = await visitor.open(consent.url.replace('?', `/${step}?`));
    expect([step, opened.heading]).toEqual([step, consent.heading]);
  }
  const answer = answerOf(await visitor.submit(consent, { decision: 'allow' }));
  expect(answer.code).toBeDefined();
});

test('a cancel before a proof is counted and leaves no row in the audit; one after a proof does', async () => {
  const cancels = () => gatehouse.modules.audit.list({ event: 'interaction.cancelled' });
  const before = (await cancels()).length;
  for (let each = 0; each < 3; each += 1) {
    const visitor = newVisitor();
    await visitor.submit(await visitor.open(ask()), {}, { form: '/cancel' });
  }
  expect(await cancels()).toHaveLength(before);
  const visitor = newVisitor();
  await signIn(visitor);
  await visitor.submit(await visitor.open(ask({ prompt: 'login' })), {}, { form: '/cancel' });
  const [newest] = await cancels();
  expect(newest).toMatchObject({ clientId: books, userId: expect.stringMatching(/^usr_/) });
  expect(await cancels()).toHaveLength(before + 1);
});

describe('refusals', () => {
  test('are one page, whatever the reason', async () => {
    const pages: Page[] = [];
    for (const [identifier, password] of [
      ['ana@example.com', 'not the right password'],
      ['nobody@example.com', PASSWORD],
      ['dan@example.com', PASSWORD],
      ['', ''],
      ['ana@example.com', 'x'.repeat(5000)],
    ] as const) {
      const visitor = newVisitor();
      const login = await visitor.open(ask());
      pages.push(await visitor.submit(login, { identifier, password }));
    }
    const comparable = pages.map(({ status, title, html, headers }) => ({
      status,
      title,
      cookies: headers.getSetCookie(),
      html: html
        .replaceAll(/interaction\/[\w-]+/g, '')
        .replaceAll(/for=[\w-]+/g, '')
        .replaceAll(/app=[\w.%-]+/g, '')
        .replaceAll(/nonce="?[\w-]+"?/g, '')
        .replaceAll(/(?<=name="(?:csrf|app)" value=")[\w.-]+/g, '')
        .replaceAll(/(?<=id="identifier"[^>]*value=")[^"]*/g, ''),
    }));
    for (const each of comparable) expect(each).toEqual(comparable[0]);
    expect(comparable[0]).toMatchObject({
      status: 422,
      title: expect.stringMatching(/^Error:/),
      cookies: [],
    });
  });

  test('keep what was typed as the name, and never the password', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const refused = await visitor.submit(login, {
      identifier: 'a"><i>x@example.com',
      password: 'secret words',
    });
    expect(refused.html).toContain('value="a&quot;&gt;&lt;i&gt;x@example.com"');
    expect(refused.html).not.toContain('secret words');
    expect(refused.html).toContain('role="alert"');
  });

  test('slow down after a while, say for how long, and let the right password in afterwards', async () => {
    const visitor = newVisitor();
    let page = await visitor.open(ask());
    for (let tries = 0; tries < 40 && page.status !== 429; tries += 1) {
      page = await visitor.submit(page, { identifier: 'slow@example.com', password: 'wrong wrong wrong' });
    }
    expect(page.status).toBe(429);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(page.headers.get('ratelimit')).toMatch(/^"sign-in";r=0;t=\d+$/);
    expect(page.forms.length).toBeGreaterThan(0);
  });
});

describe('swaps', () => {
  test('the interaction of another browser is none', async () => {
    const login = await newVisitor().open(ask());
    const stranger = newVisitor();
    const own = await stranger.open(ask({ client_id: shelf }));
    const csrf = own.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    const opened = await stranger.open(login.url);
    expect(opened).toMatchObject({ status: 200, heading: 'Sign in' });
    expect(new URL(opened.url).pathname).not.toBe(new URL(login.url).pathname);
    const action = login.forms.find(({ method }) => method === 'post')?.action ?? '';
    const page = await stranger.post(action, { csrf, identifier: 'ana@example.com', password: PASSWORD });
    expect(page).toMatchObject({ status: 200, heading: 'Sign in' });
    expect((await stranger.open('/account')).heading).toBe('Sign in');
  });

  test('a cookie that was moved to another interaction opens nothing', async () => {
    const visitor = newVisitor();
    const first = await visitor.open(ask());
    const second = await visitor.open(ask({ client_id: shelf }));
    const [cookie] = visitor.cookies.filter(({ path }) => new URL(first.url).pathname === path);
    const moved = visitor.copy();
    const path = new URL(second.url).pathname;
    moved.cookies.splice(0, moved.cookies.length, ...moved.cookies.filter((each) => each.path !== path));
    moved.cookies.push({ name: cookie?.name ?? '', value: cookie?.value ?? '', path });
    expect(await moved.open(second.url)).toMatchObject({ status: 410 });
  });

  test('the consent form is worth nothing at the login step', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const csrf = login.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    const page = await visitor.post(`${new URL(login.url).pathname}/consent`, { csrf, decision: 'allow' });
    expect(page).toMatchObject({ status: 200, heading: 'Sign in' });
  });

  test('a login form that is sent at the consent step changes nobody', async () => {
    const visitor = newVisitor();
    const consent = await signIn(visitor, {}, 'bob@example.com');
    const csrf = consent.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    const page = await visitor.post(`${new URL(consent.url).pathname}/login`, {
      csrf,
      identifier: 'ana@example.com',
      password: PASSWORD,
    });
    expect(page.heading).toContain('Books');
    expect(page.html).toContain('bob@example.com');
  });

  test('the form of an older step, sent again, leads on and changes nothing', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const consent = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
    expect(consent.status).toBe(200);
    const again = await visitor.submit(login, { identifier: 'bob@example.com', password: PASSWORD });
    expect(again).toMatchObject({ status: 200, heading: 'You’re signed in' });
    expect((await visitor.open(consent.url)).html).not.toContain('bob@example.com');
  });

  test.each([
    ['without a token', {}, { csrf: '' }],
    ['with the token of another browser', {}, {}],
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, undefined],
    ['from a sibling site', { 'sec-fetch-site': 'same-site' }, undefined],
  ])('a form %s is refused', async (_title, more, fields) => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const stranger = await newVisitor().open(ask());
    const foreign = stranger.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    const page = await visitor.submit(
      login,
      {
        identifier: 'ana@example.com',
        password: PASSWORD,
        ...(fields && !('csrf' in fields) ? { csrf: foreign } : fields),
      },
      { more },
    );
    expect(page.status).toBe(403);
    expect(await visitor.open(`${gatehouse.issuer}/account`)).toMatchObject({ heading: 'Sign in' });
  });
});

describe('pages that are over', () => {
  test('after a sign-in the back button leads on', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const consent = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
    const back = await visitor.open(login.url);
    expect(back).toMatchObject({ status: 200, heading: 'You’re signed in' });
    expect(back.html).toContain('href="https://books.example/"');

    const resumed = consent.trail.find((address) => address.includes('/auth/')) ?? '';
    expect(await visitor.open(resumed)).toMatchObject({ status: 200, heading: 'You’re signed in' });
  });

  test('a page that was open too long leads back to its app', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    await endInteractions();
    const over = await visitor.open(login.url);
    expect(over).toMatchObject({ status: 410, heading: 'This page has been open too long' });
    expect(over.html).toContain('href="https://books.example/"');
  });

  test('an address that names an app of somebody’s choice is not believed', async () => {
    const visitor = newVisitor();
    const login = new URL((await visitor.open(ask())).url);
    const other = new URL((await visitor.open(ask({ client_id: shelf }))).url);
    login.searchParams.set('app', other.searchParams.get('app') ?? '');
    await endInteractions();
    const over = await visitor.open(login.href);
    expect(over).toMatchObject({ status: 410 });
    expect(over.html).not.toContain('books.example');
    expect(over.html).toContain('/account"');
  });

  test('two sign-ins in two tabs do not disturb each other', async () => {
    const visitor = newVisitor();
    const first = await visitor.open(ask({ state: 'one' }));
    const second = await visitor.open(ask({ state: 'two', client_id: shelf }));
    let page = await visitor.submit(first, { identifier: 'ana@example.com', password: PASSWORD });
    if (page.forms.length > 0) page = await visitor.submit(page, { decision: 'allow' });
    expect(answerOf(page).state).toBe('one');
    // Signed in meanwhile: the other tab goes on without asking for the password again.
    const other = await visitor.open(second.url);
    expect(other.heading).not.toBe('Sign in');
  });

  test('of two presses at once one signs in, and the other leads on', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const typed = { identifier: 'ana@example.com', password: PASSWORD };
    const pages = await Promise.all([visitor.submit(login, typed), visitor.submit(login, typed)]);
    expect(pages.some(({ heading }) => heading.includes('Books'))).toBe(true);
    for (const page of pages) expect([200, 410]).toContain(page.status);
    expect((await visitor.open('/account')).html).toContain('ana@example.com');
  });
});

describe('another person', () => {
  test('may switch at the consent page, and nobody is signed out before that person has proved it', async () => {
    const visitor = newVisitor();
    const consent = await signIn(visitor, { prompt: 'consent' });
    const login = await visitor.submit(consent, {}, { form: '/switch' });
    expect(login).toMatchObject({ status: 200, heading: 'Sign in' });
    expect(login.html).not.toMatch(/<input[^>]* readonly/);
    expect((await visitor.copy().open('/account')).html).toContain('ana@example.com');

    const asBob = await visitor.submit(login, { identifier: 'bob@example.com', password: PASSWORD });
    expect(asBob.html).toContain('bob@example.com');
    expect((await visitor.open('/account')).html).toContain('bob@example.com');
  });

  test('ends the session of the one before for good', async () => {
    const visitor = newVisitor();
    await signIn(visitor);
    const before = visitor.copy();
    const login = await visitor.open(ask({ prompt: 'login' }));
    const open = await visitor.submit(login, {}, { form: '/switch' });
    await visitor.submit(open, { identifier: 'bob@example.com', password: PASSWORD });
    expect(await before.open('/account')).toMatchObject({ heading: 'Sign in' });
  });

  test('cannot take the place of the one who is asked to prove it again', async () => {
    const visitor = newVisitor();
    await signIn(visitor);
    const login = await visitor.open(ask({ prompt: 'login' }));
    expect(login.html).toMatch(/id="identifier"[^>]*value="ana@example\.com"[^>]*readonly/);
    // Whatever the form says, it is Ana who is asked: Bob's password would have to be hers.
    const page = await visitor.submit(login, { identifier: 'bob@example.com', password: PASSWORD });
    expect(page.html).not.toContain('bob@example.com');
    expect((await visitor.open('/account')).html).toContain('ana@example.com');
  });
});

test('speaks the language the app asks for, and keeps the one the person chooses', async () => {
  const visitor = newVisitor();
  const login = await visitor.open(ask({ ui_locales: 'de' }));
  expect(login.html).toContain('lang="de"');
  const chosen = await visitor.open(`${login.url}&ui_locales=en`);
  expect(chosen.html).toContain('<html lang="en"');
  const refused = await visitor.submit(chosen, { identifier: 'ana@example.com', password: 'wrong wrong' });
  expect(refused.html).toContain('<html lang="en"');
  const consent = await visitor.submit(refused, { identifier: 'ana@example.com', password: PASSWORD });
  expect(consent.html).toContain('<html lang="en"');
});

test('no page of a sign-in can be made to lead elsewhere', async () => {
  for (const address of [
    ask({ redirect_uri: 'https://evil.example/callback' }),
    ask({ redirect_uri: `${CALLBACK}/../evil` }),
    ask({ client_id: 'cli_unknown' }),
    '/account/callback?state=x&redirect_uri=https://evil.example',
    '/account/sign-in?to=https://evil.example',
    '/interaction/..%2f..%2fevil.example/login?app=x',
    '/interaction/%0d%0aLocation:https:%2f%2fevil.example',
  ]) {
    const page = await newVisitor().open(address);
    expect(new URL(page.url).origin).toBe(new URL(gatehouse.issuer).origin);
    expect(page.html).not.toMatch(/(?:href|action)="(?:[a-z]+:)?[/\\]{2}[^"]*evil/);
    expect(page.status).toBeLessThan(500);
  }
});

test('remembers a device only when asked: the cookie of a session ends with the browser', async () => {
  const sessionCookie = async (typed: Record<string, string>) => {
    const visitor = newVisitor();
    const login = await visitor.open(ask());
    const form = login.forms.find(({ method }) => method === 'post');
    const posted = await visitor.request(
      'POST',
      new URL(form?.action ?? '', login.url).href,
      new URLSearchParams({ ...form?.fields, identifier: 'ana@example.com', password: PASSWORD, ...typed }),
    );
    const resumed = await visitor.request('GET', posted.headers.get('location') ?? '');
    return resumed.headers.getSetCookie().find((line) => /session=/.test(line)) ?? '';
  };
  expect(await sessionCookie({})).not.toMatch(/expires=|max-age=/i);
  expect(await sessionCookie({ remember: 'yes' })).toMatch(/expires=/i);
});

test('leaves in the audit who signed in and what was decided, and no secret', async () => {
  const visitor = newVisitor();
  const consent = await signIn(visitor, {}, 'bob@example.com');
  await visitor.submit(consent, { decision: 'allow' });
  const events = await gatehouse.modules.audit.list({ limit: 200 });
  const ours = events.filter(({ clientId }) => clientId === books);
  expect(ours.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual(
    expect.arrayContaining([
      'password.proved success',
      'interaction.signed_in success',
      'interaction.consent_given success',
    ]),
  );
  const text = JSON.stringify(events);
  for (const secret of [PASSWORD, ...visitor.cookies.map(({ value }) => value)]) {
    expect(text).not.toContain(secret);
  }
});
