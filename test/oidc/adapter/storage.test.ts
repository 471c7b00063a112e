import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../src/database/database.ts';
import type { Redis } from '../../../src/database/redis/redis.ts';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type AdapterStore, createAdapterStore } from '../../../src/oidc/adapter/storage.ts';
import { createSessions } from '../../../src/oidc/sessions.ts';
import { createUsers } from '../../../src/users/users.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createTestRedis, type TestRedis } from '../../support/redis.ts';
import { noRoles, nothingEnds } from '../../users/set-up.ts';

describe('the database and Redis together', () => {
  let database: TestDatabase;
  let own: TestRedis;
  let userId: string;
  beforeEach(async () => {
    database = await createTestDatabase('postgres');
    own = await createTestRedis();
    const users = createUsers({
      db: database.db,
      clock: systemClock,
      audit: { record: async () => {} },
      end: nothingEnds,
      giveRoles: noRoles,
    });
    userId = (await users.create({ email: 'ana@example.com' }, SYSTEM)).id;
  });
  afterEach(async () => {
    await own.close();
    await database.close();
  });

  const ends: [string, (store: AdapterStore, userId: string, sessionUids?: string[]) => Promise<unknown>][] =
    [
      ['all of a person are ended', (store, userId) => store.endSessions({ userId })],
      [
        'those of a device are ended',
        (store, userId, sessionUids = []) =>
          store.endBrowser(userId, { knownBrowserHash: 'device', sessionUids }),
      ],
      ['a person is signed out', (store, userId) => store.endAllOfUser(userId)],
    ];

  const newId = () => randomBytes(32).toString('base64url');
  const inAMinute = () => Date.now() + 60_000;
  const openOn = (redis: Redis) => createAdapterStore({ db: database.db, redis });
  const code = { grantId: 'grt_1', rememberedSeconds: 600, graceSeconds: 2 };
  const session = (uid: string) => ({
    uid,
    userId,
    payload: '{}',
    userAgent: 'Firefox',
    network: '192.0.2.1',
    createdAt: 1,
    lastSeenAt: 1,
    expiresAt: inAMinute(),
  });
  const grant = (sessionUid: string) => ({
    userId,
    clientId: 'cli_a',
    sessionUid,
    isOffline: false,
    payload: '{}',
    now: Date.now(),
    expiresAt: inAMinute(),
  });

  test('of 50 simultaneous redemptions one is the first, also when Redis forgot it twice', async () => {
    const store = await openOn(own.redis);
    const id = newId();
    const save = () => store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
    let winners = 0;
    for (let time = 0; time < 3; time += 1) {
      await own.flush();
      await save();
      const calls = Array.from({ length: 50 }, () => store.redeemCode(id, code));
      winners += (await Promise.all(calls)).filter(Boolean).length;
    }
    expect(winners).toBe(1);
  });

  test('a redemption that the database did not take may be tried again', async () => {
    const store = await openOn(own.redis);
    const id = newId();
    await store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
    await database.db.knex.schema.renameTable('redeemed_codes', 'away');
    await expect(store.redeemCode(id, code)).rejects.toThrow();
    await database.db.knex.schema.renameTable('away', 'redeemed_codes');
    expect(await store.redeemCode(id, code)).toBe(true);
    expect(await store.redeemCode(id, code)).toBe(false);
  });

  test('a code and its refresh token: one of 50, also when Redis forgot the code, and a late one ends the grant', async () => {
    const store = await openOn(own.redis);
    await store.insertGrant('grt_1', grant('session'));
    const id = newId();
    const tokens: string[] = [];
    const redeem = async (graceSeconds: number) => {
      await own.flush();
      await store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
      const calls = Array.from({ length: 50 }, async () => {
        const token = { id: newId(), payload: '{}', expiresAt: inAMinute() };
        const answer = await store.redeemCodeForRefresh({ id, ...code, graceSeconds }, token);
        if (answer === 'redeemed') tokens.push(token.id);
        return answer;
      });
      return (await Promise.all(calls)).filter((answer) => answer === 'redeemed').length;
    };
    expect(await redeem(60)).toBe(1);
    expect(await redeem(60)).toBe(0);
    expect(await store.findRefreshToken(tokens[0] ?? '', 0)).toBeDefined();
    await database.db('redeemed_codes').decrement('redeemed_at', 120_000);
    expect(await redeem(60)).toBe(0);
    expect(await store.findRefreshToken(tokens[0] ?? '', 0)).toBeUndefined();
    expect(await store.findGrant('grt_1')).toBeUndefined();
  });

  test('whoever ends a grant and its code at once waits for no redemption that waits for them', async () => {
    const { db } = database;
    const store = await createAdapterStore({ db });
    await store.insertGrant('grt_1', grant('session'));
    const id = newId();
    await store.saveArtifact('AuthorizationCode', id, {
      payload: '{}',
      grantId: 'grt_1',
      expiresAt: inAMinute(),
    });
    const redeeming = Promise.withResolvers<Promise<string>>();
    await db.transaction(async (inside) => {
      await inside('grants').where({ id: 'grt_1' }).delete();
      const token = { id: newId(), payload: '{}', expiresAt: inAMinute() };
      const running = store.redeemCodeForRefresh({ id, ...code }, token);
      redeeming.resolve(running);
      await untilSomebodyWaits(db);
      // With the code locked before its grant, each would wait for the other here.
      await inside('artifacts').where({ grant_id: 'grt_1' }).delete();
    });
    expect(await await redeeming.promise).toBe('ended');
  });

  /** Until PostgreSQL has somebody wait for a lock in this database. */
  async function untilSomebodyWaits(db: TestDatabase['db']): Promise<void> {
    for (;;) {
      const rows = await db.raw(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      if (rows.length > 0) return;
    }
  }

  test('a grant that is made while its session is being ended ends with it', async () => {
    const uid = newId();
    const beginsGrants: Redis = {
      ...own.redis,
      async run(script, keys, args) {
        // The last moment of the session: a request in another process makes a grant in it.
        if (script.lua.includes("redis.call('DEL'") && keys[0]?.includes(uid)) {
          await store.insertGrant('grt_late', grant(uid));
        }
        return await own.redis.run(script, keys, args);
      },
    };
    const store = await openOn(beginsGrants);
    await store.insertSession(newId(), session(uid));
    await store.insertGrant('grt_early', grant(uid));
    expect(await store.endSessions({ uid })).toEqual([uid]);
    expect(await store.findGrant('grt_early')).toBeUndefined();
    expect(await store.findGrant('grt_late')).toBeUndefined();
  });

  test('a grant that is made while a person is signed out ends with the others', async () => {
    const uid = newId();
    const beginsGrants: Redis = {
      ...own.redis,
      async run(script, keys, args) {
        if (script.lua.includes("redis.call('DEL'") && keys[0]?.includes(uid)) {
          await store.insertGrant('grt_late', { ...grant(uid), isOffline: true });
        }
        return await own.redis.run(script, keys, args);
      },
    };
    const store = await openOn(beginsGrants);
    await store.insertSession(newId(), session(uid));
    expect(await store.endAllOfUser(userId)).toEqual({ sessions: 1, grants: 1 });
    expect(await store.findGrant('grt_late')).toBeUndefined();
  });

  test('a session that a device gets while it is being ended ends with the others', async () => {
    const store = await openOn(own.redis);
    const late = session(newId());
    let isDone = false;
    const sessions = createSessions({
      store: {
        ...store,
        async endBrowser(...given) {
          // The sessions are listed; a request in another process completes a sign-in.
          if (!isDone) await store.insertSession(newId(), late);
          isDone = true;
          return await store.endBrowser(...given);
        },
      },
      read: () => ({ device: 'device' }),
      lacks: async () => undefined,
      openStepOf: async () => undefined,
      cookieName: 'session',
      findUser: async () => undefined,
      clock: systemClock,
    });
    await store.insertSession(newId(), session(newId()));
    expect(await sessions.endBrowser(userId, 'device')).toEqual({ sessions: 2, grants: 0 });
    expect(await store.listSessionsOfUser(userId)).toEqual([]);
  });

  test.each(ends)('a session that begins while %s ends with it: Redis', async (_, end) => {
    const [interaction, id, late] = [newId(), newId(), session(newId())];
    let isEnded: boolean | undefined;
    const beginsSession: Redis = {
      ...own.redis,
      async send(command, ...given) {
        const answer = await own.redis.send(command, ...given);
        // The sessions are listed; a request in another process saves one, and looks whether it may.
        if (command === 'zrange' && String(given[0]).includes('sessions-of:')) {
          await store.insertSession(id, late);
          isEnded = await store.isSignInEnded(interaction, userId);
        }
        return answer as never;
      },
    };
    const store = await openOn(own.redis);
    const pending = { payload: '{}', userId, expiresAt: inAMinute() };
    await store.saveArtifact('Interaction', interaction, pending);
    await store.completeSignIn(interaction, { userId, expiresAt: inAMinute() });
    await end(await openOn(beginsSession), userId);
    // A device's sessions are listed by who ends them, before and after.
    if (isEnded === undefined) isEnded = await store.isSignInEnded(interaction, userId);
    expect(isEnded).toBe(true);
  });

  test.each(ends)('a session that begins while %s ends with it: PostgreSQL', async (_, end) => {
    const { db, url } = database;
    const another = await createDatabase({ url, dataDir: '' });
    onTestFinished(another.close);
    const store = await createAdapterStore({ db });
    const [interaction, earlier, late] = [newId(), session(newId()), session(newId())];
    await store.insertSession(newId(), earlier);
    const pending = { payload: '{}', userId, expiresAt: inAMinute() };
    await store.saveArtifact('Interaction', interaction, pending);
    await store.completeSignIn(interaction, { userId, expiresAt: inAMinute() });

    const waiting = async (count: number) => {
      const sql = `select count(*) as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return Number((await another.raw<{ count: number }>(sql))[0]?.count) >= count;
    };
    let ending: Promise<unknown> = Promise.resolve();
    let isEnded: Promise<boolean> = Promise.resolve(false);
    await another.transaction(async (holding) => {
      // Whoever ends the sessions waits for this row, in the middle of it.
      await holding('sessions').where({ uid: earlier.uid }).forUpdate().select('uid');
      ending = end(store, userId, [earlier.uid]);
      while (!(await waiting(1)));
      await store.insertSession(newId(), late);
      let isAnswered = false;
      isEnded = store.isSignInEnded(interaction, userId).finally(() => {
        isAnswered = true;
      });
      while (!isAnswered && !(await waiting(2)));
    });
    await ending;
    expect(await isEnded).toBe(true);
  });

  test('ending all sessions but one spares the grants of that one', async () => {
    const store = await openOn(own.redis);
    const [kept, ended] = [newId(), newId()];
    for (const uid of [kept, ended]) {
      await store.insertSession(newId(), session(uid));
      await store.insertGrant(`grt_${uid}`, grant(uid));
    }
    expect(await store.endSessions({ userId, exceptUid: kept })).toEqual([ended]);
    expect(await store.findGrant(`grt_${kept}`)).toBe('{}');
    expect(await store.findGrant(`grt_${ended}`)).toBeUndefined();
    expect((await store.listSessionsOfUser(userId)).map(({ uid }) => uid)).toEqual([kept]);
  });

  test('what was ended is told to a node that starts, until its time is over', async () => {
    const store = await openOn(own.redis);
    const [id, uid] = [newId(), newId()];
    await store.insertSession(id, session(uid));
    const bringBack = await own.snapshot(`${own.prefix}session:{${uid}}`);
    await store.endSessions({ uid });
    await bringBack();
    await store.refreshEnded();
    expect(await store.findSessionByUid(uid)).toBeUndefined();
    await database.db('ended_sessions').update({ expires_at: 1 });
    await store.refreshEnded();
    // In memory it is known as long as the row said when it was read.
    expect(await store.findSessionByUid(uid)).toBeUndefined();
    expect(await (await openOn(own.redis)).findSessionByUid(uid)).toMatchObject({ uid });
  });
});
