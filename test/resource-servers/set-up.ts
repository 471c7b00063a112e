import { createResourceServers } from '../../src/resource-servers/resource-servers.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { recordEvents } from '../support/recorded-events.ts';

/** Resource servers on a database of their own; `another` is what a second process would have. */
export async function setUpResourceServers(dialect: Dialect) {
  const database = await createTestDatabase(dialect);
  const clock = { ms: Date.UTC(2026, 10, 21), now: () => clock.ms };
  const { events, audit } = recordEvents();
  const algs: string[] = []; // at most those of one test file
  const keys = { ensure: async (alg: string) => void algs.push(alg) };
  const create = () => createResourceServers({ db: database.db, clock, audit, keys });
  let count = 0;
  const newIdentifier = () => {
    count += 1;
    return `https://api${count}.example.com`;
  };
  return { ...database, resourceServers: create(), another: create(), clock, events, algs, newIdentifier };
}
