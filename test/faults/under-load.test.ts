import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, startLoad } from '../support/load.ts';
import { type Site, startSite, untilReady } from './site.ts';

/**
 * Two nodes under constant load of whole code flows, refreshes and introspections, while what they stand on fails.
 * Afterwards an account is drawn from what clients were told. `npm run faults` does the same for longer.
 */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);

describe('two nodes on PostgreSQL', () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite({ withRedis: false });
  });
  afterAll(() => site.close());

  test('a node that is killed (kill -9): the other one goes on, and it comes back', async () => {
    await underLoad(site, {
      async trouble() {
        await site.nodes[1]?.process.kill9();
      },
      async mend() {
        await site.nodes[1]?.start();
      },
    });
  });

  test('a node that is stopped for a while (SIGSTOP) and goes on', async () => {
    const pid = site.nodes[1]?.process.pid ?? -1;
    await underLoad(site, {
      trouble: () => void process.kill(pid, 'SIGSTOP'),
      mend: () => void process.kill(pid, 'SIGCONT'),
    });
  });

  test('PostgreSQL that is restarted', async () => {
    await underLoad(site, {
      trouble: () => site.postgres?.halt(),
      mend: () => site.postgres?.resume(),
    });
  });

  test.each([
    ['refused', () => site.databaseLine?.refuse()],
    ['cut', () => site.databaseLine?.cut()],
    ['hanging', () => site.databaseLine?.hang()],
    ['swallowed', () => site.databaseLine?.silence()],
    ['2 s late', () => site.databaseLine?.delay(1000)],
    ['reset in the middle of an answer', () => site.databaseLine?.resetMidAnswer()],
  ])('a line to PostgreSQL that is %s', async (_, trouble) => {
    await underLoad(site, { trouble, mend: () => site.databaseLine?.mend() });
  });
});

type Trouble = { trouble(): unknown; mend(): unknown };

/** Load, trouble in the middle of it, mending, and load again as if nothing had been; then the account. */
async function underLoad(site: Site, { trouble, mend }: Trouble): Promise<void> {
  const { world } = site;
  for (let round = 0; round < ROUNDS; round += 1) {
    const load = startLoad(world);
    await load.attempts(60);
    await trouble();
    await load.attempts(world.staff.length * 3);
    await mend();
    await untilReady(site);
    await load.attempts(60);
    await load.stop();

    // As if nothing had been: nobody is refused or waits in vain any more.
    const { refused, unanswered } = world.account;
    const after = startLoad(world);
    await after.attempts(100);
    await after.stop();
    expect({ refused: world.account.refused, unanswered: world.account.unanswered }).toEqual({
      refused,
      unanswered,
    });
    expect((await audit(world)).lies).toEqual([]);
  }
}
