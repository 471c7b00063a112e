import { randomBytes } from 'node:crypto';
import type { AuditEntry, EventDefinition } from '../../src/audit/audit.ts';
import type { Database } from '../../src/database/database.ts';
import { keysConfig } from '../../src/keys/config.ts';
import { createKeys, type KeysDeps, type SigningAlg } from '../../src/keys/keys.ts';
import { createSealer } from '../../src/lib/seal.ts';

export const rootKey = randomBytes(32);

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

type Recorded = { event: string; detail: Record<string, unknown> };

/** One node: its keys over `db`, with a clock of its own that the test moves, and what it has audited. */
export function setUpKeys(db: Database, overrides: Partial<KeysDeps> = {}) {
  const clock = { time: 1_800_000_000_000, now: () => clock.time };
  const audited: Recorded[] = [];
  const audit = {
    async record({ name }: EventDefinition, { detail = {} }: AuditEntry) {
      audited.push({ event: name, detail });
    },
  };
  const sealer = createSealer([rootKey]);
  const config = keysConfig.parse(undefined);
  return { keys: createKeys({ db, sealer, clock, config, audit, ...overrides }), clock, audited };
}

/** Moves every time of every signing key into the past, as if it were `ms` later now. */
export async function letTimePass(db: Database, ms: number): Promise<void> {
  const back = (column: string) => db.knex.raw('?? - ?', [column, ms]);
  await db('keys').update({
    published_at: back('published_at'),
    current_at: back('current_at'),
    retired_at: back('retired_at'),
    expires_at: back('expires_at'),
  });
}

/** The ids of an algorithm's keys, by state. */
export async function idsOf(keys: ReturnType<typeof createKeys>, alg: SigningAlg) {
  const ids: { current: string[]; next: string[]; retired: string[] } = {
    current: [],
    next: [],
    retired: [],
  };
  for (const key of await keys.list()) if (key.alg === alg) ids[key.state].push(key.id);
  return ids;
}
