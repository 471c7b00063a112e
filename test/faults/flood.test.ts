import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { authorizationUrl, createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { flood } from './flood.ts';

/**
 * Requests for a sign-in that nobody will use, without a pause, while people sign in. `npm run flood` sends 100,000 and
 * prints the figures.
 */
const REQUESTS = Number(process.env.FLOOD_REQUESTS ?? 3000);
const IS_LONG = REQUESTS > 10_000;
const MEGABYTE = 1_000_000;
/** Of one that is kept, with all that belongs to it. Redis rounds what it keeps up to the sizes of its allocator. */
const BYTES = { sqlite: 800, redis: 1100 };
/** Who sign in meanwhile, one after the other. */
const PEOPLE = 30;
const TWENTY_MINUTES = 20 * 60_000;

const oneNetwork = () => '203.0.113.7';
/** Each comes twice. */
const manyNetworks = (index: number) => {
  const which = index % (REQUESTS / 2);
  return `10.${which >> 16}.${(which >> 8) & 255}.${which & 255}`;
};

describe.each(['sqlite', 'redis'] as const)('a flood of sign-ins that nobody uses (%s)', (dialect) => {
  test.each([
    { from: 'one network', addressOf: oneNetwork, most: 1 * MEGABYTE, held: 300 },
    // 50,000 are kept at most.
    {
      from: `${REQUESTS / 2} networks`,
      addressOf: manyNetworks,
      most: Math.min(REQUESTS, 50_000) * BYTES[dialect],
      held: 50_000,
    },
  ])(
    'from $from is bounded, people go on, and in 20 minutes it is gone',
    async ({ from, addressOf, most, held }) => {
      const world = await start(dialect);
      const before = await world.size();
      let people = 0;
      let signingIn = world.signIn(people);
      const statuses = await flood(world.app.url, {
        times: REQUESTS,
        path: world.path,
        addressOf,
        sent(count) {
          if (count < (people + 1) * (REQUESTS / PEOPLE)) return;
          people += 1;
          const which = people;
          signingIn = signingIn.then(() => world.signIn(which));
        },
      });
      await signingIn;
      const after = await world.size();
      const figures = { from, statuses: Object.fromEntries(statuses), people, before, after };
      if (IS_LONG) process.stdout.write(`${dialect}: ${JSON.stringify(figures)}\n`);

      expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
      expect(after.held - before.held).toBeLessThanOrEqual(held + people * 2);
      // Each person who signs in has a session, a grant, tokens and events of their own.
      expect(after.bytes - before.bytes).toBeLessThan(most + people * 10_000);

      await world.pass(TWENTY_MINUTES);
      const left = await world.size();
      if (IS_LONG) process.stdout.write(`${dialect}: twenty minutes later ${JSON.stringify(left)}\n`);
      expect(left.held - before.held).toBeLessThanOrEqual(people * 2);
    },
  );
});

/** A server behind a proxy, whose issuer is on no loopback, an app, and people of that app. */
async function start(dialect: 'sqlite' | 'redis') {
  let ahead = 0;
  const app = await startApp({
    dialect,
    clock: { now: () => Date.now() + ahead },
    environment: { TRUST_PROXY: '1' },
    settings: { isLoopback: false },
  });
  onTestFinished(app.close);
  const party = await createRelyingParty(app);
  const person = await createPerson(app);
  const { pathname, search } = await authorizationUrl(party);

  return {
    app,
    path: pathname + search,

    async signIn(which: number): Promise<void> {
      const visitor = createVisitor(app.url, { 'x-forwarded-for': `198.51.100.${which % 250}` });
      await signIn(app, party, person, {}, visitor);
    },

    async size(): Promise<{ bytes: number; file?: number; held: number }> {
      return app.redis ? sizeOfRedis(app.redis) : sizeOfDatabase(app);
    },

    async pass(ms: number): Promise<void> {
      ahead += ms;
      await app.redis?.pass(ms);
      await app.modules.sweeper.sweep();
    },
  };
}

/** By a connection of its own: what lies in the log beside the file is written into it first. */
function sizeOfDatabase({ dataDir }: TestApp) {
  const path = join(dataDir, SQLITE_FILE);
  const file = new Database(path);
  try {
    file.pragma('wal_checkpoint(truncate)');
    const number = (name: string) => Number(file.pragma(name, { simple: true }));
    const bytes = (number('page_count') - number('freelist_count')) * number('page_size');
    const held = file.prepare("select count(*) from artifacts where model = 'Interaction'").pluck().get();
    return { bytes, file: statSync(path).size, held: Number(held) };
  } finally {
    file.close();
  }
}

async function sizeOfRedis(redis: NonNullable<TestApp['redis']>) {
  const names = [...(await redis.keys()).keys()];
  let bytes = 0;
  for (let at = 0; at < names.length; at += 500) {
    const some = await Promise.all(names.slice(at, at + 500).map(redis.memoryOf));
    bytes += some.reduce((sum, each) => sum + each, 0);
  }
  return { bytes, held: names.filter((name) => name.includes(':Interaction:')).length };
}
