import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRequiredSteps } from '../../src/doctor/required-steps.ts';
import { eachDatabase } from '../support/database.ts';
import { authorize, createRelyingParty, redeem } from '../support/relying-party.ts';
import { READ_AGAIN_MS, type Started, startSteps, toldApp } from './set-up.ts';

const URL_OF_THEM = 'https://acme.example/terms';
const ACCEPT = { form: '/required/terms' };

eachDatabase('terms', (dialect) => {
  let given: Started;
  beforeAll(async () => {
    given = await startSteps({ dialect });
  });
  afterAll(() => given?.close());

  let made = 0;
  /** Other terms in their first version, by address. */
  const createTerms = async (...options: string[]): Promise<string> => {
    made += 1;
    const name = `house-${made}`;
    const version = ['--version', '1', '--title', `Terms ${made}`, '--url', URL_OF_THEM];
    await given.json('terms', 'create', name, ...version, ...options);
    return name;
  };
  const publish = async (name: string, version: string) => {
    const titled = ['--title', `Terms in version ${version}`, '--url', `${URL_OF_THEM}/${version}`];
    await given.json('terms', 'publish', name, '--version', version, ...titled);
    given.pass(READ_AGAIN_MS);
  };
  const accepted = async (email: string) => (await given.json('users', 'show', email)).accepted_terms;

  test('are accepted once, and asked again after a new version', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    expect(page.heading).toBe('Please read and accept');
    expect(page.html).toContain(URL_OF_THEM);
    expect(toldApp(await visitor.submit(page, {}, ACCEPT)).get('code')).toBeTruthy();
    expect(toldApp(await given.open(app, visitor, { prompt: 'none' })).get('code')).toBeTruthy();

    await publish(name, '2');
    const silent = toldApp(await given.open(app, visitor, { prompt: 'none' }));
    expect(silent.get('error')).toBe('interaction_required');
    const again = await given.open(app, visitor);
    expect(again.html).toContain('This has changed since you accepted it');
    expect(toldApp(await visitor.submit(again, {}, ACCEPT)).get('code')).toBeTruthy();
    expect(await accepted(person.email)).toMatchObject([
      { terms: name, version: '2' },
      { terms: name, version: '1' },
    ]);
    const { versions } = await given.json('terms', 'show', name);
    expect(versions).toMatchObject([
      { version: '1', accepted: 1 },
      { version: '2', accepted: 1 },
    ]);
  });

  test('are told to the audit: who, which version, for which app', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    await visitor.submit(page, {}, ACCEPT);
    const events = await given.modules.audit.list({ userId: person.id, event: 'terms.accepted', limit: 10 });
    expect(events).toMatchObject([{ clientId: app.clientId, detail: { terms: name, version: '1' } }]);
  });

  test('stand in the copy that the person takes of their data, and in nobody else’s', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const copyOf = async (accepts: boolean) => {
      const { page, visitor } = await given.signIn(app, await given.person());
      if (accepts) await visitor.submit(page, {}, ACCEPT);
      const data = await visitor.open(`${given.url}/account/data`);
      return JSON.parse((await visitor.submit(data, {}, { form: '/data/export' })).html);
    };
    const copy = await copyOf(true);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(copy.rows.terms_acceptances).toEqual([
      { terms_name: name, version: '1', client_id: app.clientId, accepted_at: at },
    ]);
    const detail = expect.objectContaining({ terms: name, version: '1' });
    expect(copy.events).toContainEqual(expect.objectContaining({ event: 'terms.accepted', detail }));
    expect((await copyOf(false)).rows.terms_acceptances ?? []).toEqual([]);
  });

  test('that are not accepted are `access_denied`, and nobody has accepted them', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    const back = await visitor.submit(page, { answer: 'decline' }, ACCEPT);
    expect(toldApp(back).get('error')).toBe('access_denied');
    expect(await accepted(person.email)).toEqual([]);
    // One's own pages show what is kept of one, whatever others want to have accepted.
    await given.json('users', 'require', `terms:${name}`, person.email);
    given.pass(READ_AGAIN_MS);
    const own = `${given.url}/account/data`;
    expect(await visitor.open(own)).toMatchObject({ status: 200, url: own });
  });

  test('in the version that was shown: one that came between page and press is shown first', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    await publish(name, '2');
    const newer = await visitor.submit(page, {}, ACCEPT);
    expect(newer).toMatchObject({ status: 409, heading: 'Please read and accept' });
    expect(newer.html).toContain('Terms in version 2');
    expect(await accepted(person.email)).toEqual([]);
    expect(toldApp(await visitor.submit(newer, {}, ACCEPT)).get('code')).toBeTruthy();
    expect(await accepted(person.email)).toMatchObject([{ version: '2' }]);
  });

  test('are accepted once by fifty presses at once', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    const { action = '', fields = {} } = page.forms.find((form) => form.action.includes('required')) ?? {};
    const target = new URL(action, page.url).href;
    await Promise.all(
      Array.from({ length: 50 }, () => visitor.request('POST', target, new URLSearchParams(fields))),
    );
    expect(await accepted(person.email)).toHaveLength(1);
    const events = await given.modules.audit.list({ userId: person.id, event: 'terms.accepted', limit: 10 });
    expect(events).toHaveLength(1);
  });

  test('are not asked before their time, and not after they were deleted', async () => {
    const name = await createTerms('--since', '2h');
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    expect(toldApp(page).get('code')).toBeTruthy();
    given.pass(2 * 3_600_000 + READ_AGAIN_MS);
    const asked = await given.open(app, visitor);
    expect(asked.heading).toBe('Please read and accept');
    await given.json('terms', 'delete', name);
    given.pass(READ_AGAIN_MS);
    expect(toldApp(await given.open(app, visitor)).get('code')).toBeTruthy();
    const { warnings } = await given.json('clients', 'show', app.clientId);
    expect(warnings).toEqual([expect.stringContaining(`Nobody is asked for terms:${name}`)]);
  });

  test('that the configuration demands and that there are none of are found by the doctor', async () => {
    const name = await createTerms();
    const look = (...everywhere: string[]) =>
      checkRequiredSteps({ requiredSteps: { everywhere } }, given.modules.db);
    expect(await look(`terms:${name}`, 'confirmed-address')).toEqual([]);
    expect(await look(`terms:${name}`, 'terms:nowhere')).toMatchObject([
      { check: 'required_steps.terms', level: 'warning', what: expect.stringContaining('nowhere') },
    ]);
  });

  test('let refresh tokens live: nobody is there who could accept', async () => {
    const name = await createTerms();
    const app = await given.party({});
    const person = await given.person();
    const authorization = await authorize(given, app, person);
    const { refresh_token: token = '' } = await redeem(app, authorization);
    await given.json('clients', 'update', app.clientId, '--require', `terms:${name}`);
    given.pass(READ_AGAIN_MS);
    const answer = await fetch(`${given.url}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${app.clientId}:${app.secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    });
    expect(answer.status).toBe(200);
  });

  test('are demanded of who signs in anew, and of who chooses an account', async () => {
    const name = await createTerms();
    const app = await given.party({ requires: [`terms:${name}`] });
    const person = await given.person();
    const { page, visitor } = await given.signIn(app, person);
    await visitor.submit(page, {}, ACCEPT);
    await publish(name, '2');
    const chosen = await given.open(app, visitor, { prompt: 'select_account' });
    const stayed = await visitor.submit(chosen, {}, { form: '/select-account' });
    expect(stayed.heading).toBe('Please read and accept');
    const old = await given.open(app, visitor, { prompt: 'login', max_age: '0' });
    expect(old.forms.some(({ action }) => action.includes('/login'))).toBe(true);
    const typed = { identifier: person.email, password: 'correct horse battery staple' };
    const after = await visitor.submit(old, typed, { form: '/login' });
    expect(after.heading).toBe('Please read and accept');
    expect(toldApp(await visitor.submit(after, {}, ACCEPT)).get('code')).toBeTruthy();
  });

  test('a native app gets its code after one press for them and one for it', async () => {
    const name = await createTerms();
    const app = await createRelyingParty(given, {
      type: 'native',
      redirectUris: ['http://localhost:9999/callback'],
      requires: [`terms:${name}`],
    });
    const { page, visitor } = await given.signIn(app, await given.person());
    const next = await visitor.submit(page, {}, ACCEPT);
    const back = await visitor.submit(next, { decision: 'allow' }, { form: '/consent' });
    expect(toldApp(back).get('code')).toBeTruthy();
  });

  describe('in words', () => {
    test('speak the language of the page, and show their text where there is no address', async () => {
      const file = join(given.dataDir, 'terms.txt');
      await writeFile(file, 'Seien Sie <b>nett</b>.\n\nDanke.');
      const titles = ['--title', 'House rules', '--title', 'de=Hausregeln'];
      const where = ['--url', `fr=${URL_OF_THEM}`, '--text-file', file];
      await given.json('terms', 'create', 'rules', '--version', '1', ...titles, ...where);
      const app = await given.party({ requires: ['terms:rules'] });
      const { page } = await given.signIn(app, await given.person(), { ui_locales: 'de' });
      expect(page.heading).toBe('Bitte lesen und zustimmen');
      expect(page.html).toContain('Hausregeln');
      expect(page.html).toContain('Seien Sie &lt;b&gt;nett&lt;/b&gt;.');
    });

    test.each([
      ['without a title', ['--url', URL_OF_THEM]],
      ['at an address that a browser would run', ['--title', 'Terms', '--url', 'javascript:alert(1)']],
      ['in the clear', ['--title', 'Terms', '--url', 'http://acme.example/terms']],
      ['nowhere', ['--title', 'Terms']],
      ['with a title of two lines', ['--title', 'Terms\nof use', '--url', URL_OF_THEM]],
      ['with a title for a language twice', ['--title', 'A', '--title', 'B', '--url', URL_OF_THEM]],
    ])('are refused %s', async (_, options) => {
      await given.refused('terms', 'create', 'wrong', '--version', '1', ...options);
      expect((await given.refused('terms', 'show', 'wrong')).code).toBe('terms.unknown');
    });

    test('have names and versions that are there once', async () => {
      const name = await createTerms();
      const version = ['--version', '1', '--title', 'Again', '--url', URL_OF_THEM];
      expect((await given.refused('terms', 'create', name, ...version)).code).toBe('terms.taken');
      expect((await given.refused('terms', 'publish', name, ...version)).code).toBe('terms.version_taken');
      expect((await given.refused('terms', 'publish', 'nowhere', ...version)).code).toBe('terms.unknown');
      expect((await given.refused('terms', 'show', 'nowhere')).code).toBe('terms.unknown');
    });

    test('are demanded by a name that there is', async () => {
      const app = await given.party();
      for (const demand of ['terms', 'terms:nowhere', 'tea', 'terms:x y'])
        expect(
          (await given.refused('clients', 'update', app.clientId, '--require', demand)).code,
          demand,
        ).toBe('command.usage');
    });
  });
});
