import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLeases } from '../../../src/database/lease.ts';
import { createSweeper } from '../../../src/database/sweeper.ts';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { email } from '../../../src/methods/email/email.ts';
import { eachDatabase } from '../../support/database.ts';
import { requestFrom } from '../../support/request-info.ts';
import { ADA, otherThan, setUpEmail } from './set-up.ts';

type SetUp = Awaited<ReturnType<typeof setUpEmail>>;
let setUp: SetUp;
afterEach(() => setUp.close());

const BROWSER = 'hash-of-the-browser-that-asks';
let places = 0;

/** A request from a place of its own: limits are the subject of some tests only. */
function anyPlace() {
  places += 1;
  return { ...requestFrom(`2001:db8:${places.toString(16)}::/64`), browserHash: `${BROWSER} ${places}` };
}

async function ask(
  identifier = ADA,
  { boundTo = 'interaction-1', userId, request = anyPlace() }: Partial<Asking> = {},
) {
  return setUp.methods.begin('email', {
    attempt: { request, identifier, clientId: 'cli_books' },
    boundTo,
    ...(userId === undefined ? {} : { userId }),
  });
}
type Asking = { boundTo: string; userId: string; request: ReturnType<typeof requestFrom> };

async function askedFor(identifier = ADA, options: Partial<Asking> = {}) {
  const begun = await ask(identifier, options);
  if ('refused' in begun || begun.attemptId === undefined) throw new Error('not begun');
  return { attemptId: begun.attemptId, show: begun.show, mail: setUp.last() };
}

function answer(attemptId: string, code: string, boundTo = 'interaction-1') {
  return setUp.methods.finish('email', {
    attempt: { request: anyPlace() },
    boundTo,
    attemptId,
    answer: { code },
  });
}

const proved = () => ({
  proved: setUp.ada.id,
  amr: ['otp'],
  kind: 'mailbox',
  person: expect.objectContaining({ id: setUp.ada.id }),
});

eachDatabase('signing in by e-mail', (dialect) => {
  beforeEach(async () => {
    setUp = await setUpEmail({ dialect });
  });

  test.each([
    ['as it stands', (code: string) => code],
    ['with a gap', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['as it was pasted', (code: string) => ` ${code}\n`],
  ])('takes the code %s', async (_how, typed) => {
    const { attemptId, mail } = await askedFor();
    expect(mail.code).toMatch(/^\d{6}$/);
    expect(await answer(attemptId, typed(mail.code))).toEqual(proved());
  });

  test('proves an address that nobody has where it may become an account, and for no other name', async () => {
    setUp.state.wayIn = 'open';
    const identify = (attemptId: string, code: string, identifier: string) =>
      setUp.methods.identify('email', {
        attempt: { request: anyPlace(), identifier },
        boundTo: 'interaction-1',
        attemptId,
        answer: { code },
      });
    const first = await askedFor('new@analytical.example');
    expect(first.mail).toMatchObject({ to: 'new@analytical.example', isDecoy: false });
    // The code of one's own mail, brought for the address of somebody else.
    expect(await identify(first.attemptId, first.mail.code, 'victim@analytical.example')).toEqual({
      refused: 'wrong',
    });
    const second = await askedFor('new@analytical.example');
    expect(await identify(second.attemptId, second.mail.code, 'new@analytical.example')).toMatchObject({
      unknown: { provider: 'email', subject: 'new@analytical.example', claims: {} },
    });
    expect(await identify(second.attemptId, second.mail.code, 'new@analytical.example')).toEqual({
      refused: 'expired',
    });

    // Nobody may come any more since the mail was sent.
    const third = await askedFor('new@analytical.example');
    setUp.state.wayIn = undefined;
    expect(await identify(third.attemptId, third.mail.code, 'new@analytical.example')).toEqual({
      refused: 'wrong',
    });
  });

  test('takes the token of the link, and then neither link nor code once more', async () => {
    const { attemptId, mail } = await askedFor();
    const token = setUp.tokenOf(mail);
    expect(await answer(attemptId, token)).toEqual(proved());
    for (const again of [token, mail.code])
      expect(await answer(attemptId, again)).toEqual({ refused: 'expired' });
    expect(await setUp.email.readLink(token)).toBeUndefined();
  });

  test('of fifty uses of the code and the link at once, one wins', async () => {
    const { mail } = await askedFor();
    const kept = { id: (await setUp.email.readLink(setUp.tokenOf(mail)))?.id };
    const uses = Array.from({ length: 50 }, (_, at) =>
      setUp.email.finish({
        answer: { code: at % 2 === 0 ? mail.code : setUp.tokenOf(mail) },
        kept,
        now: setUp.clock.now(),
      }),
    );
    const outcomes = await Promise.all(uses);
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
    expect(new Set(outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome.refused] : [])))).toEqual(
      new Set(['expired']),
    );
  });

  test('of fifty guesses at once no more are compared than five', async () => {
    const { mail } = await askedFor();
    const kept = { id: (await setUp.email.readLink(setUp.tokenOf(mail)))?.id };
    const wrong = otherThan(mail.code);
    const guesses = Array.from({ length: 50 }, () =>
      setUp.email.finish({ answer: { code: wrong }, kept, now: setUp.clock.now() }),
    );
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'wrong')).toHaveLength(5);
    expect(await setUp.email.finish({ answer: { code: mail.code }, kept, now: setUp.clock.now() })).toEqual({
      refused: 'expired',
    });
  });

  test('five wrong codes void the code and the link', async () => {
    const { attemptId, mail } = await askedFor();
    for (let wrong = 0; wrong < 5; wrong += 1)
      expect(await answer(attemptId, otherThan(mail.code))).toEqual({ refused: 'wrong' });
    expect(await answer(attemptId, mail.code)).toEqual({ refused: 'expired' });
    expect(await setUp.email.readLink(setUp.tokenOf(mail))).toBeUndefined();
  });

  test('the fifth answer may still be the right one', async () => {
    const { attemptId, mail } = await askedFor();
    for (let wrong = 0; wrong < 4; wrong += 1) await answer(attemptId, otherThan(mail.code));
    expect(await answer(attemptId, mail.code)).toEqual(proved());
  });

  test('asking again voids the earlier mail, and the later one works', async () => {
    const first = await askedFor();
    const second = await askedFor();
    expect(await setUp.email.readLink(setUp.tokenOf(first.mail))).toBeUndefined();
    expect(await answer(first.attemptId, first.mail.code)).toEqual({ refused: 'expired' });
    expect(await answer(second.attemptId, setUp.tokenOf(first.mail))).toEqual({ refused: 'expired' });
    expect(await answer(second.attemptId, second.mail.code)).toEqual(proved());
  });

  test('two sign-ins of one person at once have two mails, and neither ends the other', async () => {
    const one = await askedFor(ADA, { boundTo: 'one' });
    const two = await askedFor(ADA, { boundTo: 'two' });
    expect(await answer(one.attemptId, two.mail.code, 'one')).toEqual({ refused: 'wrong' });
    expect(await answer(one.attemptId, setUp.tokenOf(two.mail), 'one')).toEqual({ refused: 'expired' });
    expect(await answer(one.attemptId, two.mail.code, 'two')).toEqual({ refused: 'expired' });
    expect(await answer(one.attemptId, one.mail.code, 'one')).toEqual(proved());
    expect(await answer(two.attemptId, two.mail.code, 'two')).toEqual(proved());
  });

  test('ends after ten minutes, and the sweeper takes the row away', async () => {
    const { attemptId, mail } = await askedFor();
    setUp.clock.at += 599_000;
    expect(await setUp.email.readLink(setUp.tokenOf(mail))).toMatchObject({ code: mail.code });
    setUp.clock.at += 1_000;
    expect(await setUp.email.readLink(setUp.tokenOf(mail))).toBeUndefined();
    expect(await answer(attemptId, mail.code)).toEqual({ refused: 'expired' });
    const { db, clock } = setUp;
    const sweeper = createSweeper({ db, clock, leases: createLeases({ db }), tables: email.sweeps ?? [] });
    expect(await sweeper.sweep()).toEqual({ removed: { email_codes: 1 } });
  });

  test('does and answers the same for an address that nobody has, and for a disabled person', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await setUp.users.disable(bob.id, SYSTEM);
    for (const [at, identifier] of ['nobody@analytical.example', bob.email, ADA].entries()) {
      const { show, mail } = await askedFor(identifier, { boundTo: `interaction-${at}` });
      expect(show).toEqual({ address: identifier, validSeconds: 600, isMailAway: false });
      expect(mail).toMatchObject({ isDecoy: identifier !== ADA, appName: 'Books' });
      expect(mail.to).toBe(identifier === ADA ? setUp.ada.email : 'nobody@nobody.invalid');
    }
    const rows: Record<string, unknown>[] = await setUp.db('email_codes').select();
    const shapes = rows.map((row) =>
      Object.entries(row).map(([name, value]) => [name, name === 'user_id' || typeof value]),
    );
    expect(shapes).toHaveLength(3);
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
  });

  test('asks the database the same for every address', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await setUp.users.disable(bob.id, SYSTEM);
    const statementsFor = async (identifier: string) => {
      const statements: string[] = [];
      const note = ({ sql }: { sql: string }) => void statements.push(sql);
      setUp.db.knex.on('query', note);
      await ask(identifier, { boundTo: identifier });
      setUp.db.knex.off('query', note);
      return statements;
    };
    const known = await statementsFor(ADA);
    expect(known.length).toBeGreaterThan(3);
    for (const identifier of ['nobody@analytical.example', bob.email])
      expect((await statementsFor(identifier)).sort()).toEqual([...known].sort());
  });

  test('shows the address as it was typed, tidy, and not as it is stored', async () => {
    const { show, mail } = await askedFor('ADA@Analytical.Example');
    expect(show?.address).toBe('ADA@analytical.example');
    expect(mail.to).toBe(setUp.ada.email);
  });

  test('even the right code of a decoy proves nobody', async () => {
    const { attemptId, mail } = await askedFor('nobody@analytical.example');
    expect(await answer(attemptId, mail.code)).toEqual({ refused: 'wrong' });
  });

  test('a person who was created or came to the address after the mail is not signed in by it', async () => {
    const { attemptId, mail } = await askedFor('eve@analytical.example');
    await setUp.users.create({ email: 'eve@analytical.example' }, SYSTEM);
    expect(await answer(attemptId, mail.code)).toEqual({ refused: 'wrong' });
  });

  test('proves nothing any more when the person changed the address meanwhile', async () => {
    const { attemptId, mail } = await askedFor();
    await setUp.users.update(setUp.ada.id, { email: 'ada@new.example' }, SYSTEM);
    expect(await answer(attemptId, mail.code)).toEqual({ refused: 'expired' });
  });

  test('who reads the mail has shown that the address is theirs', async () => {
    expect(setUp.ada.emailVerified).toBe(false);
    const { attemptId, mail } = await askedFor();
    await answer(attemptId, mail.code);
    expect((await setUp.users.get(setUp.ada.id)).emailVerified).toBe(true);
  });

  test('keeps nothing readable: no code, no token, no address, no handle', async () => {
    const { attemptId, mail } = await askedFor();
    const stored = JSON.stringify([
      await setUp.db('email_codes').select(),
      await setUp.db('one_time_memory').select(),
    ]);
    for (const secret of [mail.code, setUp.tokenOf(mail), attemptId, ADA, BROWSER, 'analytical'])
      expect(stored.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  test('a link tells what it is for only to who holds its token, and reading it spends nothing', async () => {
    const { attemptId, mail } = await askedFor();
    const token = setUp.tokenOf(mail);
    const readings = await Promise.all(Array.from({ length: 50 }, () => setUp.email.readLink(token)));
    expect(readings.every((link) => link?.code === mail.code && link.address === setUp.ada.email)).toBe(true);
    for (const other of ['', 'x', `${token}=`, token.slice(1), `${token.slice(0, -1)}_`.replace(/__$/, '_a')])
      expect(await setUp.email.readLink(other)).toBeUndefined();
    expect(await answer(attemptId, token)).toEqual(proved());
  });

  test('a code made under the older server key works after a rotation', async () => {
    const { attemptId, mail } = await askedFor();
    setUp.serverKeys.set('key_2', Buffer.alloc(32, 4));
    setUp.state.keyId = 'key_2';
    expect(await answer(attemptId, mail.code)).toEqual(proved());
  });

  test('codes are bound to their row: one moved to another row opens nothing', async () => {
    const one = await askedFor(ADA, { boundTo: 'one' });
    const two = await askedFor('bob@analytical.example', { boundTo: 'two' });
    const [row] = await setUp.db('email_codes').whereNotNull('user_id').select('code_mac');
    await setUp.db('email_codes').whereNull('user_id').update({ code_mac: row.code_mac });
    await setUp.db('email_codes').whereNull('user_id').update({ user_id: setUp.ada.id });
    expect(await answer(two.attemptId, one.mail.code, 'two')).toEqual({ refused: 'wrong' });
  });
});

describe('asking for a mail', () => {
  const few: [{ points: number; perSeconds: number }] = [{ points: 3, perSeconds: 600 }];

  test('says from which browser and network it was asked, in the language of the person', async () => {
    setUp = await setUpEmail();
    await setUp.users.update(setUp.ada.id, { profile: { locale: 'de-AT' } }, SYSTEM);
    const userAgent = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/147.0 Mobile Safari/537.36';
    await ask(ADA, { request: { ...anyPlace(), userAgent } });
    expect(setUp.last()).toMatchObject({
      locale: 'de-AT',
      device: 'Chrome · Android',
      appName: 'Books',
      network: expect.stringMatching(/^2001:db8:/),
      when: setUp.clock.now(),
      url: expect.stringMatching(/^https:\/\/id\.example\/email\/link\?token=[\w-]{43}$/),
    });
  });

  test('tells when the mail server does not answer, whoever is asked for', async () => {
    setUp = await setUpEmail();
    setUp.state.isAnswering = false;
    expect((await askedFor()).show).toMatchObject({ isMailAway: true });
    expect((await askedFor('nobody@analytical.example')).show).toMatchObject({ isMailAway: true });
  });

  test('is offered to nobody when there is no mail, or when the operator says so', async () => {
    setUp = await setUpEmail();
    expect(await setUp.email.isEnrolled(setUp.ada.id)).toBe(true);
    setUp.state.isAvailable = false;
    expect(await setUp.email.isEnrolled(setUp.ada.id)).toBe(false);
    await setUp.close();
    setUp = await setUpEmail({ config: { enabled: false } });
    expect(await setUp.email.isEnrolled(setUp.ada.id)).toBe(false);
  });

  test('tells apps what the operator says that it proves', async () => {
    setUp = await setUpEmail({ config: { amr: ['mca'] } });
    const { attemptId, mail } = await askedFor();
    expect(await answer(attemptId, mail.code)).toMatchObject({ amr: ['mca'] });
  });

  test.each([
    ['somebody', ADA],
    ['nobody', 'nobody@analytical.example'],
  ])('is limited for each address, that of %s', async (_who, identifier) => {
    setUp = await setUpEmail({ config: { limits: { address: few } } });
    for (let mails = 0; mails < 3; mails += 1) expect(await ask(identifier)).toHaveProperty('attemptId');
    expect(await ask(identifier.toUpperCase())).toMatchObject({ refused: 'slow_down' });
    expect(setUp.sent).toHaveLength(3);
    expect(await ask('bob@analytical.example')).toHaveProperty('attemptId');
    await setUp.waitSeconds(600);
    expect(await ask(identifier)).toHaveProperty('attemptId');
  });

  test('is limited for each browser, whatever the network and the address', async () => {
    setUp = await setUpEmail({ config: { limits: { browser: few } } });
    const from = () => ({ ...anyPlace(), browserHash: 'one browser' });
    for (let mails = 0; mails < 3; mails += 1) await askedFor(`p${mails}@x.example`, { request: from() });
    expect(await ask('p4@x.example', { request: from() })).toMatchObject({ refused: 'slow_down' });
    expect(await ask('p4@x.example')).toHaveProperty('attemptId');
  });

  test('is limited for each network, whatever the browser and the address', async () => {
    setUp = await setUpEmail({ config: { limits: { network: few } } });
    const from = () => ({ ...anyPlace(), network: '192.0.2.7' });
    for (let mails = 0; mails < 3; mails += 1) await askedFor(`p${mails}@x.example`, { request: from() });
    expect(await ask('p4@x.example', { request: from() })).toMatchObject({ refused: 'slow_down' });
    expect(await ask('p4@x.example')).toHaveProperty('attemptId');
  });

  test('an attacker who uses up an address keeps nobody out of a browser that signed in before', async () => {
    setUp = await setUpEmail({ config: { limits: { address: few, knownDevice: few } } });
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device of ada');
    for (let mails = 0; mails < 5; mails += 1) await ask();
    expect(await ask()).toMatchObject({ refused: 'slow_down' });
    const own = () => ({ ...anyPlace(), knownBrowserHash: 'device of ada' });
    for (let mails = 0; mails < 3; mails += 1)
      expect(await ask(ADA, { request: own() })).toHaveProperty('attemptId');
    expect(await ask(ADA, { request: own() })).toMatchObject({ refused: 'slow_down' });
  });

  test('fifty at once send no more mails than the limit lets through', async () => {
    setUp = await setUpEmail({ config: { limits: { address: few } } });
    await Promise.all(Array.from({ length: 50 }, (_, at) => ask(ADA, { boundTo: `interaction-${at}` })));
    expect(setUp.sent).toHaveLength(3);
  });
});
