import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempts, audit, startLoad } from '../support/load.ts';
import { countOpenFiles, type Site, startSite } from './site.ts';

/**
 * Two nodes at 60 % of what they can do, for half an hour (`SOAK_MINUTES`): memory, open files, rows and keys stay level.
 * Level means that the last quarter is like the one before it: spent codes are remembered for ten minutes, so what is
 * kept grows at first.
 */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 30);
const SAMPLES = 60;
const SHARE = 0.6;
/** Written down for ever, or for as long as the operator says. */
const LOGS = new Set(['audit_events']);

type Sample = Record<string, number>;

let site: Site;
let redis: Redis;
beforeAll(async () => {
  site = await startSite({ withRedis: true, workers: 16 });
  redis = new Redis(site.redis?.url ?? '');
});
afterAll(async () => {
  await redis.quit();
  await site.close();
});

test(`${MINUTES} minutes at 60 % of capacity: memory, open files, rows and keys stay level`, async () => {
  const { world } = site;
  const capacity = await measureCapacity();
  const perSecond = capacity * SHARE;
  console.log(`capacity ${capacity.toFixed(0)} works a second, soaking at ${perSecond.toFixed(0)}`);

  const load = startLoad(world, { perSecond });
  const samples: Sample[] = [];
  const columns = new Set<string>();
  for (let each = 0; each < SAMPLES; each += 1) {
    await new Promise((resolve) => setTimeout(resolve, (MINUTES * 60_000) / SAMPLES));
    const sample = await takeSample();
    samples.push(sample);
    for (const name of Object.keys(sample)) columns.add(name);
    if (each % 6 === 5) console.log(each + 1, JSON.stringify(sample));
  }
  await load.stop();

  const quarter = (number: number, name: string) =>
    median(
      samples.slice((SAMPLES * number) / 4, (SAMPLES * (number + 1)) / 4).map((each) => each[name] ?? 0),
    );
  const table = [...columns].map((name) => ({
    name,
    first: quarter(0, name),
    third: quarter(2, name),
    last: quarter(3, name),
  }));
  console.table(table);
  const account = await audit(world);
  console.log(JSON.stringify({ ...account, attempts: attempts(world) }));

  expect(account.lies).toEqual([]);
  const grown = table.filter(({ name, third, last }) => !LOGS.has(name) && last > third * 1.1 + 50);
  expect(grown).toEqual([]);
});

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

async function takeSample(): Promise<Sample> {
  const sample: Sample = {};
  for (const [number, node] of site.nodes.entries()) {
    sample[`node ${number} MiB`] = Math.round((await node.process.memory()) / 1024 / 1024);
    sample[`node ${number} open files`] = countOpenFiles(node.process.pid);
  }
  const { db } = site.operator.modules;
  const tables = await db.raw<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  );
  for (const { name } of tables) {
    const [row] = await db.raw<{ count: number }>(`select count(*)::int as count from ${name}`);
    sample[name] = row?.count ?? 0;
  }
  sample['Redis keys'] = await redis.dbsize();
  sample['Redis KiB'] = Math.round(
    Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0) / 1024,
  );
  return sample;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
