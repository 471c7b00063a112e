import { beforeEach, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';

const PASSWORD = 'seven quiet otters drift';
const ANA = { name: 'Ana Lima', email: 'ana@example.com', password: PASSWORD, again: PASSWORD };

eachDatabase('the first administrator', (dialect) => {
  let gatehouse: Gatehouse;
  let link: string;

  beforeEach(async () => {
    gatehouse = await startGatehouse({ dialect });
    link = (await gatehouse.app.firstAdministratorUrl()) ?? '';
    return () => gatehouse.close();
  });

  test('is made by the printed link and lands in the own account, signed in', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    expect(await visitor.open('/')).toMatchObject({ status: 200, heading: 'Gatehouse is running' });

    const form = await visitor.open(link);
    expect(form).toMatchObject({ status: 200, heading: 'Create the first account' });
    const account = await visitor.submit(form, ANA);
    expect(account.trail.at(-1)).toBe(`${gatehouse.issuer}/account`);
    expect(account.html).toContain('Ana Lima');
    expect(account.html).toContain('Administrator');
    expect(account.html).not.toContain('Not confirmed yet');

    for (const typed of ['/', '/login', '/signin', '/admin'])
      expect((await visitor.open(typed)).url).toBe(`${gatehouse.issuer}/account`);
    const userinfo = await fetch(`${gatehouse.issuer}/userinfo`, { redirect: 'manual' });
    expect(userinfo.status).toBe(308);
    expect(new URL(userinfo.headers.get('location') ?? '', gatehouse.issuer).href).toBe(
      `${gatehouse.issuer}/me`,
    );
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

  test('a form with three mistakes names all three at once, and the browser leaves that to us', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const form = await visitor.open(link);
    expect(form.html).toMatch(/<form[^>]*novalidate/);
    const page = await visitor.submit(form, { name: '', email: 'ana@', password: 'short', again: 'short' });
    for (const problem of ['Type your name', 'has one @', 'at least 15 characters'])
      expect(page.html.toLowerCase()).toContain(problem.toLowerCase());
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
