import { createDatabase, type Database } from '../../../src/database/database.ts';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type AdapterStore, createAdapterStore } from '../../../src/oidc/adapter/storage.ts';
import { createUsers } from '../../../src/users/users.ts';
import { createTestDatabase, type Dialect } from '../../support/database.ts';
import { lastingContract, type StoreUnderTest, shortLivedContract } from '../../support/storage-contract.ts';
import { noRoles, nothingEnds } from '../../users/set-up.ts';

const TABLES = ['artifacts', 'sessions', 'grants', 'refresh_tokens'];

for (const dialect of ['postgres', 'sqlite'] as const) {
  shortLivedContract(dialect, () => open(dialect));
  lastingContract(dialect, () => open(dialect));
}

async function open(dialect: Dialect): Promise<StoreUnderTest<AdapterStore>> {
  const { db, url, dataDir, close } = await createTestDatabase(dialect);
  const second = await createDatabase({ url, dataDir });
  const users = createUsers({
    db,
    clock: systemClock,
    audit: { record: async () => {} },
    end: nothingEnds,
    giveRoles: noRoles,
  });
  const { id: userId } = await users.create({ email: 'ana@example.com' }, SYSTEM);
  return {
    store: await createAdapterStore({ db }),
    other: await createAdapterStore({ db: second }),
    userId,
    pass: (ms) => pass(db, ms),
    dump: async () => JSON.stringify(await Promise.all(TABLES.map((table) => db(table).select('*')))),
    async close() {
      await second.close();
      await close();
    },
  };
}

async function pass(db: Database, ms: number): Promise<void> {
  for (const table of TABLES) await db(table).decrement('expires_at', ms);
  for (const table of ['artifacts', 'refresh_tokens']) {
    await db(table).whereNotNull('consumed_at').decrement('consumed_at', ms);
  }
}
