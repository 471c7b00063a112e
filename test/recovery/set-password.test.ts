import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';

const OLD = 'seven quiet otters drift';
const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };
const DAY = 24 * 60 * 60 * 1000;

let gatehouse: Gatehouse;
let count = 0;

beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse?.close());

const newVisitor = () => createVisitor(gatehouse.issuer);

async function createPerson({ password = '' } = {}) {
  count += 1;
  const email = `person${count}@example.com`;
  const created = await gatehouse.command(
    'users create',
    { email, ...(password ? { 'password-stdin': true } : {}) },
    { stdin: password },
  );
  return { email, id: created.id ?? '', link: created.set_password_url ?? '' };
}

async function signIn(email: string, password: string) {
  const visitor = newVisitor();
  const page = await visitor.submit(await visitor.open('/account'), { identifier: email, password });
  return { visitor, page };
}

test('sets the password, lands in the own account, and ends what was signed in before', async () => {
  const { email, id } = await createPerson({ password: OLD });
  const before = await signIn(email, OLD);
  const { token } = await gatehouse.modules.users.links.create('set-password', {
    userId: id,
    ttlSeconds: 60,
  });
  const visitor = newVisitor();
  const form = await visitor.open(`/set-password?token=${token}`);
  expect(form).toMatchObject({ status: 200, heading: 'Choose your password' });
  expect(form.html).toContain(email);

  const account = await visitor.submit(form, CHOSEN);
  expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
  expect(account.html).toContain(email);
  expect(await before.visitor.open('/account')).toMatchObject({ heading: 'Sign in' });
  expect((await signIn(email, OLD)).page.status).toBe(422);
  expect((await signIn(email, NEW)).page.html).toContain(email);
});

test('tells the audit that there is a password now, or another one', async () => {
  const { id, link } = await createPerson();
  const visitor = newVisitor();
  await visitor.submit(await visitor.open(link), CHOSEN);
  const told = async () => {
    const [newest] = await gatehouse.modules.audit.list({ event: 'users.password_changed', userId: id });
    return newest;
  };
  const actor = { type: 'person', id };
  expect(await told()).toMatchObject({
    actor,
    detail: { how: 'link', before: { password: null }, after: { password: 'set' } },
  });
  const { token } = await gatehouse.modules.users.links.create('set-password', {
    userId: id,
    ttlSeconds: 60,
  });
  await visitor.submit(await visitor.open(`/set-password?token=${token}`), { password: OLD, again: OLD });
  expect(await told()).toMatchObject({
    actor,
    detail: { how: 'link', before: { password: 'set' }, after: { password: 'replaced' } },
  });
});

test('opening the link spends nothing, and neither does a password that is refused', async () => {
  const { email, link } = await createPerson();
  const visitor = newVisitor();
  await visitor.request('HEAD', link);
  let page = await visitor.open(link);
  for (const [password, again, problem] of [
    ['short', 'short', 'at least 15 characters'],
    ['passwordpassword', 'passwordpassword', 'Many people use this password'],
    [email, email, 'your e-mail or our name'],
    [NEW, OLD, 'The two passwords differ'],
    ['x'.repeat(1100), 'x'.repeat(1100), 'longer than we can keep'],
  ] as const) {
    page = await visitor.submit(page, { password, again });
    expect(page).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(page.html.toLowerCase()).toContain(problem.toLowerCase());
  }
  expect((await visitor.submit(page, CHOSEN)).url).toBe(`${gatehouse.issuer}/account`);
});

test('of twenty presses at once one sets the password', async () => {
  const { link } = await createPerson();
  const visitors = Array.from({ length: 20 }, newVisitor);
  const forms = await Promise.all(visitors.map((visitor) => visitor.open(link)));
  const pages = await Promise.all(visitors.map((visitor, at) => visitor.submit(forms[at]!, CHOSEN)));
  expect(pages.filter(({ url }) => url === `${gatehouse.issuer}/account`)).toHaveLength(1);
  for (const page of pages) expect([200, 410, 503]).toContain(page.status);
});

test('a link works once, for a day, and only until a newer one', async () => {
  const used = await createPerson();
  const visitor = newVisitor();
  const form = await visitor.open(used.link);
  await visitor.submit(form, CHOSEN);
  expect(await visitor.submit(form, CHOSEN)).toMatchObject({ status: 410 });
  expect(await newVisitor().open(used.link)).toMatchObject({
    status: 410,
    heading: 'This link no longer works',
  });

  const replaced = await createPerson();
  await gatehouse.modules.users.links.create('set-password', { userId: replaced.id, ttlSeconds: 60 });
  expect(await newVisitor().open(replaced.link)).toMatchObject({ status: 410 });

  const old = await createPerson();
  gatehouse.passTime(DAY);
  expect(await newVisitor().open(old.link)).toMatchObject({ status: 410 });
});

test('a person who is disabled cannot use a link that was sent before', async () => {
  const { email, link } = await createPerson();
  const visitor = newVisitor();
  const form = await visitor.open(link);
  await gatehouse.command('users disable', {}, { positionals: [email] });
  expect(await visitor.submit(form, CHOSEN)).toMatchObject({ status: 410 });
});

test('the link of the first administrator sets nobody’s password', async () => {
  const { token } = await gatehouse.modules.users.links.create('first-administrator', { ttlSeconds: 60 });
  expect(await newVisitor().open(`/set-password?token=${token}`)).toMatchObject({ status: 410 });
});
