import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, startAppForTest, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import {
  type Authorization,
  authorize,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

type TokenAnswer = { status: number; body: Record<string, string> };

eachStorage('one use', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let party: RelyingParty;
  beforeAll(async () => {
    // A machine that is starved of time must not turn a race into a theft: the window is wide, and rows are aged.
    started = await startApp({
      dialect,
      settings: { oidc: { codeGraceSeconds: 30, refreshGraceSeconds: 30 } },
    });
    person = await createPerson(started);
    party = await createRelyingParty(started);
  });
  afterAll(() => started.close());

  describe('of an authorization code', () => {
    test('50 simultaneous redemptions: one succeeds, and its tokens stay alive', async () => {
      const authorization = await authorize(started, party, person);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => postToken(started.url, party, codeBody(authorization, party))),
      );
      const good = answers.filter(({ status }) => status === 200);
      expect(good).toHaveLength(1);
      for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
        expect([status, body.error]).toEqual([400, 'invalid_grant']);
      }
      const { access_token: accessToken = '', refresh_token: refreshToken = '' } = good[0]?.body ?? {};
      await oidc.fetchUserInfo(party.configuration, accessToken, person.id);
      expect((await refresh(started.url, party, refreshToken)).status).toBe(200);
    });

    test('12 codes, each presented 20 times at once: each has one winner, and losers leave nothing behind', async () => {
      const all = [await authorize(started, party, person)];
      // In one browser, and silently: twelve sign-ins at once are more than the limits take.
      while (all.length < 12) all.push(await authorize(started, party, person, {}, all[0]?.visitor));
      const before = await countTokens(started);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => all)
          .flat()
          .map(async (authorization) => ({
            authorization,
            ...(await postToken(started.url, party, codeBody(authorization, party))),
          })),
      );
      const good = answers.filter(({ status }) => status === 200);
      expect(new Set(good.map(({ authorization }) => authorization)).size).toBe(12);
      expect(good).toHaveLength(12);
      const bad = answers.filter(({ status }) => status !== 200);
      expect(new Set(bad.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
        new Set(['400 invalid_grant']),
      );
      // Neither a refresh token nor the opaque access token that was made for a loser.
      const after = await countTokens(started);
      expect(after.refresh - before.refresh).toBe(12);
      expect(after.access - before.access).toBe(12);
      for (const { body } of good) {
        expect(await userinfoStatus(started.url, body.access_token ?? '')).toBe(200);
        expect((await refresh(started.url, party, body.refresh_token ?? '')).status).toBe(200);
      }
    });

    test('of a client without refresh tokens, 50 at once: one succeeds, and a late second use is theft', async () => {
      const plain = await createRelyingParty(started, { grants: ['authorization_code'] });
      const authorization = await authorize(started, plain, person);
      const before = await countTokens(started);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => postToken(started.url, plain, codeBody(authorization, plain))),
      );
      const good = answers.filter(({ status }) => status === 200);
      expect(good).toHaveLength(1);
      expect(good[0]?.body.refresh_token).toBeUndefined();
      expect((await countTokens(started)).access - before.access).toBe(1);
      const accessToken = good[0]?.body.access_token ?? '';
      expect(await userinfoStatus(started.url, accessToken)).toBe(200);
      await ageCodes(started, 60_000);
      expect((await postToken(started.url, plain, codeBody(authorization, plain))).body.error).toBe(
        'invalid_grant',
      );
      expect(await userinfoStatus(started.url, accessToken)).toBe(401);
    });

    test('and its first refresh token are both there or neither, whichever half the database refuses', async () => {
      const spent = started.redis ? ['insert', 'redeemed_codes'] : ['update', 'artifacts'];
      for (const [what, table] of [['insert', 'refresh_tokens'], spent] as ['insert' | 'update', string][]) {
        const authorization = await authorize(started, party, person);
        const before = await countTokens(started);
        await refuse(started, what, table);
        const failed = await postToken(started.url, party, codeBody(authorization, party)).finally(() =>
          allow(started, table),
        );
        expect([table, failed.status]).toEqual([table, 500]);
        expect(await countTokens(started)).toEqual(before);
        const again = await postToken(started.url, party, codeBody(authorization, party));
        expect([table, again.status]).toEqual([table, 200]);
        expect((await refresh(started.url, party, again.body.refresh_token ?? '')).status).toBe(200);
      }
    });

    test('is as good as before after a request that was refused on the way, and then once', async () => {
      const authorization = await authorize(started, party, person);
      const wrong = codeBody(authorization, party);
      wrong.set('resource', 'https://nobody.example');
      expect((await postToken(started.url, party, wrong)).body.error).toBe('invalid_target');
      expect((await postToken(started.url, party, codeBody(authorization, party))).status).toBe(200);
      expect((await postToken(started.url, party, codeBody(authorization, party))).status).toBe(400);
    });

    test('presented again after the first moments, it ends all that it gave (RFC 6749 §4.1.2)', async () => {
      const authorization = await authorize(started, party, person);
      const tokens = await redeem(party, authorization);
      await ageCodes(started, 60_000);
      const again = await postToken(started.url, party, codeBody(authorization, party));
      expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
      await expect(userinfoStatus(started.url, tokens.access_token)).resolves.toBe(401);
      expect((await refresh(started.url, party, tokens.refresh_token ?? '')).body.error).toBe(
        'invalid_grant',
      );
      const events = await started.modules.audit.list({ event: 'oidc.code_stolen' });
      expect(events[0]).toMatchObject({ userId: person.id, clientId: party.clientId });
    });

    test('a wrong verifier or another client never harms the honest grant', async () => {
      const authorization = await authorize(started, party, person);
      const tokens = await redeem(party, authorization);
      await ageCodes(started, 60_000);
      const wrongVerifier = codeBody(authorization, party);
      wrongVerifier.set('code_verifier', oidc.randomPKCECodeVerifier());
      expect((await postToken(started.url, party, wrongVerifier)).body.error).toBe('invalid_grant');
      const other = await createRelyingParty(started);
      expect((await postToken(started.url, other, codeBody(authorization, party))).body.error).toBe(
        'invalid_grant',
      );
      await expect(userinfoStatus(started.url, tokens.access_token)).resolves.toBe(200);
    });

    test('with the first moments switched off, the second use at once is theft', async () => {
      const strict = await startAppForTest({ dialect, settings: { oidc: { codeGraceSeconds: 0 } } });
      const someone = await createPerson(strict);
      const strictParty = await createRelyingParty(strict);
      const authorization = await authorize(strict, strictParty, someone);
      const tokens = await redeem(strictParty, authorization);
      const again = await postToken(strict.url, strictParty, codeBody(authorization, strictParty));
      expect(again.body.error).toBe('invalid_grant');
      await expect(userinfoStatus(strict.url, tokens.access_token)).resolves.toBe(401);
    });

    test('is over after a minute', async () => {
      const authorization = await authorize(started, party, person);
      await expireCodes(started);
      expect((await postToken(started.url, party, codeBody(authorization, party))).body.error).toBe(
        'invalid_grant',
      );
    });
  });

  describe('of a refresh token', () => {
    test('20 simultaneous refreshes on two nodes all answer 200 with the same successor', async () => {
      const { tokens } = await signIn(started, party, person);
      const node = await started.startNode();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          refresh(index % 2 === 0 ? started.url : node.origin, party, tokens.refresh_token ?? ''),
        ),
      );
      await node.close();
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      const [{ body } = { body: {} as Record<string, string> }] = answers;
      expect((await refresh(started.url, party, body.refresh_token ?? '')).status).toBe(200);
    });

    test('a retry within the window gets the same successor, and never revives one that was used', async () => {
      const { tokens } = await signIn(started, party, person);
      const first = await refresh(started.url, party, tokens.refresh_token ?? '');
      const successor = first.body.refresh_token ?? '';
      const second = await refresh(started.url, party, successor);
      expect(second.body.refresh_token).not.toBe(successor);
      const retry = await refresh(started.url, party, tokens.refresh_token ?? '');
      expect([retry.status, retry.body.refresh_token]).toEqual([200, successor]);
      await age(started, 'refresh_tokens', 60_000);
      // The successor was used a minute ago: presenting it now is theft, so the retry did not make it fresh.
      expect((await refresh(started.url, party, successor)).body.error).toBe('invalid_grant');
    });

    test('spent long ago it is theft as ever, though only its grant is known: ended, audited, mailed', async () => {
      const someone = await createPerson(started);
      const { tokens } = await signIn(started, party, someone);
      const spent = tokens.refresh_token ?? '';
      const successor = (await refresh(started.url, party, spent)).body;
      await empty(started);
      // Neither another client, nor a look at it, nor the retry that was honest once does any harm to who has it now.
      const other = await createRelyingParty(started);
      expect((await refresh(started.url, other, spent)).body.error).toBe('invalid_grant');
      expect((await oidc.tokenIntrospection(party.configuration, spent)).active).toBe(false);
      expect(await userinfoStatus(started.url, successor.access_token ?? '')).toBe(200);

      // With a scope, as the libraries of many apps send it.
      const stolen = await postToken(
        started.url,
        party,
        new URLSearchParams({ grant_type: 'refresh_token', refresh_token: spent, scope: 'openid' }),
      );
      expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant']);
      expect((await refresh(started.url, party, successor.refresh_token ?? '')).body.error).toBe(
        'invalid_grant',
      );
      expect(await userinfoStatus(started.url, successor.access_token ?? '')).toBe(401);
      const events = await started.modules.audit.list({
        event: 'oidc.refresh_token_stolen',
        userId: someone.id,
      });
      expect(events).toMatchObject([{ clientId: party.clientId }]);
      const mails = (await (await fetch(`${started.url}/dev/mailbox.json`)).json()) as Record<
        string,
        string
      >[];
      expect(mails.filter(({ to }) => to === someone.email)).toMatchObject([
        { subject: 'We disconnected Books from your account' },
      ]);
    });

    test('spent long ago it still ends what it gave when its app gives it back (RFC 7009 §2.1)', async () => {
      const { tokens } = await signIn(started, party, person);
      const successor = (await refresh(started.url, party, tokens.refresh_token ?? '')).body;
      await empty(started);
      await oidc.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
      expect((await refresh(started.url, party, successor.refresh_token ?? '')).body.error).toBe(
        'invalid_grant',
      );
    });

    test('presented after the window, it ends the grant: refresh, userinfo and introspection stop at once', async () => {
      const { tokens } = await signIn(started, party, person);
      const successor = await refresh(started.url, party, tokens.refresh_token ?? '');
      await age(started, 'refresh_tokens', 60_000);
      const stolen = await refresh(started.url, party, tokens.refresh_token ?? '');
      expect([stolen.status, stolen.body.error]).toEqual([400, 'invalid_grant']);
      expect((await refresh(started.url, party, successor.body.refresh_token ?? '')).body.error).toBe(
        'invalid_grant',
      );
      await expect(userinfoStatus(started.url, successor.body.access_token ?? '')).resolves.toBe(401);
      const { active } = await oidc.tokenIntrospection(
        party.configuration,
        successor.body.access_token ?? '',
      );
      expect(active).toBe(false);
      const events = await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' });
      expect(events[0]).toMatchObject({ userId: person.id, clientId: party.clientId, outcome: 'refused' });
    });

    test('of another client is refused without harm', async () => {
      const { tokens } = await signIn(started, party, person);
      await refresh(started.url, party, tokens.refresh_token ?? '');
      await age(started, 'refresh_tokens', 60_000);
      const other = await createRelyingParty(started);
      expect((await refresh(started.url, other, tokens.refresh_token ?? '')).body.error).toBe(
        'invalid_grant',
      );
      await expect(userinfoStatus(started.url, tokens.access_token)).resolves.toBe(200);
    });

    test('with the window switched off, the second use at once is theft', async () => {
      const strict = await startAppForTest({ dialect, settings: { oidc: { refreshGraceSeconds: 0 } } });
      const someone = await createPerson(strict);
      const strictParty = await createRelyingParty(strict);
      const { tokens } = await signIn(strict, strictParty, someone);
      expect((await refresh(strict.url, strictParty, tokens.refresh_token ?? '')).status).toBe(200);
      expect((await refresh(strict.url, strictParty, tokens.refresh_token ?? '')).status).toBe(400);
      await expect(userinfoStatus(strict.url, tokens.access_token)).resolves.toBe(401);
    });

    test('the successor outlives a change of the server key inside the window', async () => {
      const { tokens } = await signIn(started, party, person);
      const first = await refresh(started.url, party, tokens.refresh_token ?? '');
      await started.modules.keys.serverKeys.rotate('refresh');
      const retry = await refresh(started.url, party, tokens.refresh_token ?? '');
      expect(retry.body.refresh_token).toBe(first.body.refresh_token);
    });

    test('is not bound to the session row, and ends with the session that is ended on purpose', async () => {
      const kept = await signIn(started, party, person);
      await forgetSessions(started);
      expect((await refresh(started.url, party, kept.tokens.refresh_token ?? '')).status).toBe(200);

      const ended = await signIn(started, party, person);
      const [session] = await started.modules.oidc.sessions.listByUser(person.id);
      await started.modules.oidc.sessions.end(session?.uid ?? '');
      expect((await refresh(started.url, party, ended.tokens.refresh_token ?? '')).status).toBe(400);
    });

    test('with offline_access outlives the session (OIDC Core §11)', async () => {
      const offline = await signIn(started, party, person, {
        scope: 'openid offline_access',
        prompt: 'consent',
      });
      for (const { uid } of await started.modules.oidc.sessions.listByUser(person.id)) {
        await started.modules.oidc.sessions.end(uid);
      }
      expect((await refresh(started.url, party, offline.tokens.refresh_token ?? '')).status).toBe(200);
    });

    test('is not given without offline_access to a client that must ask for it', async () => {
      const strict = await createRelyingParty(started, { requireOfflineAccess: true });
      const { tokens } = await signIn(started, strict, person);
      expect(tokens.refresh_token).toBeUndefined();
    });
  });

  test('a person who is signed out by a command loses every session and token at once', async () => {
    const { tokens, visitor } = await signIn(started, party, person);
    await started.modules.oidc.sessions.signOut(person.id);
    expect((await refresh(started.url, party, tokens.refresh_token ?? '')).status).toBe(400);
    await expect(userinfoStatus(started.url, tokens.access_token)).resolves.toBe(401);
    const page = await visitor.open('/account');
    expect(page.forms.some(({ fields }) => 'password' in fields)).toBe(true);
    expect(PASSWORD.length).toBeGreaterThan(0);
  });
});

/** The tokens that are stored. */
async function countTokens({ modules: { db }, redis }: TestApp) {
  const rows = await db('artifacts').where({ model: 'AccessToken' }).pluck('id_hash');
  const keys = redis
    ? [...(await redis.keys()).keys()].filter(
        (key) => key.includes('AccessToken') && !key.includes('of-grant'),
      )
    : [];
  const refresh = await db('refresh_tokens').pluck('id_hash');
  return { access: rows.length + keys.length, refresh: refresh.length };
}

/** Makes each write of this kind fail, as a full disk would in the middle of a commit. */
async function refuse({ modules: { db } }: TestApp, what: 'insert' | 'update', table: string): Promise<void> {
  const statements =
    db.dialect === 'postgres'
      ? [
          "create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$",
          `create trigger refused before ${what} on ${table} for each row execute function refuse()`,
        ]
      : [`create trigger refused before ${what} on ${table} begin select raise(abort, 'refused'); end`];
  await db.knex.transaction(async (inside) => {
    for (const statement of statements) await inside.raw(statement);
  });
}

async function allow({ modules: { db } }: TestApp, table: string): Promise<void> {
  await db.knex.transaction((inside) =>
    inside.raw(`drop trigger refused${db.dialect === 'postgres' ? ` on ${table}` : ''}`),
  );
}

function codeBody({ callback, checks }: Authorization, { redirectUri }: RelyingParty): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
  });
}

function refresh(origin: string, party: RelyingParty, token: string): Promise<TokenAnswer> {
  return postToken(origin, party, new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }));
}

async function postToken(origin: string, party: RelyingParty, body: URLSearchParams): Promise<TokenAnswer> {
  const credentials = Buffer.from(`${party.clientId}:${party.secret}`).toString('base64');
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function userinfoStatus(origin: string, token: string): Promise<number> {
  const response = await fetch(`${origin}/me`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

/** Time passes for what was consumed: the window compares the database's own times, so the rows are moved. */
async function age({ modules: { db } }: TestApp, table: string, ms: number): Promise<void> {
  await db(table).whereNotNull('consumed_at').decrement('consumed_at', ms);
}

/** Time passes for spent refresh tokens, and the sweeper takes out what only an honest retry needs. */
async function empty(started: TestApp): Promise<void> {
  const { db, sweeper } = started.modules;
  await age(started, 'refresh_tokens', 91_000);
  await sweeper.sweep();
  const payloads = await db('refresh_tokens').whereNotNull('consumed_at').pluck('payload');
  expect(new Set(payloads)).toEqual(new Set(['{}']));
}

async function ageCodes(started: TestApp, ms: number): Promise<void> {
  if (started.redis) await started.redis.pass(ms);
  else await age(started, 'artifacts', ms);
}

async function expireCodes({ modules: { db }, redis }: TestApp): Promise<void> {
  if (redis) await redis.pass(61_000);
  else await db('artifacts').update({ expires_at: 1 });
}

async function forgetSessions({ modules: { db }, redis }: TestApp): Promise<void> {
  if (redis) await redis.flush();
  else await db('sessions').delete(); // as when Redis forgets them
}
