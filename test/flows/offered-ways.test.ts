import { expect, onTestFinished, test } from 'vitest';
import { builtInIds } from '../../src/methods/built-in.ts';
import { mailsTo } from './mailbox.ts';
import { cameBack, PASSWORD, startWorld, stepOf, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

/** `methods.offered`: what a whole deployment offers, whatever an app would like. */

async function start(offered?: string[]): Promise<World> {
  const world = await startWorld(offered ? { settings: { methods: { offered } } } : {});
  onTestFinished(world.close);
  return world;
}

test('by default everything is offered that is built in', async () => {
  const world = await start();
  expect(
    world.modules.methods
      .list()
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...builtInIds].sort());
});

test('one way alone has no other beside it, and no address that opens another', async () => {
  const world = await start(['password']);
  const { id } = await world.createClient({ method: ['password', 'email', 'passkey'] });
  const ana = await world.createPerson();
  const visitor = world.newVisitor();
  const login = await visitor.open(world.ask(id));
  expect(othersOn(login)).toEqual([]);
  for (const way of ['email', 'passkey']) {
    const address = login.url.replace(/(\?|$)/, `/${way}$1`);
    expect(stepOf(await visitor.open(address))).toBe('');
    const { csrf = '' } = login.forms.find(({ action }) => action.includes('/login'))?.fields ?? {};
    const forced = await visitor.post(address, { csrf, identifier: ana.email });
    expect(stepOf(forced)).toBe('');
  }
  expect(await mailsTo(world, ana.email)).toEqual([]);
  expect(cameBack(await typePassword(visitor, login, ana.email))).toBe(true);
});

test('without a password the e-mail is where it begins, for the own account too, and a password proves nothing', async () => {
  const world = await start(['email']);
  const { id } = await world.createClient();
  const ana = await world.createPerson();
  const visitor = world.newVisitor();
  expect(stepOf(await visitor.open('/account'))).toBe('email');
  const page = await visitor.open(world.ask(id));
  expect([stepOf(page), page.html.includes('name="password"')]).toEqual(['email', false]);
  const { csrf = '' } = page.forms.find(({ action }) => action.includes('/email'))?.fields ?? {};
  const forced = await visitor.post(page.url.replace('/email', '/login'), {
    csrf,
    identifier: ana.email,
    password: PASSWORD,
  });
  expect([cameBack(forced), stepOf(forced)]).toEqual([false, 'email']);
});

test('what a person has set up is asked for although it is offered no more', async () => {
  const world = await start(['password', 'email']);
  const { id } = await world.createClient();
  const ana = await world.createPersonWithApp();
  const visitor = world.newVisitor();
  const step = await world.givePassword(visitor, id, ana);
  expect(stepOf(step)).toBe('totp');
  expect(cameBack(await world.giveCode(visitor, step, ana))).toBe(true);
});

test('what is not offered cannot be added inside a sign-in', async () => {
  const world = await start(['password', 'passkey']);
  const { id } = await world.createClient({ 'second-factor': 'required' });
  const ana = await world.createPerson();
  const visitor = world.newVisitor();
  const choice = await world.givePassword(visitor, id, ana);
  expect(choice.html).toContain('/enrol/passkey');
  expect(choice.html).not.toContain('/enrol/totp');
  expect(stepOf(await visitor.open(choice.url.replace(/(\?|$)/, '/enrol/totp$1')))).toBe('');
});

function othersOn({ html }: Page): string[] {
  return [...html.matchAll(/\/interaction\/[^/"?]+\/(email|passkey|totp)/g)].map(([, id = '']) => id);
}

const typePassword = (visitor: Visitor, login: Page, identifier: string) =>
  visitor.submit(login, { identifier, password: PASSWORD }, { form: '/login' });
