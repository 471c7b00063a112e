import { createDatabase } from '../../src/database/database.ts';

// Writes row after row, eight callers at once, and prints each id once its write was answered.
const db = await createDatabase({ dataDir: process.env.DATA_DIR ?? '' });
const name = process.env.NAME ?? 'row';
const count = Number(process.env.COUNT ?? 'Infinity');
let next = 0;

async function write(): Promise<void> {
  while (next < count) {
    const id = `${name}-${next++}`;
    await db('things').insert({ id });
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, write));
await db.close();
