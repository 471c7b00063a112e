import { once } from 'node:events';
import { createDatabase } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { systemClock } from '../../src/lib/clock.ts';

// One node of several that start at the same moment: waits for the word, migrates, prints what it applied.
const { URL_OF_DATABASE: url, DATA_DIR: dataDir = '', FOLDER: folder = '' } = process.env;
console.log('here');
await once(process.stdin, 'data');
const db = await createDatabase({ url, dataDir });
const { applied } = await migrate({ db, clock: systemClock, folder });
console.log(JSON.stringify(applied));
await db.close();
process.stdin.destroy();
