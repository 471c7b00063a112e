import { afterAll, beforeAll, expect, test } from 'vitest';
import { CALLBACK, type Person, startWorld, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

/** A mailbox is one factor: whoever has set up a second one is asked for it, whichever way the mail is used. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

async function mailTo({ email }: Person): Promise<{ code: string; link: string }> {
  const mails = (await world.modules.mail.mailbox?.list()) ?? [];
  const { subject = '', text = '' } =
    mails.find(({ to, subject: it }) => to === email && /^\d{6}/.test(it)) ?? {};
  return { code: subject.slice(0, 6), link: /https?:\S+\/email\/link\?token=\S+/.exec(text)?.[0] ?? '' };
}

async function askForMail(visitor: Visitor, clientId: string, person: Person, values = {}): Promise<Page> {
  const login = await visitor.open(world.ask(clientId, values));
  const form = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
  return visitor.submit(form, { identifier: person.email }, { form: '/email' });
}

test.each(['code', 'link'] as const)(
  'the app on the phone is asked for after the %s of a mail',
  async (by) => {
    const person = await world.createPerson();
    await world.connectApp(person);
    const { id } = await world.createClient();
    const visitor = world.newVisitor();
    const sent = await askForMail(visitor, id, person);
    const { code, link } = await mailTo(person);
    const second =
      by === 'code'
        ? await visitor.submit(sent, { code }, { form: '/email' })
        : await visitor.submit(await visitor.open(link), {}, { form: '/email' });
    expect(second.url).toContain('/totp');
    expect(visitor.cookies.some(({ name }) => name.includes('session'))).toBe(false);
    // A mail is no second factor after a mail.
    expect(second.html).not.toContain('E-mail me a sign-in link');
    const back = await world.giveCode(visitor, second, person);
    expect(back.url.startsWith(CALLBACK)).toBe(true);
  },
);

test('it is asked for as well before a link on another device opens the account', async () => {
  const person = await world.createPerson();
  await world.connectApp(person);
  const { id } = await world.createClient();
  await askForMail(world.newVisitor(), id, person);
  const { link } = await mailTo(person);
  const phone = world.newVisitor();
  const second = await phone.submit(await phone.submit(await phone.open(link)));
  expect(second.url).toContain('/totp');
  expect(phone.cookies.some(({ name }) => name.includes('session'))).toBe(false);
  const account = await world.giveCode(phone, second, person);
  expect(new URL(account.url).pathname).toBe('/account');
});

test('after a password a mail is no second factor', async () => {
  const person = await world.createPerson();
  const { id } = await world.createClient({ level: '2' });
  const page = await world.givePassword(world.newVisitor(), id, person);
  expect(page.html).not.toContain('E-mail me a sign-in link');
  expect(page.url.startsWith(`${CALLBACK}?code`)).toBe(false);
});

test('the level of a mail is the lowest, and an app that wants more is not reached by it', async () => {
  const person = await world.createPerson();
  const { id } = await world.createClient({ level: '2' });
  const visitor = world.newVisitor();
  const sent = await askForMail(visitor, id, person);
  const next = await visitor.submit(sent, { code: (await mailTo(person)).code }, { form: '/email' });
  expect(next.url.startsWith(`${CALLBACK}?code`)).toBe(false);
});
