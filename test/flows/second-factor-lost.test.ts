import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addCredential } from '../support/credentials.ts';
import { eachDatabase } from '../support/database.ts';
import { mailAbout, mailsTo } from './mailbox.ts';
import { cameBack, PASSWORD, type Person, startWorld, stepOf, type World } from './second-factor-set-up.ts';

eachDatabase('a second factor that was lost', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
  });
  afterAll(() => world?.close());

  const remove = (person: Person, values = {}) =>
    world.command('users remove-second-factor', values, { positionals: [person.email] });
  const nextStepOf = async (person: Person) => {
    const page = await world.givePassword(world.newVisitor(), books.id, person);
    return cameBack(page) ? 'app' : stepOf(page);
  };

  const give = async (person: Person, method: string, answerOf: (shown: object) => Record<string, string>) =>
    (await addCredential(world, person.id, method, answerOf)).shown;

  test('is taken away by the operator, with what stood in for it, and the person is told', async () => {
    const ana = await world.createPersonWithApp();
    const shown = await give(ana, 'backup-codes', () => ({ saved: 'yes' }));
    const visitor = world.newVisitor();
    await world.giveCode(visitor, await world.givePassword(visitor, books.id, ana), ana, {
      remember_device: 'yes',
    });
    expect(await nextStepOf(ana)).toBe('totp');

    const answer = await remove(ana);
    expect(answer).toEqual({
      id: ana.id,
      removed: { totp: 1, 'backup-codes': 1 },
      remembered_devices: 1,
      ended: { sessions: 1, grants: 1 },
    });
    expect((await visitor.open('/account')).heading).toBe('Sign in');
    const said = JSON.stringify(answer);
    for (const secret of [ana.secret ?? '', ...(shown as { codes: string[] }).codes])
      expect(said).not.toContain(secret);
    expect(await nextStepOf(ana)).toBe('app');
    expect(await world.modules.rememberedBrowsers.list(ana.id)).toEqual([]);

    const mail = await mailAbout(world, ana.email, 'The second step');
    expect(mail.text).toContain('Authenticator app, Backup codes');
    expect(mail.url).toBe(`${world.issuer}/account`);
    const [event] = await world.modules.audit
      .list({ userId: ana.id, limit: 50 })
      .then((events) => events.filter((each) => each.event === 'users.second_factors_removed'));
    expect(event).toMatchObject({
      actor: { type: 'operator', id: userInfo().username },
      detail: {
        before: { totp: 1, 'backup-codes': 1 },
        after: { totp: 0, 'backup-codes': 0 },
      },
    });
    const again = await visitor.submit(
      await visitor.open('/account/security'),
      { identifier: ana.email, password: PASSWORD },
      { form: '/login' },
    );
    expect(again.html).toContain('Your second step was removed');
  });

  test('is added again inside the next sign-in, where one is required', async () => {
    const strict = await world.createClient({ 'second-factor': 'required' });
    const ana = await world.createPersonWithApp();
    await remove(ana);
    const page = await world.givePassword(world.newVisitor(), strict.id, ana);
    expect(page.heading).toBe('Add a second way to prove it’s you');
  });

  test('leaves passkeys alone, which are a sign-in by themselves, unless they are gone as well', async () => {
    const ana = await world.createPersonWithApp();
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    await give(ana, 'passkey', (shown) => ({
      credential: authenticator.create(shown),
    }));
    expect(await remove(ana)).toMatchObject({ removed: { totp: 1 } });
    expect(await remove(ana, { passkeys: true })).toMatchObject({ removed: { passkey: 1 } });
    expect(await world.modules.methods.listEnrolled(ana.id)).toMatchObject([{ method: 'password' }]);
  });

  test('that nobody has is no news to anybody', async () => {
    const ana = await world.createPerson();
    expect(await remove(ana)).toMatchObject({ removed: {} });
    expect(await mailsTo(world, ana.email)).toEqual([]);
  });

  test('takes nothing from anybody else', async () => {
    const [ana, bob] = [await world.createPersonWithApp(), await world.createPersonWithApp()];
    await remove(ana);
    expect(await nextStepOf(bob)).toBe('totp');
  });
});
