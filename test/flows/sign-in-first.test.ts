import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor } from './visitor.ts';

const PASSWORD = 'seven quiet otters drift';
const ANA = { name: 'Ana Lima', email: 'ana@example.com', password: PASSWORD, again: PASSWORD };

eachDatabase('the first administrator', (dialect) => {
  let gatehouse: Gatehouse;
  let link: string;

  beforeEach(async () => {
    gatehouse = await startGatehouse({ dialect });
    link = (await gatehouse.app.firstAdministratorUrl()) ?? '';
    return () => gatehouse.close();
  }, 60_000);

  test('is made by the printed link and lands in the own account, signed in', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    expect(await visitor.open('/')).toMatchObject({ status: 200, heading: 'Your gatehouse stands' });

    const form = await visitor.open(link);
    expect(form).toMatchObject({ status: 200, heading: 'Make the first administrator' });
    const account = await visitor.submit(form, ANA);
    expect(account.trail.at(-1)).toBe(`${gatehouse.issuer}/account`);
    expect(account.html).toContain('Ana Lima');
    expect(account.html).toContain('Administrator');

    expect((await visitor.open('/')).url).toBe(`${gatehouse.issuer}/account`);
    expect(await gatehouse.app.firstAdministratorUrl()).toBeUndefined();
  });

  test('opening the link spends nothing, and a mistake in the form leaves it as it was', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    await visitor.request('HEAD', link);
    let page = await visitor.open(link);
    for (const [typed, problem] of [
      [{ ...ANA, password: 'too short' }, 'at least 15 characters'],
      [{ ...ANA, email: 'nowhere' }, 'has one @'],
      [{ ...ANA, email: '' }, 'has one @'],
      [{ ...ANA, name: ' ' }, 'Type your name'],
      [{ ...ANA, name: 'Ana\u202e\u0007' }, 'Type your name'],
      [{ ...ANA, password: '' }, 'Type a password'],
      [{ ...ANA, password: 'ana@example.com Ana Lima' }, 'your e-mail or our name'],
      [{ ...ANA, again: '' }, 'The two passwords differ'],
      [{ ...ANA, again: 'something else entirely' }, 'The two passwords differ'],
    ] as const) {
      page = await visitor.submit(page, { ...typed });
      expect(page).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
      expect(page.html.toLowerCase()).toContain(problem.toLowerCase());
      expect(page.html).not.toContain(PASSWORD);
    }
    expect((await visitor.submit(page, ANA)).url).toBe(`${gatehouse.issuer}/account`);
  });

  test('of fifty presses at once one makes an administrator', async () => {
    const visitors = Array.from({ length: 50 }, () => createVisitor(gatehouse.issuer));
    const forms = await Promise.all(visitors.map((visitor) => visitor.open(link)));
    const pages = await Promise.all(
      visitors.map((visitor, at) => visitor.submit(forms[at]!, { ...ANA, email: `ana${at}@example.com` })),
    );
    const signedIn = pages.filter(({ url }) => url === `${gatehouse.issuer}/account`);
    expect(signedIn).toHaveLength(1);
    for (const page of pages) expect([200, 410, 503]).toContain(page.status);
    const users = await gatehouse.command('users list', {});
    expect(JSON.stringify(users).match(/ana\d+@example\.com/g)).toHaveLength(1);
  });

  test.each([
    ['that was used', async () => void (await createVisitor(gatehouse.issuer).open(link))],
    ['that is an hour old', async () => gatehouse.passTime(60 * 60 * 1000)],
    ['that a later start replaced', async () => void (await gatehouse.app.firstAdministratorUrl())],
  ])('a link %s works no more', async (title, age) => {
    const visitor = createVisitor(gatehouse.issuer);
    const form = await visitor.open(link);
    await age();
    if (title === 'that was used') {
      const other = createVisitor(gatehouse.issuer);
      await other.submit(await other.open(link), ANA);
    }
    const typed = { ...ANA, email: 'eve@example.com' };
    expect(await visitor.submit(form, typed)).toMatchObject({
      status: 410,
      heading: 'This link no longer works',
    });
    expect(await visitor.open(link)).toMatchObject({ status: 410, heading: 'This link no longer works' });
  });

  test.each([['?token='], [''], ['?token=x'], [`?token=${'x'.repeat(4000)}`], ['?token=%3Cscript%3E']])(
    'no link at all makes nobody: /first-administrator%s',
    async (query) => {
      expect(await createVisitor(gatehouse.issuer).open(`/first-administrator${query}`)).toMatchObject({
        status: 410,
      });
    },
  );
});

describe('the ticket of who has just chosen a password', () => {
  let gatehouse: Gatehouse;

  beforeAll(async () => {
    gatehouse = await startGatehouse();
  }, 60_000);
  afterAll(() => gatehouse?.close());

  /** A browser that has just chosen a password, before it follows the answer. */
  async function holder(visitor = createVisitor(gatehouse.issuer)) {
    const { set_password_url: link } = await gatehouse.command('users create', {
      email: `u${Math.random().toString(36).slice(2)}@example.com`,
    });
    const form = await visitor.open(link ?? '');
    const { action, fields } = form.forms.find(({ method }) => method === 'post')!;
    const answer = await visitor.request(
      'POST',
      new URL(action, form.url).href,
      new URLSearchParams({ ...fields, password: PASSWORD, again: PASSWORD }),
    );
    expect(answer.status).toBe(303);
    const ticket = visitor.cookies.find(({ name }) => name.endsWith('ticket'))!;
    return { visitor, ticket, next: new URL(answer.headers.get('location') ?? '', gatehouse.issuer).href };
  }

  test('signs in once', async () => {
    const { visitor, ticket, next } = await holder();
    const thief = visitor.copy();
    expect((await visitor.open(next)).url).toBe(`${gatehouse.issuer}/account`);
    expect(visitor.cookies.some(({ name }) => name === ticket.name)).toBe(false);
    expect(await thief.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('is over after two minutes', async () => {
    const { visitor, next } = await holder();
    gatehouse.passTime(2 * 60 * 1000);
    expect(await visitor.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('is worth nothing when it was altered, and in a browser without it', async () => {
    const { visitor, ticket, next } = await holder();
    const other = createVisitor(gatehouse.issuer);
    expect(await other.open(next)).toMatchObject({ heading: 'Sign in' });
    ticket.value = `${ticket.value.slice(0, -2)}xx`;
    expect(await visitor.open(next)).toMatchObject({ heading: 'Sign in' });
  });

  test('signs in to no app', async () => {
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': ['https://books.example/callback'],
      type: 'web',
      'first-party': true,
    });
    const { visitor } = await holder();
    const request = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: 'https://books.example/callback',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    expect(await visitor.open(`/auth?${request}`)).toMatchObject({ heading: 'Sign in' });
  });

  test('takes the place of whoever was signed in before', async () => {
    const first = await holder();
    await first.visitor.open(first.next);
    const before = first.visitor.copy();
    const second = await holder(first.visitor);
    const account = await first.visitor.open(second.next);
    expect(account.url).toBe(`${gatehouse.issuer}/account`);
    expect(await before.open('/account')).toMatchObject({ heading: 'Sign in' });
  });
});
