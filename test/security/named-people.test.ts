import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import type { Person, World } from '../flows/second-factor-set-up.ts';
import { CALLBACK, cameBack, errorOf, PASSWORD, startWorld, stepOf } from '../flows/second-factor-set-up.ts';
import type { Page, Visitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addCredential } from '../support/credentials.ts';
import { eachDatabase } from '../support/database.ts';

/**
 * An app may name the person whom it expects: `claims` with a `sub`, `id_token_hint`, `login_hint`. Anybody can write
 * such a request, so what an anonymous browser is answered must not depend on whether there is that person. Who is
 * expected is judged after the proof (OpenID Connect Core §3.1.2.1, §5.5.1), and shown before it only where this browser
 * knows the person already.
 */
eachDatabase('a request that names a person', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };
  let named: Record<'known' | 'disabled' | 'deleted', Named>;
  /** Somebody who signs in instead. */
  let other: Someone;

  beforeAll(async () => {
    world = await startWorld({ dialect });
    books = await world.createClient({ 'auth-method': 'client_secret_basic' });
    named = { known: await newNamed(), disabled: await newNamed(), deleted: await newNamed() };
    await world.command('users disable', {}, { positionals: [named.disabled.email] });
    await world.modules.users.delete(named.deleted.id, SYSTEM);
    other = await newPerson();
  });
  afterAll(() => world?.close());

  describe.each(ways())('by $way', ({ parameters }) => {
    test.each([
      ['new', () => world.newVisitor()],
      ['in which somebody else signed in before', () => browserOf(other)],
    ])(
      'learns nothing of the person from any page, header, cookie, mail or number of statements, in a browser that is %s',
      async (_is, open) => {
        const baseline = await walk(await open(), named.deleted, parameters);
        expect(baseline.answers.map(({ status }) => status)).toContain(200);
        expect(baseline.statements.length).toBeGreaterThan(30);
        for (const which of [named.known, named.disabled]) {
          const seen = await walk(await open(), which, parameters);
          expect(seen.answers).toEqual(baseline.answers);
          expect(seen.statements).toEqual(baseline.statements);
          expect(seen.mailed).toEqual(baseline.mailed);
          const text = JSON.stringify(seen.answers);
          expect(text).not.toContain(which.email);
          expect(text).not.toContain(which.authenticator.credentialId);
        }
      },
    );

    test('is answered without the person by prompt=none', async () => {
      const answers = await Promise.all(
        Object.values(named).map(async (which) => {
          const visitor = world.newVisitor();
          const page = await visitor.open(world.ask(books.id, { ...parameters(which), prompt: 'none' }));
          return masked(page.url, which);
        }),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('error=login_required');
    });

    test('is answered without the person at the pushed request and what follows it', async () => {
      const answers = await Promise.all(
        Object.values(named).map(async (which) => {
          const asked = new URL(world.ask(books.id, parameters(which)), world.issuer).searchParams;
          const pushed = await fetch(`${world.issuer}/request`, {
            method: 'POST',
            headers: { authorization: `Basic ${btoa(`${books.id}:${books.secret}`)}` },
            body: asked,
          });
          expect(pushed.status).toBe(201);
          const { request_uri: uri } = (await pushed.json()) as { request_uri: string };
          const visitor = world.newVisitor();
          return seen(
            await visitor.open(`/auth?${new URLSearchParams({ client_id: books.id, request_uri: uri })}`),
            which,
          );
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    });
  });

  test.each(['id_token_hint', 'logout_hint'])(
    'learns nothing from the sign-out page by %s',
    async (parameter) => {
      const answers = [];
      for (const which of Object.values(named)) {
        const value = parameter === 'id_token_hint' ? which.hint : which.id;
        const visitor = world.newVisitor();
        answers.push(
          seen(await visitor.open(`/session/end?${new URLSearchParams({ [parameter]: value })}`), which),
        );
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    },
  );

  test('learns of a passkey only whether it is one of ours, not whose, nor whether that person is disabled', async () => {
    const answers = [];
    for (const which of [named.known, named.disabled]) {
      const visitor = world.newVisitor();
      const login = await visitor.open(world.ask(books.id));
      const answer = await options(visitor, login, { tried: which.authenticator.credentialId });
      answers.push({ ...answer, text: masked(answer.text, which) });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.text).not.toContain('unknown');
  });

  describe.each(ways().filter(({ isInsistent }) => isInsistent))(
    'that it insists on, by $way',
    ({ parameters }) => {
      test('is shown in a browser in which that person signed in before, and no passkey of theirs', async () => {
        const ana = await newNamed();
        const visitor = world.newVisitor();
        await world.givePassword(visitor, books.id, ana);
        forgetSession(visitor);
        const login = await visitor.open(world.ask(books.id, parameters(ana)));
        expect(login.html).toMatch(lockedTo(ana));
        expect((await options(visitor, login)).text).not.toContain(ana.authenticator.credentialId);
        expect((await visitor.open(stepUrl(login, 'passkey'))).html).not.toContain(
          ana.authenticator.credentialId,
        );
        const done = await visitor.submit(login, { password: PASSWORD }, { form: '/login' });
        expect(cameBack(done)).toBe(true);
        // Somebody else's word for the name is not taken.
        forgetSession(visitor);
        const again = await visitor.open(world.ask(books.id, parameters(ana)));
        const asOther = await visitor.submit(
          again,
          { identifier: other.email, password: PASSWORD },
          { form: '/login' },
        );
        expect((await world.idTokenOf(asOther, books)).sub).toBe(ana.id);
      });

      test('is shown in a browser with a session of that person, with their passkeys', async () => {
        const ana = await newNamed();
        const visitor = world.newVisitor();
        await world.givePassword(visitor, books.id, ana);
        const login = await visitor.open(world.ask(books.id, { ...parameters(ana), prompt: 'login' }));
        expect(login.html).toMatch(lockedTo(ana));
        expect((await options(visitor, login)).text).toContain(ana.authenticator.credentialId);
        const done = await visitor.submit(login, { password: PASSWORD }, { form: '/login' });
        expect(cameBack(done)).toBe(true);
      });

      test('is not shown in a browser with a session of somebody else, nor where that browser was told to forget', async () => {
        const ana = await newNamed();
        const visitor = world.newVisitor();
        await world.givePassword(visitor, books.id, other);
        const login = await visitor.open(world.ask(books.id, parameters(ana)));
        expect([stepOf(login), login.status]).toEqual(['', 200]);
        expect(login.html).not.toContain(ana.email);
        await world.givePassword(visitor, books.id, ana, { prompt: 'login' });
        await world.modules.oidc.sessions.endAllOf(ana.id);
        forgetSession(visitor);
        await world.modules.users.disable(ana.id, SYSTEM);
        expect((await visitor.open(world.ask(books.id, parameters(ana)))).html).not.toContain(ana.email);
      });

      test.each(proofs())(
        'and somebody else proves who they are by $proof: a page says so, and the app may be told',
        async ({ prove }) => {
          for (const which of Object.values(named)) {
            const bob = await newPerson();
            const visitor = world.newVisitor();
            const login = await visitor.open(world.ask(books.id, parameters(which)));
            const page = await prove(visitor, login, bob);
            expect([page.status, page.heading]).toEqual([403, 'Another account is asked for']);
            expect(page.html).toContain(bob.email);
            expect(page.html).not.toContain(which.email);
            expect(visitor.cookies.filter(({ name }) => /-session$/.test(name))).toEqual([]);
            const login2 = await visitor.open(
              /href="([^"]*\/interaction\/[^"/?]+(?:\?[^"]*)?)"/
                .exec(page.html)?.[1]
                ?.replaceAll('&amp;', '&') ?? '',
            );
            expect(login2.heading).toBe('Sign in');
            const told = await goBack(visitor, page);
            expect([told.url.startsWith(CALLBACK), errorOf(told)]).toEqual([true, 'login_required']);
          }
        },
      );

      test('may sign in after somebody else has tried', async () => {
        const ana = await newNamed();
        const visitor = world.newVisitor();
        const login = await visitor.open(world.ask(books.id, parameters(ana)));
        await visitor.submit(login, { identifier: other.email, password: PASSWORD }, { form: '/login' });
        const done = await visitor.submit(
          login,
          { identifier: ana.email, password: PASSWORD },
          { form: '/login' },
        );
        expect((await world.idTokenOf(done, books)).sub).toBe(ana.id);
      });
    },
  );

  test('a sign-in that asks its person again shows them only while the session is in this browser', async () => {
    const ana = await newNamed();
    const visitor = world.newVisitor();
    await world.givePassword(visitor, books.id, ana);
    const login = await visitor.open(world.ask(books.id, { prompt: 'login' }));
    expect(login.html).toMatch(lockedTo(ana));
    forgetSession(visitor);
    const without = await visitor.open(login.url);
    expect(without.html).not.toContain(ana.email);
    expect((await options(visitor, login)).text).not.toContain(ana.authenticator.credentialId);
  });

  test('two people at once cannot be had, and nobody is asked in a circle', async () => {
    const visitor = world.newVisitor();
    const both = { ...claims(named.known.id), id_token_hint: named.disabled.hint };
    const login = await visitor.open(world.ask(books.id, both));
    const page = await visitor.submit(
      login,
      { identifier: named.known.email, password: PASSWORD },
      { form: '/login' },
    );
    expect([page.status, page.heading]).toEqual([403, 'Another account is asked for']);
  });

  test.each([
    ['"usr_x"'],
    ['{"value":7}'],
    ['{"value":null}'],
    ['{"value":""}'],
    ['{"value":["usr_x"]}'],
    ['true'],
    ['[]'],
  ])('a sub that is none is refused, and nobody is asked: %s', async (sub) => {
    const visitor = world.newVisitor();
    const page = await visitor.open(world.ask(books.id, { claims: `{"id_token":{"sub":${sub}}}` }));
    expect([page.url.startsWith(CALLBACK), errorOf(page)]).toEqual([true, 'invalid_request']);
  });

  /** All that a browser which proved nothing can ask for in a sign-in. */
  async function walk(visitor: Visitor, which: Named, parameters: (which: Named) => Record<string, string>) {
    // Every walk is the first one to its limits.
    await world.modules.db.knex('rate_limits').delete();
    const mailedBefore = (await world.mails()).length;
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    world.modules.db.knex.on('query', note);
    const login = await visitor.open(world.ask(books.id, parameters(which)));
    const answers = [seen(login, which)];
    const say = (page: Page) => void answers.push(seen(page, which));
    const json = await options(visitor, login);
    answers.push({ ...json, text: masked(json.text, which) } as (typeof answers)[0]);
    for (const step of [
      'passkey',
      'email',
      'totp',
      'password',
      'backup-codes',
      'consent',
      'passkey/offer',
      'enrol/totp',
    ])
      say(await visitor.open(stepUrl(login, step)));
    const csrf = login.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
    for (const step of ['login', 'passkey', 'email', 'totp', 'passkey/offer/options', 'enrol/passkey'])
      say(await visitor.post(stepUrl(login, step), { csrf, password: PASSWORD, credential: '{}' }));
    const typed = { csrf, identifier: 'nobody@example.com', password: PASSWORD };
    for (const step of ['login', 'email']) say(await visitor.post(stepUrl(login, step), typed));
    for (const entry of ['recovery', 'registration']) {
      const { search } = new URL(login.url);
      say(await visitor.open(`/${entry}${search}`));
    }
    say(await visitor.open(stepUrl(login, 'switch')));
    world.modules.db.knex.off('query', note);
    const own = statements.filter(
      (sql) =>
        !/^select .* from [`"]?(server_keys|keys|clients|client_secrets|upstream_providers)\b/s.test(sql),
    );
    const mailed = (await world.mails()).slice(mailedBefore).map(({ to }) => to);
    return { answers, statements: own.map((sql) => sql.replaceAll(/\s+/g, ' ')).sort(), mailed };
  }

  function ways() {
    return [
      { way: 'claims with a sub', isInsistent: true, parameters: ({ id }: Named) => claims(id) },
      { way: 'id_token_hint', isInsistent: true, parameters: ({ hint }: Named) => ({ id_token_hint: hint }) },
      {
        way: 'claims with a sub, freshly',
        isInsistent: false,
        parameters: ({ id }: Named) => ({ ...claims(id), max_age: '0' }),
      },
      {
        way: 'claims with a sub for userinfo',
        isInsistent: false,
        parameters: ({ id }: Named) => ({ claims: JSON.stringify({ userinfo: { sub: { value: id } } }) }),
      },
      {
        way: 'login_hint with the sub',
        isInsistent: false,
        parameters: ({ id }: Named) => ({ login_hint: id }),
      },
    ];
  }

  function proofs() {
    return [
      {
        proof: 'a password',
        prove: (visitor: Visitor, login: Page, { email }: Someone) =>
          visitor.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' }),
      },
      {
        proof: 'a passkey',
        async prove(visitor: Visitor, login: Page, { authenticator }: Someone) {
          const { text } = await options(visitor, login);
          const shown = JSON.parse(text) as { handle: string };
          const csrf = login.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
          const answer = { csrf, handle: shown.handle, credential: authenticator.get(shown) };
          return visitor.post(stepUrl(login, 'passkey'), answer);
        },
      },
      {
        proof: 'a mailed code',
        async prove(visitor: Visitor, login: Page, { email }: Someone) {
          const page = await visitor.open(stepUrl(login, 'email'));
          const sent = await visitor.submit(page, { identifier: email }, { form: '/email' });
          const mail = (await world.mails()).find(({ to }) => to === email);
          const code =
            /\b(\d{3}) ?(\d{3})\b/
              .exec(mail?.text ?? '')
              ?.slice(1)
              .join('') ?? '';
          return visitor.submit(sent, { code }, { form: '/email' });
        },
      },
    ];
  }

  async function options(visitor: Visitor, login: Page, fields: Record<string, string> = {}) {
    const csrf = login.forms.find((form) => form.fields.csrf)?.fields.csrf ?? '';
    const response = await visitor.request(
      'POST',
      stepUrl(login, 'passkey/options'),
      new URLSearchParams({ csrf, tried: '', can: '', ...fields }),
    );
    return { status: response.status, text: await response.text() };
  }

  async function goBack(visitor: Visitor, page: Page): Promise<Page> {
    const form = page.forms.find(({ action }) => action.includes('/cancel'));
    if (form) return visitor.submit(page, {}, { form: '/cancel' });
    return visitor.open(/href="([^"]*\/cancel[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '');
  }

  /** A browser that knows somebody, and has no session. */
  async function browserOf(person: Person): Promise<Visitor> {
    const visitor = world.newVisitor();
    await world.givePassword(visitor, books.id, person);
    forgetSession(visitor);
    return visitor;
  }

  async function newPerson(): Promise<Someone> {
    const person = await world.createPerson();
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    await addCredential(world, person.id, 'passkey', (shown) => ({
      credential: authenticator.create(shown),
    }));
    return { ...person, authenticator };
  }

  /** With an ID token that was given to the app in another browser. */
  async function newNamed(): Promise<Named> {
    const someone = await newPerson();
    const done = await world.givePassword(world.newVisitor(), books.id, someone);
    const { id_token: hint = '' } = await world.tokensOf(done, books);
    return { ...someone, hint };
  }
});

type Someone = Person & { authenticator: ReturnType<typeof createAuthenticator> };
type Named = Someone & { hint: string };

const claims = (id: string) => ({ claims: JSON.stringify({ id_token: { sub: { value: id } } }) });

function lockedTo({ email }: Person): RegExp {
  return new RegExp(`id="identifier"[^>]*value="${email.replace('.', '\\.')}"[^>]*readonly`);
}

function forgetSession({ cookies }: Visitor): void {
  for (let at = cookies.length - 1; at >= 0; at--)
    if (/-session$/.test(cookies[at]?.name ?? '')) cookies.splice(at, 1);
}

function stepUrl(page: Page, step: string): string {
  const url = new URL(page.url);
  return `${url.origin}/interaction/${url.pathname.split('/')[2]}/${step}${url.search}`;
}

/** What the browser is told, without what is new in each answer and without the words of the request itself. */
function seen({ status, html, url, headers }: Page, which: Named) {
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'server-timing'].includes(name));
  return {
    status,
    url: masked(url, which),
    headers: masked(JSON.stringify(kept), which),
    text: masked(html, which),
  };
}

function masked(text: string, { id, hint }: Named): string {
  return text
    .replaceAll(/<(style|script|svg).*?<\/\1>/gs, '')
    .replaceAll(encodeURIComponent(hint), 'NAMED')
    .replaceAll(hint, 'NAMED')
    .replaceAll(id, 'NAMED')
    .replaceAll(/nonce-[^']*/g, 'nonce')
    .replaceAll(/"(content-length|etag)","[^"]*"/g, '"$1"')
    .replaceAll(/(?<=reference%3D|Reference <bdi class="mono" translate="no">)[\w-]{16}/g, 'REFERENCE')
    .replaceAll(/[\w.-]{30,}/g, 'NEW')
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g, 'WHEN');
}
