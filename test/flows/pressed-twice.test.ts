import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eachStorage } from '../support/database.ts';
import { mailsTo } from './mailbox.ts';
import { cameBack, type Person, startWorld, type World } from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

/** Without a script nothing stops a second press; with one, a slow network brings the same form twice all the same. */
eachStorage('a form that is sent again', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
  });
  afterAll(() => world?.close());

  test('before the browser went on leads on: the first press signed in, and nothing is done twice', async () => {
    const ana = await world.createPersonWithApp();
    await knownElsewhere(ana);
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, books.id, ana);
    const typed = { code: world.nextCode(ana), remember_device: 'yes' };
    await press(visitor, step, typed, '/totp');
    expect(cameBack(await visitor.submit(step, typed, { form: '/totp' }))).toBe(true);
    expect(await doneFor(ana)).toEqual({ remembered: 1, mails: 1, audited: 2 });
  });

  test('fifty times at once signs in once, fails nowhere, and nothing is done twice', async () => {
    const ana = await world.createPersonWithApp();
    await knownElsewhere(ana);
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, books.id, ana);
    const typed = { code: world.nextCode(ana), remember_device: 'yes' };
    const pages = await Promise.all(
      Array.from({ length: 50 }, () => visitor.submit(step, typed, { form: '/totp' })),
    );
    expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
    expect(await doneFor(ana)).toEqual({ remembered: 1, mails: 1, audited: 2 });
    expect(cameBack(await visitor.open(world.ask(books.id)))).toBe(true);
  });

  test('with the code of a mail leads on', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    const login = await visitor.open(world.ask(books.id));
    const address = login.url.replace(/(\?.*)?$/, '/email$1');
    const sent = await visitor.submit(
      await visitor.open(address),
      { identifier: ana.email },
      { form: '/email' },
    );
    const [mail] = await mailsTo(world, ana.email);
    const typed = { code: mail?.code ?? '' };
    await press(visitor, sent, typed, '/email');
    expect(cameBack(await visitor.submit(sent, typed, { form: '/email' }))).toBe(true);
  });

  describe('and was no second press', () => {
    test('is told about: a code that was used in one browser is refused and mailed about in the next', async () => {
      const ana = await world.createPersonWithApp();
      const [own, stranger] = [world.newVisitor(), world.newVisitor()];
      const steps = [
        await world.givePassword(own, books.id, ana),
        await world.givePassword(stranger, books.id, ana),
      ] as const;
      const typed = { code: world.nextCode(ana) };
      await own.submit(steps[0], typed, { form: '/totp' });
      const refused = await stranger.submit(steps[1], typed, { form: '/totp' });
      expect(refused).toMatchObject({ status: 422, html: expect.stringContaining('used already') });
      expect(await warnings(ana)).toBe(1);
    });
  });

  test('mails of half a sign-in are three an hour, however many sign-ins are tried', async () => {
    const ana = await world.createPersonWithApp();
    for (let each = 0; each < 4; each += 1) await failHalfway(ana);
    expect(await warnings(ana)).toBe(3);

    // Counted by the store's clock.
    if (world.redis) await world.redis.pass(3_600_000);
    else await world.modules.db('rate_limits').update({ resets_at: 0 });
    await failHalfway(ana);
    expect(await warnings(ana)).toBe(4);
  });

  /** The server answers; the browser, which has sent the form again, does not look. */
  async function press(visitor: Visitor, page: Page, typed: Record<string, string>, to: string) {
    const form = page.forms.find(({ action }) => action.includes(to));
    const body = new URLSearchParams({ ...form?.fields, ...typed });
    const answer = await visitor.request('POST', new URL(form?.action ?? '', page.url).href, body);
    expect(answer.status).toBe(303);
  }

  /** Signs in once, so that a sign-in in another browser is news. */
  async function knownElsewhere(person: Person): Promise<void> {
    const visitor = world.newVisitor();
    await world.giveCode(visitor, await world.givePassword(visitor, books.id, person), person);
  }

  async function failHalfway(person: Person): Promise<void> {
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, books.id, person);
    await visitor.submit(step, { code: '000000' }, { form: '/totp' });
  }

  async function doneFor({ id, email }: Person) {
    const subjects = (await mailsTo(world, email)).map(({ subject }) => subject);
    return {
      remembered: (await world.modules.rememberedBrowsers.list(id)).length,
      mails: subjects.filter((subject) => subject.startsWith('New sign-in')).length,
      audited: (await world.modules.audit.list({ event: 'interaction.signed_in', userId: id })).length,
    };
  }

  const warnings = async ({ email }: Person) =>
    (await mailsTo(world, email)).filter(({ subject }) => subject.includes('not the rest')).length;
});
