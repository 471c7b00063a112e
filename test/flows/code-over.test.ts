import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailAbout } from './mailbox.ts';
import { startWorld, stepOf, type World } from './second-factor-set-up.ts';

/** A page that takes no code just now says so before one is typed. */

let world: World;
let client: { id: string };

beforeAll(async () => {
  world = await startWorld();
  client = await world.createClient();
});
afterAll(() => world?.close());

test('a code of an app that would not be judged: the page says how long, and which other ways there are', async () => {
  const person = await world.createPersonWithApp();
  const visitor = world.newVisitor();
  const page = await world.givePassword(visitor, client.id, person);
  expect([stepOf(page), page.status]).toEqual(['totp', 200]);
  for (let tries = 0; tries < 5; tries += 1)
    expect((await visitor.submit(page, { code: '000000' }, { form: '/totp' })).status).toBe(422);
  for (const told of [
    await visitor.open(page.url),
    await visitor.submit(page, { code: '000000' }, { form: '/totp' }),
    await visitor.open(page.url),
  ]) {
    expect([told.status, told.title.startsWith('Error:')]).toEqual([429, true]);
    expect(told.html).toContain('That was a few tries in a row. Wait ');
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  // To look costs nothing: as soon as the wait is over a code is taken.
  for (let looks = 0; looks < 10; looks += 1) await visitor.open(page.url);
  await world.modules.db('rate_limits').update({ resets_at: 0 });
  const back = await visitor.open(page.url);
  expect([back.status, back.html.includes('few tries')]).toEqual([200, false]);
  expect(stepOf(await world.giveCode(visitor, back, person))).not.toBe('totp');
});

test('the same in a recovery', async () => {
  const person = await world.createPersonWithApp();
  const visitor = world.newVisitor();
  const ask = await visitor.open('/recovery');
  const sent = await visitor.submit(ask, { email: person.email }, { form: '/recovery' });
  const { code } = await mailAbout(world, person.email, 'is your code');
  const page = await visitor.submit(sent, { code }, { form: '/code' });
  expect(new URL(page.url).pathname).toMatch(/\/ways\/totp$/);
  for (let tries = 0; tries < 5; tries += 1)
    expect((await visitor.submit(page, { code: '000000' }, { form: '/totp' })).status).toBe(422);
  const told = await visitor.open(page.url);
  expect([told.status, told.html.includes('That was a few tries in a row. Wait ')]).toEqual([429, true]);
});
