import type { IncomingMessage } from 'node:http';
import { userInfo } from 'node:os';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { runCommand } from './gatehouse.ts';
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

eachDatabase('the policy of signing in', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient();
  });
  afterAll(() => world?.close());

  /** Signed in with a password alone, although the person has more: this app asks for no second factor. */
  async function signedInPlainly(person: Person): Promise<Visitor> {
    const plain = await world.createClient({ 'second-factor': 'never' });
    const visitor = world.newVisitor();
    expect(cameBack(await world.givePassword(visitor, plain.id, person))).toBe(true);
    return visitor;
  }

  const essential = (acr: Record<string, unknown>) =>
    JSON.stringify({ id_token: { acr: { essential: true, ...acr } } });

  describe('a step-up', () => {
    test.each([
      ['acr_values', { acr_values: '2' }],
      ['acr_values with several, of which one must be reached', { acr_values: '3 2' }],
      ['an essential acr', { claims: essential({ value: '2' }) }],
      ['an essential acr of several', { claims: essential({ values: ['2', '3'] }) }],
    ])('by %s asks only for what is missing, and moves auth_time', async (_by, asked) => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const before = await world.idTokenOf(await visitor.open(world.ask(await neverAsks(), {})), plainClient);
      world.pass(60_000);
      const step = await visitor.open(world.ask(books.id, asked));
      expect(stepOf(step)).toBe('totp');
      const token = await world.idTokenOf(await world.giveCode(visitor, step, ana), books);
      expect(token).toMatchObject({ acr: '2', amr: ['pwd', 'otp', 'mfa'] });
      expect(Number(token.auth_time)).toBeGreaterThanOrEqual(Number(before.auth_time) + 60);
    });

    test('is not asked for again, and the app is told the level that it asked for', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      await world.giveCode(visitor, step, ana);
      const acrOf = async (values: Record<string, string>) =>
        (await world.idTokenOf(await visitor.open(world.ask(books.id, values)), books)).acr;
      expect(await acrOf({})).toBe('2');
      expect(await acrOf({ acr_values: '2' })).toBe('2');
      expect(await acrOf({ acr_values: '1' })).toBe('1');
      expect(await acrOf({ claims: essential({ values: ['1'] }) })).toBe('1');
    });

    test('cannot be had by asking for less in the address of the page', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(world.ask(books.id, { acr_values: '2' }));
      const bare = new URL(step.url);
      bare.searchParams.set('acr_values', '1');
      expect(stepOf(await visitor.open(bare.href))).toBe('totp');
    });

    test.each([
      '"2"',
      'true',
      '["2"]',
      '{"essential":"true","value":"2"}',
      '{"essential":1,"values":["2"]}',
      '{"essential":true,"value":2}',
      '{"essential":true,"value":""}',
      '{"essential":true,"value":null}',
      '{"essential":true,"value":["2"]}',
      '{"essential":true,"values":"2"}',
      '{"essential":true,"values":[]}',
      '{"essential":true,"values":[""]}',
      '{"essential":true,"values":["2",3]}',
      '{"essential":true,"values":{"0":"2"}}',
      '{"essential":true,"value":"1","values":["2"]}',
    ])('by an acr that cannot be read is refused, and nobody is signed in with less: %s', async (acr) => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const page = await visitor.open(world.ask(books.id, { claims: `{"id_token":{"acr":${acr}}}` }));
      expect([page.url.startsWith(CALLBACK), errorOf(page)]).toEqual([true, 'invalid_request']);
    });

    test.each([
      ['an acr in the default manner', 'null'],
      ['an acr whose value is only wished for', '{"value":7}'],
      ['an essential acr without a value', '{"essential":true}'],
    ])('is not demanded by %s', async (_by, acr) => {
      const plain = await world.createClient({ 'second-factor': 'never' });
      const ana = await world.createPersonWithApp();
      const asked = { claims: `{"id_token":{"acr":${acr}}}` };
      expect(cameBack(await world.givePassword(world.newVisitor(), plain.id, ana, asked))).toBe(true);
    });

    test('by a value beside values is that value', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(
        world.ask(books.id, { claims: essential({ value: '2', values: ['1', '2'] }) }),
      );
      expect(stepOf(step)).toBe('totp');
    });

    test('with prompt=none is refused', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const page = await visitor.open(world.ask(books.id, { acr_values: '2', prompt: 'none' }));
      expect(errorOf(page)).toBe('login_required');
    });

    test('given up leaves the session as it was', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(world.ask(books.id, { acr_values: '2' }));
      await visitor.submit(step, { code: '000000' }, { form: '/totp' });
      const back = await visitor.open(world.ask(await neverAsks()));
      expect(await world.idTokenOf(back, plainClient)).toMatchObject({ acr: '1', amr: ['pwd'] });
    });

    test('begins from the beginning when another person takes over', async () => {
      const [ana, bob] = [await world.createPersonWithApp(), await world.createPersonWithApp()];
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(world.ask(books.id, { acr_values: '2' }));
      const login = await visitor.submit(step, {}, { form: '/switch' });
      expect(stepOf(login)).toBe('');
      // Back at the code: the session of Ana counts no more here.
      expect(stepOf(await visitor.open(step.url))).toBe('');
      const asBob = await visitor.submit(
        login,
        { identifier: bob.email, password: PASSWORD },
        { form: '/login' },
      );
      const done = await world.giveCode(visitor, asBob, bob);
      expect(await world.idTokenOf(done, books)).toMatchObject({ sub: bob.id, acr: '2' });
    });
  });

  test('max_age asks for everything again, the second factor too', async () => {
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    const first = await world.givePassword(visitor, books.id, ana);
    const before = await world.idTokenOf(await world.giveCode(visitor, first, ana), books);
    world.pass(60_000);
    const login = await visitor.open(world.ask(books.id, { max_age: '0' }));
    expect([stepOf(login), login.html.includes('name="password"')]).toEqual(['', true]);
    const step = await visitor.submit(login, { password: PASSWORD }, { form: '/login' });
    expect(stepOf(step)).toBe('totp');
    const after = await world.idTokenOf(await world.giveCode(visitor, step, ana), books);
    expect(Number(after.auth_time)).toBeGreaterThanOrEqual(Number(before.auth_time) + 60);
  });

  test('levels that there are none of: refused when essential, else left aside', async () => {
    const ana = await world.createPerson();
    const visitor = world.newVisitor();
    const page = await visitor.open(world.ask(books.id, { claims: essential({ value: 'gold' }) }));
    expect(errorOf(page)).toBe('unmet_authentication_requirements');
    const done = await world.givePassword(visitor, books.id, ana, { acr_values: 'gold' });
    expect(await world.idTokenOf(done, books)).toMatchObject({ acr: '1' });
  });

  test('a level that the person cannot reach here ends at the app, with the reason', async () => {
    const plain = await world.createClient({ method: ['password', 'totp'] });
    const ana = await world.createPersonWithApp();
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, plain.id, ana, { acr_values: '3' });
    // What the person has is asked for first, so that a password alone tells nobody what they lack.
    expect(stepOf(step)).toBe('totp');
    const page = await world.giveCode(visitor, step, ana);
    expect(errorOf(page)).toBe('unmet_authentication_requirements');
    expect(visitor.cookies.filter(({ name }) => /session$/.test(name))).toEqual([]);
  });

  describe('a level may be required', () => {
    test('by an app, of everybody', async () => {
      const bank = await world.createClient({ level: '2' });
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(world.ask(bank.id));
      expect(stepOf(step)).toBe('totp');
      expect(await world.idTokenOf(await world.giveCode(visitor, step, ana), bank)).toMatchObject({
        acr: '2',
      });
      // An app cannot ask for less than the operator wants.
      const other = await signedInPlainly(ana);
      expect(stepOf(await other.open(world.ask(bank.id, { acr_values: '1' })))).toBe('totp');
    });

    test('by a level that was taken out of the matrix: then by the strongest', async () => {
      // The matrix as it was: a node that still has the level registers the app.
      const before = await world.startNode({ oidc: { levels: [{ acr: 'platinum', provedBy: [['mfa']] }] } });
      const bank = await runCommand(before.app, 'clients create', {
        name: 'Bank',
        'redirect-uri': [CALLBACK],
        type: 'web',
        'first-party': true,
        level: 'platinum',
      });
      await before.close();
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open(world.ask(bank.client_id ?? ''));
      expect(stepOf(step)).toBe('totp');
      // Level 2 is not enough.
      expect(cameBack(await world.giveCode(visitor, step, ana))).toBe(false);
    });

    test('by a resource server, whose tokens tell the level and the time', async () => {
      const resource = `https://api${Math.random()}.example`;
      const api = await world.command('resource-servers create', {
        identifier: resource,
        level: '2',
        introspection: true,
        scope: ['notes:read=See your notes'],
      });
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      expect(cameBack(await visitor.open(world.ask(await neverAsks())))).toBe(true);
      const step = await visitor.open(world.ask(plainClient.id, { resource, scope: 'openid notes:read' }));
      expect(stepOf(step)).toBe('totp');
      const tokens = await world.tokensOf(await world.giveCode(visitor, step, ana), plainClient);
      expect(decodeJwt(tokens.access_token ?? '')).toMatchObject({
        aud: [resource, `${world.issuer}/me`],
        acr: '2',
        auth_time: decodeJwt(tokens.id_token ?? '').auth_time,
      });
      // RFC 9470 §6.2: who asks instead of reading the token learns the same.
      const introspected = await fetch(`${world.issuer}/token/introspection`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${api.introspection_id}:${api.introspection_secret}`)}` },
        body: new URLSearchParams({ token: tokens.access_token ?? '' }),
      });
      expect(await introspected.json()).toMatchObject({
        active: true,
        acr: '2',
        auth_time: expect.any(Number),
      });
    });
  });

  describe('the rule for the second factor', () => {
    test('of an app may be never; the account asks all the same', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = await signedInPlainly(ana);
      const step = await visitor.open('/account');
      expect(stepOf(step)).toBe('totp');
      const account = await world.giveCode(visitor, step, ana);
      expect(new URL(account.url).pathname).toBe('/account');
    });

    test('of an app may be required: one is added inside the sign-in, which returns to the app', async () => {
      const bank = await world.createClient({ 'second-factor': 'required' });
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      const choice = await world.givePassword(visitor, bank.id, ana);
      expect(choice.heading).toContain('second way');
      const address = choice.url.replace(/\?.*$/, '');
      const enrol = await visitor.open(`${address}/enrol/totp`);
      const secret = /secret=([A-Z2-7]+)/.exec(enrol.html)?.[1] ?? '';
      // A wrong code shows the same secret; nothing counts.
      const wrong = await visitor.submit(enrol, { code: '000000', name: 'Phone' }, { form: '/enrol/totp' });
      expect([wrong.status, wrong.html.includes(secret)]).toEqual([422, true]);
      const code = world.codeNow(secret);
      const done = await visitor.submit(wrong, { code, name: 'Phone' }, { form: '/enrol/totp' });
      expect(await world.idTokenOf(done, bank)).toMatchObject({ acr: '2', amr: ['pwd', 'otp', 'mfa'] });
      expect((await world.mails())[0]).toMatchObject({ to: ana.email });
    });

    test('lets it wait three times, and then no more', async () => {
      const bank = await world.createClient({ 'second-factor': 'required' });
      const ana = await world.createPerson();
      for (const left of ['3 left', '2 left', 'the last time']) {
        const visitor = world.newVisitor();
        const choice = await world.givePassword(visitor, bank.id, ana);
        expect(choice.html).toContain(`Later (${left})`);
        const done = await visitor.submit(choice, {}, { form: '/later' });
        expect(await world.idTokenOf(done, bank)).toMatchObject({ acr: '1' });
        // The sign-in that put it off stays good for this app.
        expect(cameBack(await visitor.open(world.ask(bank.id)))).toBe(true);
        world.pass(2000);
      }
      const visitor = world.newVisitor();
      const choice = await world.givePassword(visitor, bank.id, ana);
      expect(choice.html).not.toContain('Later');
      const address = choice.url.replace(/\?.*$/, '');
      const enrol = await visitor.open(`${address}/enrol/totp`);
      const csrf = enrol.forms.find(({ action }) => action.includes('/enrol/'))?.fields.csrf ?? '';
      const forced = await visitor.post(`${address}/later`, { csrf });
      expect(cameBack(forced)).toBe(false);
      expect(visitor.cookies.filter(({ name }) => /session$/.test(name))).toEqual([]);
    });

    test('counts what is put off once for each, also at the same moment', async () => {
      const ana = await world.createPerson();
      const { demands } = world.modules.oidc;
      const answers = await Promise.all(Array.from({ length: 20 }, () => demands.putOff(ana.id)));
      expect(answers.filter(Boolean)).toHaveLength(3);
      expect(await demands.laterLeft(ana.id)).toBe(0);
    });

    test('of a person goes before the one of the app', async () => {
      const bank = await world.createClient({ 'second-factor': 'required' });
      const { demands } = world.modules.oidc;
      const ana = await world.createPersonWithApp();
      await demands.setRule(ana.id, 'never');
      expect(cameBack(await world.givePassword(world.newVisitor(), bank.id, ana))).toBe(true);
      const bob = await world.createPerson();
      await demands.setRule(bob.id, 'required');
      const choice = await world.givePassword(world.newVisitor(), books.id, bob);
      expect(choice.heading).toContain('second way');
      await demands.setRule(bob.id, undefined);
      expect(cameBack(await world.givePassword(world.newVisitor(), books.id, bob))).toBe(true);
    });

    test('of a person is set by a command, which is recorded', async () => {
      const ana = await world.createPerson();
      const show = () => world.command('users second-factor', {}, { positionals: [ana.email] });
      const set = (rule: string) =>
        world.command('users set-second-factor', { rule }, { positionals: [ana.email] });
      expect(await show()).toMatchObject({ id: ana.id, second_factor: 'default', has_second_factor: false });
      expect(await set('required')).toMatchObject({ second_factor: 'required', later_left: 3 });
      const choice = await world.givePassword(world.newVisitor(), books.id, ana);
      expect(choice.heading).toContain('second way');
      expect(await set('default')).toMatchObject({ second_factor: 'default' });
      const [event] = await world.modules.audit.list({ event: 'users.second_factor_rule_set' });
      expect(event).toMatchObject({
        userId: ana.id,
        actor: { type: 'operator', id: userInfo().username },
        detail: { rule: 'default', before: { rule: 'required' }, after: { rule: 'default' } },
      });
    });

    test('what is put off stays so, however the request goes on', async () => {
      const bank = await world.createClient({ 'second-factor': 'required' });
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      const choice = await world.givePassword(visitor, bank.id, ana);
      const { demands } = world.modules.oidc;
      const { putOff } = demands;
      demands.putOff = async (userId) => {
        demands.putOff = putOff;
        const isPutOff = await putOff(userId);
        world.pass(1500);
        return isPutOff;
      };
      expect(cameBack(await visitor.submit(choice, {}, { form: '/later' }))).toBe(true);
      expect(cameBack(await visitor.open(world.ask(bank.id)))).toBe(true);
    });

    test('clocks of nodes that are 2 s apart change nothing: added after a sign-in on a node that is ahead', async () => {
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      world.pass(2000);
      await world.givePassword(visitor, books.id, ana);
      world.pass(-2000);
      await world.connectApp(ana);
      expect(cameBack(await visitor.open(world.ask(books.id)))).toBe(true);
      expect(new URL((await visitor.open('/account')).url).pathname).toBe('/account');
    });

    test('clocks of nodes that are 2 s apart change nothing: added before a sign-in on a node that is behind', async () => {
      const ana = await world.createPerson();
      world.pass(2000);
      await world.connectApp(ana);
      world.pass(-32_000);
      const visitor = await signedInPlainly(ana);
      world.pass(30_000);
      expect(stepOf(await visitor.open(world.ask(books.id)))).toBe('totp');
      expect(stepOf(await visitor.open('/account'))).toBe('totp');
    });

    test('of a session from an earlier release is judged by its time', async () => {
      const ana = await world.createPersonWithApp();
      const bob = await world.createPerson();
      const bank = await world.createClient({ 'second-factor': 'required' });
      const { demands } = world.modules.oidc;
      const lacks = (signedInAt: number, userId = ana.id, clientId = books.id) =>
        demands.lacks(
          { req: { headers: {} } as IncomingMessage },
          {
            userId,
            clientId,
            steps: [{ method: 'password', amr: ['pwd'], kind: 'knowledge', at: signedInAt }],
            signedInAt,
          },
        );
      expect(await lacks(world.now() + 60_000)).toBe('second_factor');
      expect(await lacks(world.now() - 60_000)).toBeUndefined();
      expect(await lacks(world.now() - 60_000, bob.id, bank.id)).toBe('second_factor');
      await demands.putOff(bob.id);
      expect(await lacks(world.now() + 60_000, bob.id, bank.id)).toBe('second_factor');
      expect(await lacks(world.now() - 60_000, bob.id, bank.id)).toBeUndefined();
    });

    test('what was added after a sign-in is asked for at the next one, not in the middle', async () => {
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      await world.givePassword(visitor, books.id, ana);
      world.pass(2000);
      await world.connectApp(ana);
      expect(cameBack(await visitor.open(world.ask(books.id)))).toBe(true);
      expect(stepOf(await world.givePassword(world.newVisitor(), books.id, ana))).toBe('totp');
    });
  });

  describe('the ways that are offered', () => {
    test('stand on the page strongest first, the one last used here before all', async () => {
      const page = await world.newVisitor().open(world.ask(books.id));
      const order = waysOn(page);
      expect(order.indexOf('passkey')).toBeLessThan(order.indexOf('email'));
      const visitor = world.newVisitor();
      visitor.cookies.push({ name: 'gatehouse-last-used', value: 'v1.email', path: '/' });
      const again = await visitor.open(world.ask(books.id));
      expect(waysOn(again)[0]).toBe('email');
      expect(again.html).toContain('Last used here');
    });

    test('nothing is called last used before a sign-in is complete', async () => {
      const ana = await world.createPersonWithApp();
      const visitor = world.newVisitor();
      const step = await world.givePassword(visitor, books.id, ana);
      expect(visitor.cookies.some(({ name }) => name.endsWith('last-used'))).toBe(false);
      await world.giveCode(visitor, step, ana);
      const cookie = visitor.cookies.find(({ name }) => name.endsWith('last-used'));
      expect(cookie?.value).toBe('v1.password.totp');
    });

    test('are those of the app', async () => {
      const only = await world.createClient({ method: ['password'] });
      expect(waysOn(await world.newVisitor().open(world.ask(only.id)))).toEqual([]);
    });

    test('a password proves nothing for an app that takes none', async () => {
      const none = await world.createClient({ method: ['passkey', 'email'] });
      const ana = await world.createPerson();
      const visitor = world.newVisitor();
      const page = await visitor.open(world.ask(none.id));
      expect(page.html).not.toContain('name="password"');
      const csrf = /name="csrf" value="([^"]+)"/.exec(
        (await visitor.open(`${pathOf(page)}/email`)).html,
      )?.[1];
      const forced = await visitor.post(`${pathOf(page)}/login`, {
        csrf: csrf ?? '',
        identifier: ana.email,
        password: PASSWORD,
      });
      expect([cameBack(forced), forced.html.includes('name="password"')]).toEqual([false, false]);
    });

    const waysOn = ({ html }: Page) =>
      [...html.matchAll(/(?:href|formaction)="[^"]*\/interaction\/[^/"]+\/(\w[\w-]*)[^"]*"/g)]
        .map(([, id = '']) => id)
        .filter((id) => ['passkey', 'email', 'totp'].includes(id));
    const pathOf = ({ url }: Page) => url.replace(/(\/interaction\/[^/?]+).*$/, '$1');
  });

  let plainClient: { id: string; secret: string };
  /** An app that never asks for a second factor. */
  async function neverAsks(): Promise<string> {
    plainClient ??= await world.createClient({ 'second-factor': 'never' });
    return plainClient.id;
  }
});
