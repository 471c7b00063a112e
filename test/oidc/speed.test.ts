import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

/** What is done less often for speed, and must hold all the same. */
eachDatabase('what one request costs', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let party: RelyingParty;
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    party = await createRelyingParty(started, { firstParty: true });
  });
  afterAll(() => started.close());

  describe('an opaque access token', () => {
    test('says what it is, so that introspecting it looks in one place', async () => {
      const { tokens } = await signIn(started, party, person);
      expect(tokens.access_token).toMatch(/^at_[\w-]{43}$/);
      const statements = await statementsOf(started, () => introspect(started, party, tokens.access_token));
      expect(statements.filter((sql) => /from (artifacts|refresh_tokens)/.test(sql))).toHaveLength(1);
    });

    test('of a release that wrote no mark is found as before', async () => {
      const { tokens } = await signIn(started, party, person);
      const answer = await introspect(started, party, tokens.refresh_token ?? '');
      expect(answer).toMatchObject({ active: true, sub: person.id });
    });
  });

  describe('a session', () => {
    test('that is as it was is not written at each authorization', async () => {
      const first = await authorize(started, party, person);
      const statements = await statementsOf(started, () =>
        authorize(started, party, person, {}, first.visitor),
      );
      expect(statements.filter((sql) => /update sessions/.test(sql))).toEqual([]);
    });

    test('brings what is asked about its person along, each of it read once', async () => {
      const first = await authorize(started, party, person);
      const statements = await statementsOf(started, () =>
        authorize(started, party, person, {}, first.visitor),
      );
      for (const table of ['sessions', 'users', 'second_factor_people', 'totp_credentials', 'grants']) {
        expect([table, statements.filter((sql) => sql.includes(`from ${table} `)).length]).toEqual([
          table,
          1,
        ]);
      }
    });

    test('of somebody who was disabled meanwhile gives no code', async () => {
      const someone = await createPerson(started);
      const first = await authorize(started, party, someone);
      await started.modules.users.disable(someone.id, SYSTEM);
      const answer = await first.visitor.request('GET', silent(started, party));
      expect(answer.headers.get('location')).toMatch(/[?&]error=(?!.*[?&]code=)/);
    });

    test('that was ended gives no code at the next request, and its open code no tokens', async () => {
      const first = await authorize(started, party, person);
      const second = await authorize(started, party, person, {}, first.visitor);
      await started.modules.oidc.sessions.endAllOf(person.id);
      await expect(redeem(party, second)).rejects.toMatchObject({ error: 'invalid_grant' });
      const answer = await first.visitor.request('GET', silent(started, party));
      expect(answer.headers.get('location')).toContain('error=login_required');
    });
  });

  describe('discovery', () => {
    test('is the same document at its first and its second answer', async () => {
      const node = await started.startNode();
      const ask = () => fetch(`${node.origin}/.well-known/openid-configuration`);
      const [first, second] = [await ask(), await ask()];
      expect(await second.text()).toBe(await first.text());
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(second.headers.get('etag')).not.toBeNull();
      await node.close();
    });

    test('gives new keys at once when they have changed', async () => {
      const kids = async () => {
        const { keys } = (await (await fetch(`${started.url}/jwks`)).json()) as { keys: { kid: string }[] };
        return keys.map(({ kid }) => kid);
      };
      const before = await kids();
      await started.modules.keys.rotate(SYSTEM, { alg: 'RS256' });
      await started.modules.oidc.refresh();
      expect(await kids()).not.toEqual(before);
    });
  });
});

function silent({ url }: TestApp, party: RelyingParty): string {
  const query = new URLSearchParams({
    client_id: party.clientId,
    response_type: 'code',
    redirect_uri: party.redirectUri,
    scope: 'openid',
    prompt: 'none',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  return `${url}/auth?${query}`;
}

async function introspect({ url }: TestApp, party: RelyingParty, token: string) {
  const answer = await fetch(`${url}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${party.clientId}:${party.secret}`)}` },
    body: new URLSearchParams({ token }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** The SQL that was sent meanwhile. */
async function statementsOf({ modules }: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }) => void statements.push(sql);
  modules.db.knex.on('query', note);
  await work();
  modules.db.knex.off('query', note);
  return statements;
}
