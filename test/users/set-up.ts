import type { Claims } from '../../src/users/profile.ts';
import { createUsers, type UsersDeps } from '../../src/users/users.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { recordEvents } from '../support/recorded-events.ts';

/** Users on a database of their own, with a given clock and the audit's entries in an array. */
export async function setUpUsers(
  dialect: Dialect,
  { claims, end = nothingEnds }: { claims?: Claims; end?: UsersDeps['end'] } = {},
) {
  const database = await createTestDatabase(dialect);
  const clock = { ms: Date.UTC(2026, 10, 21), now: () => clock.ms };
  const { events, audit } = recordEvents();
  const users = createUsers({
    db: database.db,
    clock,
    audit,
    end,
    giveRoles: noRoles,
    ...(claims ? { claims } : {}),
  });
  return { ...database, users, clock, events, audit };
}

/** For tests without roles. */
export const noRoles = async (): Promise<readonly string[]> => [];

/** For tests in which nobody has anything open. */
export const nothingEnds = async () => ({ sessions: 0, grants: 0 });

/** Every value of every column of every row, as one text. */
export async function everythingStored(
  { db }: Pick<Awaited<ReturnType<typeof createTestDatabase>>, 'db'>,
  tables: readonly string[],
): Promise<string> {
  const rows = await Promise.all(tables.map((table) => db(table).select()));
  return JSON.stringify(rows);
}
