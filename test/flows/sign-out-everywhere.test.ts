import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setRequestInfo } from '../../src/http/request.ts';
import { eachStorage } from '../support/database.ts';
import { authorizationUrl, createPerson, createRelyingParty, PASSWORD } from '../support/relying-party.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Visitor } from './visitor.ts';

eachStorage('signed out everywhere', (dialect) => {
  let gatehouse: Gatehouse;

  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
  });
  afterAll(() => gatehouse?.close());

  /** A browser whose sign-in is complete, and that has not gone on yet; answers where it would. */
  async function atResume(
    { email }: { email: string },
    visitor: Visitor,
    address = '/account',
  ): Promise<string> {
    const page = await visitor.open(address);
    const { action = '', fields = {} } = page.forms.find((form) => form.action.includes('/login')) ?? {};
    const answer = await visitor.request(
      'POST',
      new URL(action, page.url).href,
      new URLSearchParams({ ...fields, identifier: email, password: PASSWORD }),
    );
    const resume = new URL(answer.headers.get('location') ?? '', page.url).href;
    expect(resume).toContain('/auth/');
    return resume;
  }

  /** Stops the next request that gets there, until it is let go. */
  function hold(model: 'Interaction' | 'Grant' | 'Session', method: 'destroy' | 'save') {
    const { prototype } = gatehouse.modules.oidc.provider()[model] as unknown as {
      prototype: Record<string, (...given: unknown[]) => Promise<unknown>>;
    };
    const own = Object.getOwnPropertyDescriptor(prototype, method);
    const original = prototype[method];
    const [reached, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    prototype[method] = async function held(this: object, ...given: unknown[]) {
      if (own) Object.defineProperty(prototype, method, own);
      else delete prototype[method];
      reached.resolve();
      await free.promise;
      return original?.apply(this, given);
    };
    return { reached: reached.promise, release: free.resolve };
  }

  const inBetween = [
    ['its interaction was read', 'Interaction', 'destroy'],
    ['its interaction is over and its session is not saved', 'Session', 'save'],
  ] as const;

  const grantsOf = ({ id }: { id: string }) =>
    gatehouse.modules.db('grants').where({ user_id: id }).select('id');

  /** A browser that is nobody's. */
  function elsewhere(): { req: IncomingMessage } {
    const req = { headers: {} } as IncomingMessage;
    setRequestInfo(req, {
      network: '192.0.2.1',
      userAgent: '',
      locale: 'en',
      id: '',
      address: '',
      nonce: '',
    });
    return { req };
  }

  const ends: Record<string, (person: { id: string }) => Promise<unknown>> = {
    'users sign-out': ({ id }) => gatehouse.command('users sign-out', {}, { positionals: [id] }),
    'users set-password': ({ id }) =>
      gatehouse.command(
        'users set-password',
        { 'password-stdin': true },
        { positionals: [id], stdin: 'four brave herons sing' },
      ),
    'a password changed in another browser': ({ id }) =>
      gatehouse.modules.access.end(id, 'password_changed', { sessionUid: 'another', ctx: elsewhere() }),
    'users delete': ({ id }) => gatehouse.command('users delete', {}, { positionals: [id] }),
    'users disable': ({ id }) => gatehouse.command('users disable', {}, { positionals: [id] }),
    'the person’s own “all others”': ({ id }) =>
      gatehouse.modules.access.end(id, 'other_sessions_ended', { sessionUid: 'another' }),
    '“that wasn’t me”': ({ id }) =>
      gatehouse.modules.access.end(id, 'browser_denied', { knownBrowserHash: 'another device' }),
  };

  test('a page that was under way when its sign-in ended says that it is over', async () => {
    const person = await createPerson(gatehouse);
    const visitor = createVisitor(gatehouse.issuer);
    const resume = await atResume(person, visitor);
    const address = resume.replace('/auth/', '/interaction/');
    const held = hold('Interaction', 'save');
    // Another language is remembered in the interaction.
    const answer = visitor.open(`${address}${address.includes('?') ? '&' : '?'}ui_locales=de`);
    await held.reached;
    await gatehouse.modules.oidc.sessions.signOut(person.id);
    held.release();
    expect((await answer).status).toBe(410);
    // Neither was it brought back.
    for (const each of [address, resume]) expect((await visitor.open(each)).status).toBe(410);
  });

  test('a login that is forgotten when its sign-in ended is over, too', async () => {
    const person = await createPerson(gatehouse);
    const visitor = createVisitor(gatehouse.issuer);
    const resume = await atResume(person, visitor);
    await gatehouse.modules.password.set(person.id, 'four brave herons sing');
    const held = hold('Interaction', 'save');
    const answer = visitor.open(resume);
    await held.reached;
    await gatehouse.modules.oidc.sessions.signOut(person.id);
    held.release();
    expect((await answer).status).toBe(410);
  });

  test('a resume that finds its sign-in ended begins nothing', async () => {
    const [person, books] = [
      await createPerson(gatehouse),
      await createRelyingParty(gatehouse, { firstParty: true }),
    ];
    const visitor = createVisitor(gatehouse.issuer);
    const resume = await atResume(person, visitor, (await authorizationUrl(books)).href);
    const held = hold('Interaction', 'destroy');
    const answer = visitor.open(resume);
    await held.reached;
    await gatehouse.modules.oidc.sessions.signOut(person.id);
    let grants = 0;
    const provider = gatehouse.modules.oidc.provider();
    provider.on('grant.saved', () => {
      grants += 1;
    });
    held.release();
    expect([(await answer).status, grants]).toEqual([410, 0]);
  });

  test('a person who proves themselves anew keeps the session from which they end the others', async () => {
    const [person, books] = [
      await createPerson(gatehouse),
      await createRelyingParty(gatehouse, { firstParty: true }),
    ];
    const visitor = createVisitor(gatehouse.issuer);
    await visitor.open(await atResume(person, visitor));
    const { sessions } = gatehouse.modules.oidc;
    const [own] = await sessions.listByUser(person.id);
    const again = await authorizationUrl(books, { prompt: 'login' });
    const resume = await atResume(person, visitor, again.href);
    const held = hold('Session', 'save');
    const answer = visitor.open(resume);
    await held.reached;
    await sessions.endAllOf(person.id, { exceptUid: own?.uid ?? '' });
    held.release();
    expect(new URL((await answer).url).searchParams.get('code')).not.toBeNull();
    expect((await sessions.listByUser(person.id)).map(({ uid }) => uid)).toEqual([own?.uid]);
  });

  test.each(['users sign-out', 'users delete'])(
    'an authorization under way at %s leaves an app nothing, and says so (OIDC Core §3.1.2.6)',
    async (name) => {
      const books = await createRelyingParty(gatehouse, { firstParty: true });
      for (const [model, hadGrant] of [
        ['Grant', false],
        ['Grant', true],
        ['Session', false],
      ] as const) {
        const person = await createPerson(gatehouse);
        const visitor = createVisitor(gatehouse.issuer);
        await visitor.open(await atResume(person, visitor));
        const silent = await authorizationUrl(books, { prompt: 'none' });
        if (hadGrant) {
          await visitor.open(silent.href);
          await gatehouse.modules.db('grants').where({ user_id: person.id }).delete();
        }
        const held = hold(model, 'save');
        const answer = visitor.open(silent.href);
        await held.reached;
        await ends[name]?.(person);
        held.release();
        const { searchParams } = new URL((await answer).url);
        expect([searchParams.get('error'), searchParams.get('code')]).toEqual(['login_required', null]);
        expect(await grantsOf(person)).toEqual([]);
        const where = new URL(searchParams.get('error_uri') ?? '');
        expect(where.pathname).toBe('/errors/person');
        const reference = where.searchParams.get('reference') ?? '';
        const line = () =>
          gatehouse
            .log()
            .split('\n')
            .find((each) => each.includes(reference)) ?? '';
        await expect.poll(line).toContain('"reason":"session_ended"');
      }
    },
  );

  describe.each(Object.keys(ends))('by %s', (name) => {
    test('a sign-in that was complete before comes to nothing', async () => {
      const person = await createPerson(gatehouse);
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(person, visitor);
      await ends[name]?.(person);
      const page = await visitor.open(resume);
      expect(page.status).toBe(410);
      expect(page.html).not.toContain(person.email);
      expect(await gatehouse.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
      expect((await visitor.open('/account')).heading).toBe('Sign in');
    });

    test('a request that was under way does not bring it back', async () => {
      const person = await createPerson(gatehouse);
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(person, visitor);
      const uid = /\/auth\/([^/?]+)/.exec(resume)?.[1] ?? '';
      const read = await gatehouse.modules.oidc.provider().Interaction.find(uid);
      expect(read?.result?.login).toMatchObject({ accountId: person.id });
      await ends[name]?.(person);
      await expect(read?.persist()).rejects.toMatchObject({
        error_description: 'the interaction was ended meanwhile',
      });
      expect((await visitor.open(resume)).status).toBe(410);
    });

    test.each(inBetween)('a resume comes to nothing after %s', async (_, model, method) => {
      const person = await createPerson(gatehouse);
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(person, visitor);
      const held = hold(model, method);
      const answer = visitor.open(resume);
      await held.reached;
      await ends[name]?.(person);
      held.release();
      const page = await answer;
      expect(page.status).toBe(410);
      expect(page.html).not.toContain(person.email);
      expect(await gatehouse.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
      expect(await grantsOf(person)).toEqual([]);
      expect((await visitor.open('/account')).heading).toBe('Sign in');
    });

    test('a resume that leads to an app leaves it neither a grant nor a code', async () => {
      const books = await createRelyingParty(gatehouse, { firstParty: true });
      for (const parameters of [{}, { scope: 'openid offline_access', prompt: 'consent' }]) {
        const person = await createPerson(gatehouse);
        const visitor = createVisitor(gatehouse.issuer);
        const resume = await atResume(person, visitor, (await authorizationUrl(books, parameters)).href);
        const held = hold('Grant', 'save');
        const answer = visitor.request('GET', resume);
        await held.reached;
        await ends[name]?.(person);
        held.release();
        const { status, headers } = await answer;
        expect([status, headers.get('location')]).toEqual([410, null]);
        expect(await grantsOf(person)).toEqual([]);
      }
    });

    test('a resume of another person goes on', async () => {
      const [person, other] = [await createPerson(gatehouse), await createPerson(gatehouse)];
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(other, visitor);
      const held = hold('Session', 'save');
      const answer = visitor.open(resume);
      await held.reached;
      await ends[name]?.(person);
      held.release();
      expect((await answer).html).toContain(other.email);
    });

    test('other people’s sign-ins go on', async () => {
      const [person, other] = [await createPerson(gatehouse), await createPerson(gatehouse)];
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(other, visitor);
      await ends[name]?.(person);
      expect((await visitor.open(resume)).html).toContain(other.email);
    });
  });
});
