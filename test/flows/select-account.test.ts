import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { anotherCode, mailAbout } from './mailbox.ts';
import {
  CALLBACK,
  cameBack,
  errorOf,
  PASSWORD,
  type Person,
  startWorld,
  stepOf,
  type World,
} from './second-factor-set-up.ts';
import type { Page, Visitor } from './visitor.ts';

eachDatabase('with which account', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };
  let ana: Person;
  let bob: Person;
  let visitor: Visitor;

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient({ 'auth-method': 'client_secret_basic' });
    [ana, bob] = [await world.createPerson(), await world.createPerson()];
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    visitor = world.newVisitor();
    expect(cameBack(await world.givePassword(visitor, books.id, ana))).toBe(true);
  });

  const open = (values: Record<string, string>, client = books) => visitor.open(world.ask(client.id, values));
  const stay = (page: Page) => visitor.submit(page, {}, { form: '/select-account' });
  const another = (page: Page) => visitor.submit(page, {}, { form: '/switch' });
  const signIn = (page: Page, { email }: Person) =>
    visitor.submit(page, { identifier: email, password: PASSWORD }, { form: '/login' });
  const subject = async (page: Page) => (await world.idTokenOf(page, books)).sub;
  const isQuestion = (page: Page) => {
    expect(page).toMatchObject({ status: 200, heading: 'Choose an account' });
    expect(page.html).toContain('Continue as <bdi>Ana Lima</bdi>');
    expect(page.html).toContain(ana.email);
    return page;
  };

  test('is written in discovery, without create where nobody may make an account', async () => {
    const discovery = await fetch(`${world.issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    });
  });

  describe('prompt=select_account', () => {
    test('asks who is signed in, and goes on with that account by one press, without a new sign-in', async () => {
      const before = await world.idTokenOf(await open({}), books);
      const question = isQuestion(await open({ prompt: 'select_account' }));
      const token = await world.idTokenOf(await stay(question), books);
      expect([token.sub, token.auth_time]).toEqual([ana.id, before.auth_time]);
      isQuestion(await open({ prompt: 'select_account' }));
    });

    test('asks nobody who has just signed in', async () => {
      visitor = world.newVisitor();
      const login = await open({ prompt: 'select_account' });
      expect(login.heading).toBe('Sign in');
      expect(await subject(await signIn(login, ana))).toBe(ana.id);
    });

    test('leads another account through a sign-in that knows nobody yet, and ends the first session then', async () => {
      const { uid } = (await world.modules.oidc.sessions.listByUser(ana.id))[0] ?? {};
      const login = await another(await open({ prompt: 'select_account' }));
      expect([login.heading, login.html.includes(ana.email)]).toEqual(['Sign in', false]);
      // Nobody was signed out by the press alone.
      expect(await subject(await open({}))).toBe(ana.id);
      expect(await subject(await signIn(login, bob))).toBe(bob.id);
      expect(await subject(await open({}))).toBe(bob.id);
      const left = await world.modules.oidc.sessions.listByUser(ana.id);
      expect(left.map((session) => session.uid)).not.toContain(uid);
    });

    test('lets a person sign in again who wanted another account and changed their mind', async () => {
      const login = await another(await open({ prompt: 'select_account' }));
      expect(await subject(await signIn(login, ana))).toBe(ana.id);
    });

    test('comes before a login that is wanted as well, which asks the chosen one', async () => {
      const login = await stay(isQuestion(await open({ prompt: 'login select_account' })));
      expect(login.html).toMatch(new RegExp(`value="${ana.email}"[^>]*readonly`));
      expect(await subject(await visitor.submit(login, { password: PASSWORD }, { form: '/login' }))).toBe(
        ana.id,
      );
    });

    test('comes before a second factor, which asks the chosen one', async () => {
      const strict = await world.createClient({ 'second-factor': 'required' });
      const person = await world.createPersonWithApp();
      visitor = world.newVisitor();
      const plain = await world.createClient({ 'second-factor': 'never' });
      await world.givePassword(visitor, plain.id, person);
      const step = await stay(await open({ prompt: 'select_account' }, strict));
      expect(stepOf(step)).toBe('totp');
      expect(cameBack(await world.giveCode(visitor, step, person))).toBe(true);
    });

    test('does without the question for an app that insists on one person', async () => {
      const hint = (await world.tokensOf(await open({}), books)).id_token ?? '';
      expect(await subject(await open({ prompt: 'select_account', id_token_hint: hint }))).toBe(ana.id);
      const claims = JSON.stringify({ id_token: { sub: { value: bob.id } } });
      expect((await open({ prompt: 'select_account', claims })).heading).toBe('Sign in');
    });

    test('tells the app before any page what cannot end well', async () => {
      const scope = await open({ prompt: 'select_account', scope: 'nothing' });
      expect([scope.trail.length, errorOf(scope)]).toEqual([2, 'invalid_scope']);
      const acr = { claims: JSON.stringify({ id_token: { acr: { essential: true, value: '9' } } }) };
      const level = await open({ prompt: 'select_account', ...acr });
      expect([level.trail.length, errorOf(level)]).toEqual([2, 'unmet_authentication_requirements']);
    });

    test('may be cancelled, and changes nothing when its address is opened', async () => {
      const question = await open({ prompt: 'select_account' });
      isQuestion(await visitor.open(question.url.replace('?', '/select-account?')));
      expect(errorOf(await visitor.submit(question, {}, { form: '/cancel' }))).toBe('access_denied');
    });

    test('is the press that a native app needs, unless another account follows', async () => {
      const native = await world.command('clients create', {
        name: 'Shelf',
        'redirect-uri': ['com.example.shelf:/callback'],
        type: 'native',
      });
      const asked = { redirect_uri: 'com.example.shelf:/callback', prompt: 'select_account' };
      const client = { id: native.client_id ?? '', secret: '' };
      const consent = await stay(await open(asked, client));
      const allowed = await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' });
      expect(allowed.url).toMatch('com.example.shelf:/callback?code=');
      // Without the question there is a page all the same.
      expect((await open({ ...asked, prompt: 'login' }, client)).heading).toBe('Sign in');
      const { prompt: _, ...silent } = asked;
      expect((await open(silent, client)).heading).toContain('Shelf');
      expect((await stay(await open(asked, client))).url).toMatch('com.example.shelf:/callback?code=');
    });

    test('is asked of a pushed request alike', async () => {
      const pushed = await push({ prompt: 'select_account' });
      const login = await another(isQuestion(await visitor.open(pushed)));
      expect(await subject(await signIn(login, bob))).toBe(bob.id);
      expect(await subject(await stay(await visitor.open(await push({ prompt: 'select_account' }))))).toBe(
        bob.id,
      );
    });

    test('begins anew in a browser to which its address was copied', async () => {
      const question = await open({ prompt: 'select_account' });
      const other = world.newVisitor();
      expect((await other.open(question.url)).heading).toBe('Sign in');
      isQuestion(await visitor.open(question.url));
    });
  });

  describe('a swap of the account while the question is open', () => {
    test.each([
      ['as it is', (values: Record<string, string>) => world.ask(books.id, values)],
      ['pushed', (values: Record<string, string>) => push(values)],
    ])('is no way to get a code of either, from a request %s', async (_is, ask) => {
      for (const press of [stay, another]) {
        visitor = world.newVisitor();
        await world.givePassword(visitor, books.id, ana);
        const question = isQuestion(await visitor.open(await ask({ prompt: 'select_account' })));
        // In another tab, somebody else signs in.
        const tab = await another(await open({ prompt: 'select_account' }));
        expect(await subject(await signIn(tab, bob))).toBe(bob.id);
        const after = await press(question);
        expect([after.status, after.heading, cameBack(after)]).toEqual([200, 'You’re signed in', false]);
      }
    });

    test('is none by the form of the other way: who wanted another account is not signed in by staying', async () => {
      const question = await open({ prompt: 'select_account' });
      const login = await another(question);
      const again = await stay(question);
      expect(cameBack(again)).toBe(false);
      expect(await subject(await signIn(login, bob))).toBe(bob.id);
    });

    test('ends a sign-in for another account that is under way', async () => {
      const login = await another(await open({ prompt: 'select_account' }));
      const tab = await another(await open({ prompt: 'select_account' }));
      expect(await subject(await signIn(tab, bob))).toBe(bob.id);
      const late = await signIn(login, ana);
      expect([late.heading, cameBack(late)]).toEqual(['You’re signed in', false]);
      expect(await subject(await open({}))).toBe(bob.id);
    });

    test('by the cookies of one browser in another one opens no question', async () => {
      const question = await open({ prompt: 'select_account' });
      const thief = world.newVisitor();
      await thief.open(world.ask(books.id));
      for (const { name, value, path } of visitor.cookies)
        if (/interaction|resume/.test(name)) thief.cookies.push({ name, value, path });
      const seen = await thief.open(question.url);
      expect(seen.html).not.toContain(ana.email);
      const csrf = seen.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
      const pressed = await thief.post(question.url.replace('?', '/select-account?'), { csrf });
      expect(cameBack(pressed)).toBe(false);
      isQuestion(await visitor.open(question.url));
    });

    test('pressed fifty times at once gives the app one code', async () => {
      const question = await open({ prompt: 'select_account' });
      const copies = Array.from({ length: 50 }, () => visitor.copy());
      const ended = await Promise.all(
        copies.map((each) => each.submit(question, {}, { form: '/select-account' })),
      );
      expect(ended.filter(cameBack)).toHaveLength(1);
    });
  });

  describe('login_hint', () => {
    test.each([
      ['another address', () => bob.email],
      ['an address of nobody', () => 'nobody@example.com'],
      ['another address with blanks around it', () => ` ${bob.email} `],
    ])('that is %s: asks, and fills the field of the sign-in that follows', async (_is, hint) => {
      const login = await another(isQuestion(await open({ login_hint: hint() })));
      expect(login.html).toContain(`value="${hint()}"`);
      expect(await subject(await stay(await open({ login_hint: hint() })))).toBe(ana.id);
      expect(await subject(await signIn(login, bob))).toBe(bob.id);
    });

    test.each([
      ['the own address', () => ana.email],
      ['the own address in capitals', () => ana.email.toUpperCase()],
      ['no address', () => bob.id],
      ['a name', () => 'bob'],
      ['something like an address', () => 'bob@'],
      ['the word for another kind', () => 'tel:+4912345'],
      ['empty', () => ''],
    ])('that is %s is passed over', async (_is, hint) => {
      expect(await subject(await open({ login_hint: hint() }))).toBe(ana.id);
      expect(await subject(await open({ login_hint: hint(), prompt: 'none' }))).toBe(ana.id);
    });

    test('of another account with prompt=none is account_selection_required, and login_required of nobody', async () => {
      const asked = { login_hint: bob.email, prompt: 'none' };
      expect(errorOf(await open(asked))).toBe('account_selection_required');
      visitor = world.newVisitor();
      expect(errorOf(await open(asked))).toBe('login_required');
    });

    test('tells an app that was allowed nothing the same of a right and of a wrong guess', async () => {
      const stranger = await world.createClient({ 'first-party': false });
      const answers = [ana.email, bob.email, 'nobody@example.com'].map(async (hint) =>
        errorOf(await open({ login_hint: hint, prompt: 'none' }, stranger)),
      );
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['account_selection_required']));
      const consent = await open({ login_hint: ana.email }, stranger);
      await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' });
      expect(cameBack(await open({ login_hint: ana.email, prompt: 'none' }, stranger))).toBe(true);
    });

    test('gives way to a sub, of which such an app is told the same as well, in every word', async () => {
      const stranger = await world.createClient({ 'first-party': false });
      const none = (id: string) => ({
        claims: JSON.stringify({ id_token: { sub: { value: id } } }),
        prompt: 'none',
      });
      const answers = [ana.id, bob.id, 'nobody'].map(async (id) => {
        const { searchParams } = new URL((await open(none(id), stranger)).url);
        return ['error', 'error_description'].map((name) => searchParams.get(name));
      });
      const [right, ...wrong] = await Promise.all(answers);
      expect(right?.[0]).toBe('login_required');
      for (const answer of wrong) expect(answer).toEqual(right);
      const consent = await open({}, stranger);
      await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' });
      expect(cameBack(await open(none(ana.id), stranger))).toBe(true);
      expect(errorOf(await open(none(bob.id), stranger))).toBe('login_required');
    });

    test('is passed over by the side of an ID token, which says who is meant', async () => {
      const hint = (await world.tokensOf(await open({}), books)).id_token ?? '';
      expect(await subject(await open({ login_hint: bob.email, id_token_hint: hint }))).toBe(ana.id);
    });

    test('is compared with who is signed in and looked up nowhere: pages and statements are the same', async () => {
      const seen = [];
      for (const login_hint of [bob.email, 'nobody1@example.com']) {
        const statements: string[] = [];
        const note = ({ sql }: { sql: string }) => void statements.push(sql);
        world.modules.db.knex.on('query', note);
        const { html } = await open({ login_hint });
        world.modules.db.knex.off('query', note);
        const own = statements.filter(
          (sql) => !/\bfrom [`"]?(server_keys|keys|clients|client_secrets)\b/.test(sql),
        );
        expect(own.length).toBeGreaterThan(5);
        seen.push([html.replaceAll(/(nonce|value)="[^"]*"|\/interaction\/[^"]*/g, ''), own.sort()]);
      }
      expect(seen[1]).toEqual(seen[0]);
    });

    test('is not asked about again after a sign-in', async () => {
      visitor = world.newVisitor();
      expect(await subject(await signIn(await open({ login_hint: bob.email }), ana))).toBe(ana.id);
    });
  });

  describe('prompt=create', () => {
    test('leads to a sign-in where nobody may make an account; who is signed in is asked', async () => {
      isQuestion(await open({ prompt: 'create' }));
      visitor = world.newVisitor();
      const login = await open({ prompt: 'create' });
      expect(login.heading).toBe('Sign in');
      expect(await subject(await signIn(login, ana))).toBe(ana.id);
    });
  });

  async function push(values: Record<string, string>): Promise<string> {
    const asked = new URL(world.ask(books.id, values), world.issuer).searchParams;
    const response = await fetch(`${world.issuer}/request`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${books.id}:${books.secret}`)}` },
      body: asked,
    });
    const { request_uri: uri } = (await response.json()) as { request_uri: string };
    return `/auth?${new URLSearchParams({ client_id: books.id, request_uri: uri })}`;
  }
});

describe('prompt=create where registration is open', () => {
  let world: World;
  let books: { id: string; secret: string };
  const chosen = { name: 'Cleo', password: PASSWORD, again: PASSWORD };

  beforeAll(async () => {
    const settings = { registration: { mode: 'open', domains: [], ttlSeconds: 600 } };
    world = await startWorld({ settings });
    books = await world.createClient({ 'auth-method': 'client_secret_basic' });
  });
  afterAll(() => world?.close());

  async function create(visitor: Visitor, start: Page, email: string): Promise<Page> {
    const code = await visitor.submit(start, { email }, { form: '/registration' });
    const mail = await mailAbout(world, email, 'is your code for your new');
    expect(anotherCode(mail.code)).not.toBe(mail.code);
    const details = await visitor.submit(code, { code: mail.code }, { form: '/code' });
    return visitor.submit(details, chosen, { form: '/details' });
  }

  test('is written in discovery', async () => {
    const discovery = await fetch(`${world.issuer}/.well-known/openid-configuration`);
    expect(((await discovery.json()) as Record<string, string[]>).prompt_values_supported).toContain(
      'create',
    );
  });

  test('begins at the registration and comes back to the app as the new person', async () => {
    const visitor = world.newVisitor();
    const start = await visitor.open(world.ask(books.id, { prompt: 'create' }));
    expect(start).toMatchObject({ status: 200, heading: 'Create an account' });
    const done = await create(visitor, start, 'cleo@example.com');
    const { sub } = await world.idTokenOf(done, books);
    expect((await world.modules.users.findByEmail('cleo@example.com'))?.id).toBe(sub);
  });

  test('fills in the e-mail address of login_hint: at the registration, and at the sign-in of who turns back', async () => {
    const visitor = world.newVisitor();
    const open = (hint: string) => visitor.open(world.ask(books.id, { prompt: 'create', login_hint: hint }));
    const filled = ({ html }: Page, field: string) =>
      new RegExp(`<input id="${field}"[^>]* value="([^"]*)"`).exec(html)?.[1];
    const start = await open(' max@xn--mller-kva.example');
    expect([start.heading, filled(start, 'email')]).toEqual(['Create an account', 'max@müller.example']);
    expect(start.html).not.toMatch(/<input[^>]* readonly/);
    const back = /class="link" href="([^"]*\/interaction\/[^"]*)"/.exec(start.html)?.[1] ?? '';
    const login = await visitor.open(back.replaceAll('&amp;', '&'));
    expect([login.heading, filled(login, 'identifier')?.trim()]).toEqual([
      'Sign in',
      'max@xn--mller-kva.example',
    ]);
    // What cannot be the address of an account stays at the sign-in.
    for (const other of ['ana', '"><b>x', `${'a'.repeat(300)}@example.com`])
      expect([other, filled(await open(other), 'email') || 'empty']).toEqual([other, 'empty']);
    const code = await visitor.submit(start, { email: 'other@example.com' }, { form: '/registration' });
    expect(code.html).toContain('other@example.com');
  });

  test('begins there for who is signed in, too, whose session ends with the new sign-in', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    await world.givePassword(visitor, books.id, ana);
    const start = await visitor.open(world.ask(books.id, { prompt: 'create', login_hint: 'x@example.com' }));
    expect(start.heading).toBe('Create an account');
    const done = await create(visitor, start, 'dora@example.com');
    const { sub } = await world.idTokenOf(done, books);
    expect((await world.modules.users.findByEmail('dora@example.com'))?.id).toBe(sub);
    expect(await world.modules.oidc.sessions.listByUser(ana.id)).toEqual([]);
  });

  test('lets who has an account turn back: to the sign-in, or to the question when there is a session', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    const haveOne = async () => {
      const start = await visitor.open(world.ask(books.id, { prompt: 'create' }));
      const back = /class="link" href="([^"]*\/interaction\/[^"]*)"/.exec(start.html)?.[1] ?? '';
      return visitor.open(back.replaceAll('&amp;', '&'));
    };
    const login = await haveOne();
    expect(login.heading).toBe('Sign in');
    const typed = { identifier: ana.email, password: PASSWORD };
    expect(cameBack(await visitor.submit(login, typed, { form: '/login' }))).toBe(true);

    const question = await haveOne();
    expect(question.heading).toBe('Choose an account');
    const stayed = await visitor.submit(question, {}, { form: '/select-account' });
    expect((await world.idTokenOf(stayed, books)).sub).toBe(ana.id);
    const another = await visitor.submit(await haveOne(), {}, { form: '/switch' });
    expect([another.heading, another.html.includes(ana.email)]).toEqual(['Sign in', false]);
  });

  test('asks who turned back and stays only for what is missing', async () => {
    const person = await world.createPersonWithApp();
    const plain = await world.createClient({ 'second-factor': 'never' });
    const strict = await world.createClient({ 'second-factor': 'required' });
    const visitor = world.newVisitor();
    expect(cameBack(await world.givePassword(visitor, plain.id, person))).toBe(true);
    const start = await visitor.open(world.ask(strict.id, { prompt: 'create' }));
    const back = /class="link" href="([^"]*\/interaction\/[^"]*)"/.exec(start.html)?.[1] ?? '';
    const question = await visitor.open(back.replaceAll('&amp;', '&'));
    expect(question.heading).toBe('Choose an account');
    expect(stepOf(await visitor.submit(question, {}, { form: '/select-account' }))).toBe('totp');
  });

  test('is not combined with none', async () => {
    const page = await world.newVisitor().open(world.ask(books.id, { prompt: 'create none' }));
    expect([errorOf(page), page.url.startsWith(CALLBACK)]).toEqual(['invalid_request', true]);
  });
});
