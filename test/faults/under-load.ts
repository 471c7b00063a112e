import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit, startLoad } from '../support/load.ts';
import { countOpenFiles, report, type Site, startSite, untilReady } from './site.ts';

/**
 * Two nodes under constant load of whole code flows, refreshes and introspections, while what they stand on fails.
 * Afterwards an account is drawn from what clients were told. `npm run faults` does the same for longer.
 */
const IS_LONG = process.env.FAULT_ROUNDS !== undefined;
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
/** Works before the trouble, and after it: all of them come about in 40 of eight people. */
const WORKS = IS_LONG ? 60 : 40;

/** What goes wrong, and how it comes right. `loses`: what is only kept for a short time may be gone. */
type Fault = {
  what: string;
  trouble(site: Site): unknown;
  mend(site: Site): unknown;
  loses?: boolean;
  /** Only in the long form, or in the short one with Redis but not without. */
  isLong?: boolean | 'without Redis';
};

const pidOf = ({ nodes }: Site) => nodes[1]?.process.pid ?? -1;

const nodeFaults: Fault[] = [
  {
    what: 'a node that is killed (kill -9), and comes back',
    trouble: ({ nodes }) => nodes[1]?.process.kill9(),
    mend: ({ nodes }) => nodes[1]?.start(),
  },
  {
    what: 'a node that is stopped (SIGSTOP), and goes on',
    trouble: (site) => process.kill(pidOf(site), 'SIGSTOP'),
    mend: (site) => process.kill(pidOf(site), 'SIGCONT'),
    isLong: 'without Redis',
  },
];

const postgresFaults: Fault[] = [
  {
    what: 'PostgreSQL that is restarted',
    trouble: ({ postgres }) => postgres?.halt(),
    mend: ({ postgres }) => postgres?.resume(),
  },
  ...lineFaults('PostgreSQL', (site) => site.databaseLine),
];

const redisFaults: Fault[] = [
  ...lineFaults('Redis', (site) => site.redisLine),
  {
    what: 'Redis that is restarted, and empty',
    trouble: ({ redis }) => redis?.halt(),
    mend: ({ redis }) => redis?.resume(),
    loses: true,
  },
  {
    what: 'Redis that is emptied (FLUSHALL)', // a restart empties it, too
    isLong: true,
    async trouble({ redis }) {
      const client = new Redis(redis?.url ?? '');
      await client.flushall();
      await client.quit();
    },
    mend() {},
    loses: true,
  },
];

function lineFaults(to: string, lineOf: (site: Site) => Site['databaseLine']): Fault[] {
  const ways: [how: string, trouble: (line: NonNullable<Site['databaseLine']>) => unknown][] = [
    ['refused', (line) => line.refuse()],
    ['cut', (line) => line.cut()],
    ['hanging', (line) => line.hang()],
    ['swallowed', (line) => line.silence()],
    ['2 s late', (line) => line.delay(1000)],
    ['reset in the middle of an answer', (line) => line.resetMidAnswer()],
  ];
  return ways.map(([how, trouble]) => ({
    what: `a line to ${to} that is ${how}`,
    trouble(site) {
      const line = lineOf(site);
      return line && trouble(line);
    },
    mend: (site) => lineOf(site)?.mend(),
    // A line that is late is one that hangs, but for the seconds in which it does not.
    isLong: /^(cut|swallowed|2 s late)$/.test(how) || (how.startsWith('reset') ? false : 'without Redis'),
  }));
}

const ofBoth = [...nodeFaults, ...postgresFaults];

/** Its tests, for the file of these stores: each has a site of its own. */
export function breakUnderLoad({ withRedis }: { withRedis: boolean }): void {
  const faults = withRedis
    ? [...ofBoth, ...redisFaults].filter(({ isLong }) => IS_LONG || isLong !== true)
    : ofBoth.filter(({ isLong }) => IS_LONG || !isLong);
  let site: Site;
  let before: Awaited<ReturnType<typeof measure>>;
  beforeAll(async () => {
    site = await startSite({ withRedis });
    before = await measure(site);
  });
  afterAll(() => site.close());

  test.each(faults.map((fault) => [fault.what, fault] as const))(
    '%s: nothing that was confirmed is untrue',
    { timeout: 600_000 },
    async (_, fault) => {
      for (let round = 0; round < ROUNDS; round += 1) await underLoad(site, fault);
    },
  );

  test('after all of it, the node that lived through it holds no more than before', async () => {
    const after = await measure(site);
    report(`${site.world.staff.length} workers, two nodes`, {
      ...site.world.account,
      lies: site.world.account.lies.length,
      before,
      after,
    });
    expect(after.memoryMiB).toBeLessThan(before.memoryMiB + 96);
    expect(after.openFiles).toBeLessThan(before.openFiles + 20);
  });
}

/** The node that is never killed, after the same amount of work. */
async function measure(site: Site) {
  const load = startLoad(site.world);
  await load.attempts(300);
  await load.stop();
  const node = site.nodes[0]?.process;
  return {
    memoryMiB: Math.round(((await node?.memory()) ?? 0) / 1024 / 1024),
    openFiles: countOpenFiles(node?.pid ?? -1),
  };
}

/** Load, trouble in the middle of it, mending, and load again as if nothing had been; then the account. */
async function underLoad(site: Site, { trouble, mend, loses = false }: Fault): Promise<void> {
  const { world } = site;
  world.account.lies = []; // each fault has its own
  const load = startLoad(world);
  await load.attempts(WORKS);
  world.mayLose = loses;
  await trouble(site);
  await load.attempts(world.staff.length * 2);
  await mend(site);
  await untilReady(site);
  await load.attempts(WORKS);
  await load.stop();
  expect((await audit(world)).lies).toEqual([]);

  // As if nothing had been: nobody is refused, waits in vain or has lost anything.
  world.mayLose = false;
  for (const worker of world.staff) worker.chains = loses ? [] : worker.chains;
  const { refused, unanswered, lost } = world.account;
  const after = startLoad(world);
  await after.attempts(WORKS);
  await after.stop();
  expect(world.account).toMatchObject({ refused, unanswered, lost, lies: [] });
}
