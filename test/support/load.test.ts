import { expect, test } from 'vitest';
import { startAppForTest, type TestApp } from './app.ts';
import { audit, createWorld, startLoad } from './load.ts';

/** Load against an application in this process, and then what no fault may do, done by hand: the account must tell. */
async function work(settings: Record<string, unknown> = {}) {
  const started = await startAppForTest({
    settings: { password: { memoryKib: 7168, passes: 1 }, oidc: { codeGraceSeconds: 3600 }, ...settings },
  });
  const world = await createWorld({
    issuer: started.url,
    origins: [started.url],
    modules: started.modules,
    workers: 3,
  });
  const load = startLoad(world);
  // Until everything was done once.
  while (Object.values(world.account.confirmed).includes(0)) await load.attempts(10);
  await load.stop();
  return { started, world, lies: async () => (await audit(world)).lies };
}

test('an account of a server that is left alone has nothing but what was confirmed', async () => {
  const { world, lies } = await work();
  expect(await lies()).toEqual([]);
  expect(world.account).toMatchObject({ refused: 0, unanswered: 0, lost: 0 });
});

test.each<[what: string, break_: (db: TestApp['modules']['db']) => Promise<unknown>, told: RegExp]>([
  ['a refresh token that is gone', (db) => db('refresh_tokens').delete(), /refresh token works/],
  ['a session that is gone', (db) => db('sessions').delete(), /who was signed in still is/],
])('the account tells of %s', async (_, breakIt, told) => {
  const { started, lies } = await work();
  await breakIt(started.modules.db);
  expect(await lies()).toContainEqual(expect.stringMatching(told));
});

test('the account tells of a session that came back, and of a code that is good again', async () => {
  const { started, world, lies } = await work();
  const { db } = started.modules;
  const sessions = await db('sessions').select('id_hash');
  // As a backup would that is played back: what was consumed and ended is not any more.
  await db('artifacts').update({ consumed_at: null });
  expect(sessions.length).toBeGreaterThan(0);
  const [worker] = world.staff;
  if (worker) world.ended.push({ visitor: worker.visitor.copy(), refreshTokens: [] });
  const told = await lies();
  expect(told).toContainEqual(expect.stringMatching(/a session that was ended stays ended/));
  expect(told).toContainEqual(expect.stringMatching(/a spent code stays spent: 200/));
});
