import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { READ_AGAIN_MS, type Started, startSteps, toldApp } from './set-up.ts';
import { createWordOfTheHouse } from './word-of-the-house.ts';

eachDatabase('a required step', (dialect) => {
  const house = createWordOfTheHouse();
  let given: Started;
  beforeAll(async () => {
    given = await startSteps({ dialect, requiredSteps: [house] });
  });
  afterAll(() => given?.close());

  test('is asked after the proof, and the app gets its code after it', async () => {
    const app = await given.party({ requires: ['word'] });
    const { page, visitor } = await given.signIn(app, await given.person());
    expect(page.heading).toBe('The word of the house');
    const wrong = await visitor.submit(page, { word: 'goose' }, { form: '/required/word' });
    expect(wrong.status).toBe(422);
    const done = await visitor.submit(wrong, { word: 'heron' }, { form: '/required/word' });
    expect(toldApp(done).get('code')).toBeTruthy();
    expect(toldApp(await given.open(app, visitor)).get('code')).toBeTruthy();
  });

  test('that is declined is `access_denied` (RFC 6749 §4.1.2.1), and is asked again', async () => {
    const app = await given.party({ requires: ['word'] });
    const { page, visitor } = await given.signIn(app, await given.person());
    const back = await visitor.submit(page, {}, { form: '/cancel' });
    expect(toldApp(back).get('error')).toBe('access_denied');
    expect((await given.open(app, visitor)).heading).toBe('The word of the house');
  });

  test('lets sign out instead', async () => {
    const app = await given.party({ requires: ['word'] });
    const { page, visitor } = await given.signIn(app, await given.person());
    const out = await visitor.submit(page, { answer: 'sign-out' }, { form: '/required/word' });
    expect(out.url).toContain('/session/end/success');
    expect((await given.open(app, visitor)).forms.some(({ action }) => action.includes('/login'))).toBe(true);
  });

  test('holds a session that is there, and a silent renewal hears `interaction_required`', async () => {
    const app = await given.party();
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    expect(toldApp(page).get('code')).toBeTruthy();
    await given.json('clients', 'update', app.clientId, '--require', 'word');
    given.pass(READ_AGAIN_MS);
    const silent = toldApp(await given.open(app, visitor, { prompt: 'none' }));
    expect(silent.get('error')).toBe('interaction_required');
    expect((await given.open(app, visitor)).heading).toBe('The word of the house');
    house.known.add(person.id);
    expect(toldApp(await given.open(app, visitor, { prompt: 'none' })).get('code')).toBeTruthy();
  });

  test('that is demanded everywhere is asked at any app, and not in the own account', async () => {
    const everywhere = await startSteps({
      dialect,
      requiredSteps: [house],
      settings: { requiredSteps: { everywhere: ['word'] } },
    });
    onTestFinished(() => everywhere.close());
    const { page, visitor } = await everywhere.signIn(await everywhere.party(), await everywhere.person());
    expect(page.heading).toBe('The word of the house');
    // The page of a step would be a 200, too.
    const own = `${everywhere.url}/account/profile`;
    expect(await visitor.open(own)).toMatchObject({ status: 200, url: own });
  });

  describe('is not to be had around', () => {
    test('by the address of the resume, of the consent or of a login', async () => {
      const app = await given.party({ requires: ['word'], firstParty: false });
      const { page, visitor } = await given.signIn(app, await given.person());
      const uid = /interaction\/([^/?]+)/.exec(page.url)?.[1] ?? '';
      const resumed = await visitor.open(`/auth/${uid}`);
      expect(resumed.heading).toBe('The word of the house');
      const next = /interaction\/([^/?]+)/.exec(resumed.url)?.[1] ?? '';
      const csrf = resumed.forms[0]?.fields.csrf ?? '';
      for (const step of ['consent', 'login', 'later', 'select-account']) {
        const answer = await visitor.post(`/interaction/${next}/${step}`, { csrf, decision: 'allow' });
        expect(answer.url, step).not.toContain('localhost:9999');
      }
    });

    test('by another browser, or with the cookies of another person', async () => {
      const app = await given.party({ requires: ['word'] });
      const { page } = await given.signIn(app, await given.person());
      const other = given.visitor();
      const stranger = await other.open(page.url);
      expect(stranger.heading).not.toBe('The word of the house');
      const { page: theirs, visitor } = await given.signIn(app, await given.person());
      const mixed = await visitor.post(
        page.forms.find(({ action }) => action.includes('/required/'))?.action ?? '',
        {
          ...theirs.forms[0]?.fields,
          word: 'heron',
        },
      );
      expect(mixed.url).not.toContain('localhost:9999');
    });

    test('by a switch to another account: that person is asked', async () => {
      const app = await given.party({ requires: ['word'] });
      const [ada, ben] = [await given.person(), await given.person()];
      const { page, visitor } = await given.signIn(app, ada);
      const login = await visitor.submit(page, {}, { form: '/switch' });
      const after = await visitor.submit(
        login,
        { identifier: ben.email, password: 'correct horse battery staple' },
        { form: '/login' },
      );
      expect(after.heading).toBe('The word of the house');
      const done = await visitor.submit(after, { word: 'heron' }, { form: '/required/word' });
      expect(toldApp(done).get('code')).toBeTruthy();
      expect([house.known.has(ada.id), house.known.has(ben.id)]).toEqual([false, true]);
    });
  });
});
