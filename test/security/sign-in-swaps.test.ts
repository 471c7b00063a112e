import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import {
  cameBack,
  PASSWORD,
  type Person,
  startWorld,
  stepOf,
  type World,
} from '../flows/second-factor-set-up.ts';
import type { Page, Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';

/**
 * What belongs to one sign-in, brought to another of the same person in the same browser, where only the place tells
 * them apart. (Other people, other browsers and older forms: test/flows/second-factor, passkey, sign-in-email,
 * entry-swaps; test/security/swaps.)
 */
eachDatabase('a sign-in takes nothing that belongs to another one', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };
  let bank: { id: string; secret: string };

  beforeAll(async () => {
    const often = [{ points: 10_000, perSeconds: 60 }];
    const limits = { address: often, knownDevice: often, browser: often, network: often };
    world = await startWorld({
      dialect,
      settings: { registration: registrationConfig.parse({ mode: 'open', limits }) },
    });
    books = await world.createClient();
    bank = await world.createClient({
      name: 'Bank',
      'second-factor': 'required',
      method: ['password', 'email', 'totp'],
    });
  });
  afterAll(() => world?.close());

  test('the code and the link of a mail that another app asked for', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    const first = await askForMail(visitor, ana, books.id);
    const { code } = await mailAbout(world, ana.email, 'code');
    const second = await askForMail(visitor, ana, bank.id);
    const newer = (await mailsTo(world, ana.email))[0];
    if (newer?.code === code) return;
    const swapped = await visitor.submit(second, { code }, { form: '/email' });
    expect([swapped.status, stepOf(swapped)]).toEqual([422, 'email']);
    // With the handle of the first one it is none of the second either.
    const { handle = '' } = first.forms.find(({ fields }) => fields.handle)?.fields ?? {};
    const carried = await visitor.submit(swapped, { code, handle }, { form: '/email' });
    expect([carried.status, stepOf(carried)]).toEqual([422, 'email']);
    // It was not spent there.
    expect(cameBack(await visitor.submit(first, { code }, { form: '/email' }))).toBe(true);
  });

  test('an app that was begun to be connected in another one', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    const [one, two] = [await enrolPage(visitor, ana), await enrolPage(visitor, ana)];
    const { handle = '' } = one.forms.find(({ fields }) => fields.handle)?.fields ?? {};
    const code = world.codeNow(secretIn(one));
    const swapped = await visitor.submit(two, { code, handle }, { form: '/enrol/totp' });
    expect(cameBack(swapped)).toBe(false);
    expect(await world.modules.methods.listEnrolled(ana.id)).toEqual([
      expect.objectContaining({ method: 'password' }),
    ]);
    // Its own sign-in still takes it.
    expect(cameBack(await visitor.submit(one, { code }, { form: '/enrol/totp' }))).toBe(true);
  });

  test('a code of an app that was proved for another app in another tab', async () => {
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    const [one, two] = [
      await world.givePassword(visitor, books.id, ana),
      await world.givePassword(visitor, bank.id, ana, { prompt: 'login' }),
    ];
    const code = world.nextCode(ana);
    expect(cameBack(await visitor.submit(one, { code }, { form: '/totp' }))).toBe(true);
    const again = await visitor.submit(two, { code }, { form: '/totp' });
    expect([cameBack(again), stepOf(again)]).toEqual([false, 'totp']);
  });

  describe('after the password changed', () => {
    test('a mail that was asked for before still proves the mailbox, and nothing that was proved by password does', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      world.pass(1000);
      await world.modules.password.set(ana.id, 'eleven loud badgers dance');
      const late = await world.giveCode(visitor, step, ana);
      expect([cameBack(late), late.html.includes('name="password"')]).toEqual([false, true]);
    });

    test('an app that was to be connected is not, and the sign-in begins anew', async () => {
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      const page = await enrolPage(visitor, ana);
      world.pass(1000);
      await world.modules.password.set(ana.id, 'eleven loud badgers dance');
      const late = await visitor.submit(
        page,
        { code: world.codeNow(secretIn(page)) },
        { form: '/enrol/totp' },
      );
      expect([cameBack(late), late.html.includes('name="password"')]).toEqual([false, true]);
      expect(await world.modules.methods.listEnrolled(ana.id)).toHaveLength(1);
    });
  });

  describe('fifty at once', () => {
    test.each(['code', 'link'] as const)('uses of the %s of a registration prove once', async (by) => {
      const email = `new-${by}@example.com`;
      const visitor = world.newVisitor();
      const asked = await visitor.submit(
        await visitor.open('/registration'),
        { email },
        { form: '/registration' },
      );
      const { code, url } = await mailAbout(world, email, 'is your code');
      const page = by === 'code' ? asked : await visitor.open(url);
      const before = await provedRegistrations();
      const answers = await fifty(() =>
        by === 'code'
          ? visitor.copy().submit(page, { code }, { form: '/code' })
          : visitor.copy().submit(page, {}, { form: '/registration/link' }),
      );
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect((await provedRegistrations()) - before).toBe(1);
    });

    test('presses of "that wasn’t me" end that device, fail nowhere, and leave every other one', async () => {
      const ana = await world.createPerson();
      const own = await openAccount(ana);
      const stranger = await openAccount(ana);
      const { url } = await mailAbout(world, ana.email, 'New sign-in');
      const reader = world.newVisitor();
      const page = await reader.open(url);
      const answers = await fifty(() => reader.copy().submit(page, {}, { form: '/new-device' }));
      expect(new Set(answers.map(({ status, heading }) => `${status} ${heading}`))).toEqual(
        new Set(['200 That device is signed out']),
      );
      expect((await own.open('/account')).heading).not.toBe('Sign in');
      expect((await stranger.open('/account')).heading).toBe('Sign in');
    });

    test('uses of one backup code let one browser in', async () => {
      const ana = await world.createPersonWithApp();
      const codes = await saveBackupCodes(ana);
      const browsers = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const visitor = world.newVisitor();
          const step = await world.givePassword(visitor, books.id, ana);
          return { visitor, page: await visitor.open(step.url.replace('/totp', '/backup-codes')) };
        }),
      );
      const pages = await Promise.all(
        browsers.map(({ visitor, page }) =>
          visitor.submit(page, { code: codes[0] ?? '' }, { form: '/backup-codes' }),
        ),
      );
      expect(pages.filter(cameBack)).toHaveLength(1);
    });
  });

  const fifty = (use: () => Promise<Page>) => Promise.all(Array.from({ length: 50 }, use));
  const provedRegistrations = async () =>
    (await world.modules.audit.list({ event: 'registration.mail_proved', limit: 200 })).length;

  async function askForMail(visitor: Visitor, { email }: Person, clientId: string): Promise<Page> {
    const login = await visitor.open(world.ask(clientId));
    const form = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
    return visitor.submit(form, { identifier: email }, { form: '/email' });
  }

  /** Inside a sign-in to the bank, which wants two factors of everybody. */
  async function enrolPage(visitor: Visitor, person: Person): Promise<Page> {
    const choice = await world.givePassword(visitor, bank.id, person);
    return visitor.open(choice.url.replace(/(\?|$)/, '/enrol/totp$1'));
  }

  async function openAccount({ email }: Person): Promise<Visitor> {
    const visitor = world.newVisitor();
    const login = await visitor.open('/account');
    await visitor.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' });
    return visitor;
  }

  async function saveBackupCodes(person: Person): Promise<string[]> {
    const visitor = world.newVisitor();
    await world.giveCode(visitor, await world.givePassword(visitor, books.id, person), person);
    const codes = await visitor.open('/account/security/backup-codes/add');
    await visitor.submit(codes, { saved: 'yes' }, { form: '/backup-codes/add' });
    return [...codes.html.matchAll(/<li>([0-9a-z]{4}-[0-9a-z]{4})<\/li>/g)].map(([, code = '']) => code);
  }
});

function secretIn({ html }: Page): string {
  return /[?&]secret=([A-Z2-7]+)/.exec(html)?.[1] ?? '';
}
