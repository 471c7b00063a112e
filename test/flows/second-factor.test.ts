import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { cameBack, errorOf, PASSWORD, startWorld, stepOf, type World } from './second-factor-set-up.ts';

eachDatabase('a second factor', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
  });
  afterAll(() => world?.close());

  test('is asked of whoever has one, and then both are told to the app', async () => {
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, books.id, ana);
    expect(stepOf(step)).toBe('totp');
    expect(step.html).toContain(ana.email);
    const done = await world.giveCode(visitor, step, ana);
    expect(await world.idTokenOf(done, books)).toMatchObject({
      sub: ana.id,
      acr: '2',
      amr: ['pwd', 'otp', 'mfa'],
    });
  });

  test('is not asked of who has none', async () => {
    const ana = await world.createPerson();
    const done = await world.givePassword(world.newVisitor(), books.id, ana);
    expect(await world.idTokenOf(done, books)).toMatchObject({ sub: ana.id, acr: '1', amr: ['pwd'] });
  });

  test('is not there until it is given: no session, no account, no code', async () => {
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    await world.givePassword(visitor, books.id, ana);
    expect(visitor.cookies.filter(({ name }) => /session$/.test(name))).toEqual([]);
    const account = await visitor.open('/account');
    expect(stepOf(account)).not.toBe('/account');
    expect(errorOf(await visitor.open(world.ask(books.id, { prompt: 'none' })))).toBe('login_required');
  });

  test('is mailed about when it is wrong after a right password, once for each sign-in', async () => {
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    let page = await world.givePassword(visitor, books.id, ana);
    const before = (await mailsTo(ana.email)).length;
    for (const code of ['000000', '111111']) {
      page = await visitor.submit(page, { code }, { form: '/totp' });
      expect(page.status).toBe(422);
    }
    const mails = (await mailsTo(ana.email)).slice(0, -before || undefined);
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('not the rest')]);
    expect(mails[0]?.text).toContain('Books');
    // A right one afterwards still signs in.
    expect(cameBack(await world.giveCode(visitor, page, ana))).toBe(true);
  });

  test('a wrong password is not mailed about', async () => {
    const ana = await world.createPersonWithApp();
    const before = (await mailsTo(ana.email)).length;
    const visitor = world.newVisitor();
    const login = await visitor.open(world.ask(books.id));
    await visitor.submit(login, { identifier: ana.email, password: 'wrong one' }, { form: '/login' });
    expect(await mailsTo(ana.email)).toHaveLength(before);
  });

  describe('cannot be skipped', () => {
    test('by going back to another step', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      const base = step.url.replace(/\/totp(\?.*)?$/, '');
      for (const path of ['', '/login', '/consent', '/password', '/enrol/totp', '/nonsense']) {
        const page = await visitor.open(`${base}${path}`);
        expect([path, stepOf(page)]).toEqual([path, 'totp']);
      }
    });

    test('by the resume, the consent or "later" sent directly', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      const base = step.url.replace(/\/totp(\?.*)?$/, '');
      const csrf = step.forms.find(({ action }) => action.includes('/totp'))?.fields.csrf ?? '';
      const consented = await visitor.post(`${base}/consent`, { csrf, decision: 'allow' });
      expect(stepOf(consented)).toBe('totp');
      const later = await visitor.post(`${base}/later`, { csrf });
      expect(stepOf(later)).toBe('totp');
      const resumed = await visitor.open(base.replace('/interaction/', '/auth/'));
      expect(cameBack(resumed)).toBe(false);
      // What was proved belonged to the interaction that is over now.
      expect(stepOf(resumed)).toBe('');
      expect(resumed.html).toContain('name="password"');
    });

    test('by the form of the first step sent again', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const login = await visitor.open(world.ask(books.id));
      const typed = { identifier: ana.email, password: PASSWORD };
      await visitor.submit(login, typed, { form: '/login' });
      const again = await visitor.submit(login, typed, { form: '/login' });
      expect([cameBack(again), stepOf(again)]).toEqual([false, 'totp']);
    });

    test('in another tab or another sign-in: what was proved stays where it was proved', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      await world.givePassword(visitor, books.id, ana);
      const tab = await visitor.open(world.ask(books.id));
      expect(stepOf(tab)).toBe('');
      const base = tab.url.replace(/\?.*$/, '');
      const csrf = tab.forms.find(({ action }) => action.includes('/login'))?.fields.csrf ?? '';
      const wrongPlace = await visitor.post(`${base}/totp`, { csrf, code: world.nextCode(ana) });
      expect([cameBack(wrongPlace), stepOf(wrongPlace)]).toEqual([false, '']);
    });

    test('by fields that say what is proved', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      const proved = JSON.stringify({ userId: ana.id, steps: [{ method: 'totp', kind: 'multi' }] });
      const more = {
        code: '000000',
        proved,
        userId: ana.id,
        amr: 'mfa',
        kind: 'multi',
        isStepUp: 'true',
        done: 'yes',
      };
      const refused = await visitor.submit(step, more, { form: '/totp' });
      expect([refused.status, stepOf(refused)]).toEqual([422, 'totp']);
    });

    test('in another browser, with or without the address', async () => {
      const ana = await world.createPersonWithApp();
      const step = await world.givePassword(world.newVisitor(), books.id, ana);
      const stranger = await world.newVisitor().open(step.url);
      expect([stranger.status, stranger.html.includes('name="code"')]).toEqual([403, false]);
    });

    test('by another person’s code, or by changing the person between the steps', async () => {
      const [ana, bob] = [await world.createPersonWithApp(), await world.createPersonWithApp()];
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      const bobs = await visitor.submit(
        step,
        { code: world.nextCode(bob), identifier: bob.email },
        { form: '/totp' },
      );
      expect([bobs.status, cameBack(bobs)]).toEqual([422, false]);

      // "Not you?" begins from the beginning: Ana's password is worth nothing for Bob.
      const anew = await visitor.submit(step, {}, { form: '/switch' });
      expect(stepOf(anew)).toBe('');
      const asBob = await visitor.submit(
        anew,
        { identifier: bob.email, password: PASSWORD },
        { form: '/login' },
      );
      expect(stepOf(asBob)).toBe('totp');
      const anas = await visitor.submit(asBob, { code: world.nextCode(ana) }, { form: '/totp' });
      expect(anas.status).toBe(422);
      const done = await world.giveCode(visitor, anas, bob);
      expect(await world.idTokenOf(done, books)).toMatchObject({ sub: bob.id, acr: '2' });
    });

    test('with a password that was changed between the steps', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      world.pass(1000);
      await world.modules.password.set(ana.id, 'eight louder otters drift');
      const late = await world.giveCode(visitor, step, ana);
      expect([cameBack(late), stepOf(late)]).toEqual([false, '']);
    });

    test('with a password that was changed before the browser came back to the protocol', async () => {
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      const login = await visitor.open(world.ask(books.id));
      const form = login.forms.find(({ action }) => action.includes('/login'));
      const body = new URLSearchParams({ ...form?.fields, identifier: ana.email, password: PASSWORD });
      const action = new URL(form?.action ?? '', login.url).href;
      const signedIn = await visitor.request('POST', action, body);
      const resume = new URL(signedIn.headers.get('location') ?? '', login.url).href;
      expect(resume).toContain('/auth/');

      world.pass(1000);
      await world.modules.password.set(ana.id, 'eight louder otters drift');
      const page = await visitor.open(resume);
      expect([cameBack(page), stepOf(page)]).toEqual([false, '']);
      expect(visitor.cookies.filter(({ name }) => /session$/.test(name))).toEqual([]);
    });

    test('by waiting: after a quarter of an hour the first step is asked for again', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      world.pass(16 * 60_000);
      const late = await world.giveCode(visitor, step, ana);
      expect([cameBack(late), stepOf(late)]).toEqual([false, '']);
    });

    test('by whoever was disabled between the steps', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      await world.modules.users.disable(ana.id, SYSTEM);
      expect(cameBack(await world.giveCode(visitor, step, ana))).toBe(false);
    });
  });

  describe('on a remembered device', () => {
    test('is not asked for again for 30 days, only of that person, only when wanted', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      expect(step.html).toContain('name="remember_device"');
      await world.giveCode(visitor, step, ana, { remember_device: 'yes' });
      const [device] = await world.modules.rememberedBrowsers.list(ana.id);
      expect(device?.userAgent).toContain('Firefox');

      const again = signedOut(visitor);
      expect(await world.idTokenOf(await world.givePassword(again, books.id, ana), books)).toMatchObject({
        acr: '1',
        amr: ['pwd'],
      });
      expect(await again.open('/account')).toMatchObject({ status: 200 });
      expect(stepOf(await world.givePassword(world.newVisitor(), books.id, ana))).toBe('totp');

      const bob = await world.createPersonWithApp();
      expect(stepOf(await world.givePassword(signedOut(visitor), books.id, bob))).toBe('totp');

      world.pass(30 * 86_400_000);
      expect(stepOf(await world.givePassword(signedOut(visitor), books.id, ana))).toBe('totp');
    });

    test('is asked for when nobody ticked the box', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      await world.giveCode(visitor, await world.givePassword(visitor, books.id, ana), ana);
      expect(stepOf(await world.givePassword(signedOut(visitor), books.id, ana))).toBe('totp');
    });

    test('is asked for after the password was changed, and after it was revoked', async () => {
      for (const end of [
        (id: string) => world.modules.password.set(id, PASSWORD),
        (id: string) => world.modules.rememberedBrowsers.endAllOf(id),
      ]) {
        const { ana, visitor } = await rememberedPerson();
        world.pass(1000);
        await end(ana.id);
        expect(await world.modules.rememberedBrowsers.list(ana.id)).toEqual([]);
        expect(stepOf(await world.givePassword(signedOut(visitor), books.id, ana))).toBe('totp');
      }
    });

    test('ends a session that lived on it as soon as it is revoked', async () => {
      const { ana, visitor } = await rememberedPerson();
      const again = signedOut(visitor);
      await world.givePassword(again, books.id, ana);
      const [device] = await world.modules.rememberedBrowsers.list(ana.id);
      expect(await world.modules.rememberedBrowsers.remove(ana.id, device?.id ?? '')).toBe(true);
      const account = await again.open('/account');
      expect(stepOf(account)).toBe('totp');
    });

    test('a cookie of another person’s browser stands for nobody else', async () => {
      const { visitor } = await rememberedPerson();
      const bob = await world.createPersonWithApp();
      const thief = world.newVisitor();
      thief.cookies.push(...visitor.cookies.filter(({ name }) => name.endsWith('remembered')));
      expect(thief.cookies).toHaveLength(1);
      expect(stepOf(await world.givePassword(thief, books.id, bob))).toBe('totp');
    });

    test('a person’s device cannot be removed by another person', async () => {
      const { ana } = await rememberedPerson();
      const bob = await world.createPerson();
      const [device] = await world.modules.rememberedBrowsers.list(ana.id);
      expect(await world.modules.rememberedBrowsers.remove(bob.id, device?.id ?? '')).toBe(false);
      expect(await world.modules.rememberedBrowsers.list(ana.id)).toHaveLength(1);
    });

    test('does not count where a level or a fresh proof is asked for, and is not offered there', async () => {
      const { ana, visitor } = await rememberedPerson();
      const byLevel = await world.givePassword(signedOut(visitor), books.id, ana, { acr_values: '2' });
      expect(stepOf(byLevel)).toBe('totp');
      expect(byLevel.html).not.toContain('name="remember_device"');
      const fresh = await world.givePassword(signedOut(visitor), books.id, ana, { prompt: 'login' });
      expect(stepOf(fresh)).toBe('totp');
    });

    test('nothing in the database is what the cookie holds', async () => {
      const { visitor } = await rememberedPerson();
      const token = visitor.cookies.find(({ name }) => name.endsWith('remembered'))?.value ?? '';
      expect(token).toMatch(/^[\w-]{43}$/);
      const rows = await world.modules.db('remembered_devices').select('*');
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    async function rememberedPerson() {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      await world.giveCode(visitor, step, ana, { remember_device: 'yes' });
      expect(await world.modules.rememberedBrowsers.list(ana.id)).toHaveLength(1);
      return { ana, visitor };
    }
  });

  /** The same browser, signed out: what it keeps for later stays. */
  function signedOut(visitor: ReturnType<World['newVisitor']>) {
    const other = visitor.copy();
    other.cookies.splice(
      0,
      other.cookies.length,
      ...visitor.cookies.filter(({ name }) => !/session$/.test(name)),
    );
    return other;
  }

  async function mailsTo(email: string) {
    return (await world.mails()).filter(({ to }) => to === email);
  }
});
