import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, type Database } from '../src/database/database.ts';

/**
 * How much group commit gives on the embedded database: the same writes by the same number of callers, committed
 * together (as Gatehouse does) and one by one (a transaction for each), on a real disk with synchronous=FULL.
 *
 * node bench/sqlite-group-commit.ts [folder on a disk] [seconds per round]
 */
const [parent = process.cwd(), seconds = '2'] = process.argv.slice(2);
const ROUNDS = 3;
const TMPFS = 0x01021994;

const { type } = await statfs(parent);
if (type === TMPFS) throw new Error(`${parent} is memory, not a disk: give a folder on a disk.`);
const dataDir = await mkdtemp(join(parent, 'gatehouse-bench-'));
const db = await createDatabase({ dataDir });
await db.raw('create table artifacts (id text primary key, payload text, expires_at bigint)');
await db.raw('create index artifacts_expires_at on artifacts (expires_at)');

const payload = 'x'.repeat(600);
let count = 0;
const row = () => ({ id: `row-${count++}-${Math.random()}`, payload, expires_at: Date.now() });
const ways: Record<string, (db: Database) => Promise<unknown>> = {
  'group commit': async (db) => db('artifacts').insert(row()),
  'commit per write': (db) => db.transaction((transaction) => transaction('artifacts').insert(row())),
};

try {
  for (const way of Object.values(ways)) await measure(way, 16, 0.5);
  console.log('callers  group commit/s  commit per write/s  ratio');
  for (const callers of [1, 4, 16, 64]) {
    const rates: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, way] of Object.entries(ways)) {
        rates[name] = [...(rates[name] ?? []), await measure(way, callers, Number(seconds))];
      }
    }
    const group = median(rates['group commit'] ?? []);
    const single = median(rates['commit per write'] ?? []);
    const columns = [
      String(callers).padStart(7),
      group.toFixed(0).padStart(14),
      single.toFixed(0).padStart(18),
    ];
    console.log(`${columns.join('  ')}  ${(group / single).toFixed(2).padStart(5)}`);
  }
} finally {
  await db.close();
  await rm(dataDir, { recursive: true });
}

/** Writes per second. */
async function measure(way: (db: Database) => Promise<unknown>, callers: number, forSeconds: number) {
  const start = performance.now();
  const end = start + forSeconds * 1000;
  let writes = 0;
  const caller = async () => {
    while (performance.now() < end) {
      await way(db);
      writes++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (writes * 1000) / (performance.now() - start);
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
