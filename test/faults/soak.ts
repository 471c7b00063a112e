import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lifetimes } from '../../src/oidc/lifetimes.ts';
import { attempts, audit, startLoad } from '../support/load.ts';
import type { Held } from './inside.ts';
import { createInsight } from './look-inside.ts';
import { type Site, startSite } from './site.ts';
import {
  judgeHeld,
  judgeTrends,
  type Kept,
  mostHeld,
  type Room,
  type Sample,
  trendOf,
} from './soak-judge.ts';

/**
 * Two nodes at 60 % of what they can do, for half an hour (`SOAK_MINUTES`): memory, connections, files and timers stay
 * level, and of each kind of row and key there is no more than what can have been made in its lifetime.
 */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 30);
const SAMPLES = 60;
const SHARE = 0.6;
const WORKERS = 16;

/** A row that has run out stays until the next round of the sweeper, and until that one comes to its table. */
const UNTIL_SWEPT = 60 + 15;
/** A key is gone at once; a look takes a while. */
const WHILE_LOOKING = 5;
const FOREVER = Number.POSITIVE_INFINITY;

const ROWS: Record<string, Kept> = {
  audit_events: {
    made: { signIn: 2, signOut: 1 },
    livesSeconds: FOREVER,
    perWorker: 2,
    why: 'kept for as long as the operator says',
  },
  redeemed_codes: {
    made: { codeFlow: 1 },
    livesSeconds: lifetimes.spentCodeSeconds + UNTIL_SWEPT,
    why: 'remembered for 10 min',
  },
  ended_sessions: {
    made: { signOut: 1 },
    livesSeconds: lifetimes.endedSessionSeconds + UNTIL_SWEPT,
    why: 'remembered for 70 min',
  },
  grants: { perWorker: 2, why: 'one for a session, until it ends or its token is revoked' },
  refresh_tokens: {
    perWorker: 17,
    why: 'until the grant ends: each 29th work of a worker ends it, and four of seven make a token',
  },
  known_devices: { perWorker: 1, why: 'one for a browser' },
  leases: { perWorker: 1, why: 'one for each thing that one node does alone' },
  audit_repeated: { perWorker: 1, why: 'one for each kind of event of nobody, for a minute after the last' },
};

const KEYS: Record<string, Kept> = {
  AuthorizationCode: {
    made: { codeFlow: 1, signIn: 1, silentRenewal: 1 },
    livesSeconds: lifetimes.spentCodeSeconds + WHILE_LOOKING,
    why: 'a minute; a spent one is remembered for 10 min',
  },
  AccessToken: {
    made: { codeFlow: 1, refresh: 1 },
    livesSeconds: lifetimes.accessTokenSeconds + WHILE_LOOKING,
    why: '5 min',
  },
  'of-grant AccessToken': {
    made: { signIn: 1, revocation: 1 },
    livesSeconds: lifetimes.accessTokenSeconds + WHILE_LOOKING,
    perWorker: 1,
    why: 'one for a grant, for as long as the last token of it',
  },
  Interaction: {
    made: { signIn: 1 },
    livesSeconds: 60 + WHILE_LOOKING,
    perWorker: 1,
    why: 'one for a sign-in that is under way',
  },
  'sign-in': {
    made: { signIn: 1 },
    livesSeconds: 60 + WHILE_LOOKING,
    perWorker: 1,
    why: 'the mark of a sign-in, for a minute after it',
  },
  session: { perWorker: 2, why: 'until it ends' },
  cookie: { perWorker: 2, why: 'one for a session' },
  'sessions-of': { perWorker: 1, why: 'one for a person' },
  'sign-ins-of': { perWorker: 1, why: 'one for a person' },
  'gatehouse:held': { perWorker: 1, why: 'one key: the sign-ins in which nobody has proved anything' },
  rate: { perWorker: 3, why: 'counters of this minute: device, account, network' },
};

/** Each node knows the sessions that were ended in the last 70 min: an entry of a map, and the id as text. */
const ENDED_SESSION_KIB = 0.3;

/** What one process holds. After a collection the heap still has what is in flight at that moment. */
const ROOMS: Record<keyof Held, Room> = {
  heapKib: { absolute: 1024, share: 0.02 },
  // Stands still to 64 KiB, the pool that Node cuts small buffers from: who keeps a piece keeps all of it.
  outsideKib: { absolute: 512, share: 0 },
  residentKib: { absolute: 16 * 1024, share: 0.15 },
  timers: { absolute: 5, share: 0 },
  sockets: { absolute: 5, share: 0 },
  files: { absolute: 2, share: 0 },
};

let site: Site;
let redis: Redis;
let insight: Awaited<ReturnType<typeof createInsight>>;
beforeAll(async () => {
  insight = await createInsight();
  site = await startSite({ withRedis: true, workers: WORKERS, environment: insight.environment });
  redis = new Redis(site.redis?.url ?? '');
});
afterAll(async () => {
  await redis.quit();
  await site.close();
  await insight.close();
});

test(`${MINUTES} minutes at 60 % of capacity: nothing grows beyond what its lifetime explains`, async () => {
  const { world } = site;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const held: Sample[] = [await takeSample(seconds())];
  const capacity = await measureCapacity();
  const perSecond = capacity * SHARE;
  console.log(`capacity ${capacity.toFixed(0)} works a second, soaking at ${perSecond.toFixed(0)}`);

  const load = startLoad(world, { perSecond });
  const steady: Sample[] = [];
  for (let each = 0; each < SAMPLES; each += 1) {
    await new Promise((resolve) => setTimeout(resolve, (MINUTES * 60_000) / SAMPLES));
    const sample = await takeSample(seconds());
    steady.push(sample);
    if (each % 6 === 5) console.log(each + 1, JSON.stringify(sample));
  }
  await load.stop();
  held.push(...steady);

  const { absolute, share } = ROOMS.heapKib;
  const ended = ENDED_SESSION_KIB * world.account.confirmed.signOut;
  const rooms = Object.fromEntries(
    site.nodes.flatMap((_, number) =>
      Object.entries({ ...ROOMS, heapKib: { absolute: absolute + ended, share } }).map(([name, room]) => [
        `node ${number} ${name}`,
        room,
      ]),
    ),
  );
  const kinds = {
    ...withPrefix('row', ROWS),
    ...withPrefix('key', KEYS),
  };
  show(held, steady, kinds, rooms);
  const account = await audit(world);
  console.log(JSON.stringify({ ...account, attempts: attempts(world) }));

  expect(account.lies).toEqual([]);
  expect([...judgeHeld(held, kinds, { workers: WORKERS, rooms }), ...judgeTrends(steady, rooms)]).toEqual([]);
});

const withPrefix = (prefix: string, kinds: Record<string, Kept>) =>
  Object.fromEntries(Object.entries(kinds).map(([name, kept]) => [`${prefix} ${name}`, kept]));

/** The figures for docs/reliability.md: what there was, and what it is judged by. */
function show(
  held: readonly Sample[],
  steady: readonly Sample[],
  kinds: Record<string, Kept>,
  rooms: Record<string, Room>,
): void {
  const last = held.at(-1);
  if (!last) return;
  const names = [...new Set(held.flatMap(({ figures }) => Object.keys(figures)))].sort();
  console.table(
    names.map((name) => {
      const { growth, middle } = trendOf(steady, name);
      const most = (held[0]?.figures[name] ?? 0) + mostHeld(held, last, kinds[name], WORKERS);
      const judgedBy = name in rooms ? {} : { 'at the end': last.figures[name] ?? 0, most: Math.round(most) };
      return { name, median: middle, 'growth in 2/3': Math.round(growth), ...judgedBy };
    }),
  );
}

/** Works a second when everybody works as fast as they can. */
async function measureCapacity(): Promise<number> {
  const load = startLoad(site.world);
  await load.attempts(1000);
  const [startedAt, before] = [performance.now(), attempts(site.world)];
  await load.attempts(2000);
  const perSecond = ((attempts(site.world) - before) / (performance.now() - startedAt)) * 1000;
  await load.stop();
  return perSecond;
}

async function takeSample(seconds: number): Promise<Sample> {
  const figures: Record<string, number> = {};
  for (const [number, node] of site.nodes.entries()) {
    const held = await insight.held(Number(new URL(node.origin).port));
    for (const [name, value] of Object.entries(held)) figures[`node ${number} ${name}`] = value;
  }
  const { db } = site.operator.modules;
  const tables = await db.raw<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  );
  for (const { name } of tables) {
    const [row] = await db.raw<{ count: number }>(`select count(*)::int as count from ${name}`);
    figures[`row ${name}`] = row?.count ?? 0;
  }
  for (const [kind, count] of await countKeys()) figures[`key ${kind}`] = count;
  // The works are counted last: what they made may be there already, and never the other way round.
  const { confirmed, refused, unanswered } = site.world.account;
  return { seconds, works: { ...confirmed, unanswered: refused + unanswered }, figures };
}

/** By what its name says before the id. One that lives for ever is a kind of its own, of which there may be none. */
async function countKeys(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const keys of redis.scanStream({ count: 1000 }) as AsyncIterable<string[]>) {
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.pttl(key);
    const lives = await pipeline.exec();
    for (const [index, key] of keys.entries()) {
      const kind = /^[^:]+:(.+?):(?:\{.*|[^:]*)$/.exec(key)?.[1]?.replace(':', ' ') ?? key;
      const name = lives?.[index]?.[1] === -1 ? `${kind} without an end` : kind;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
