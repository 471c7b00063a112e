import { once } from 'node:events';
import BetterSqlite3 from 'better-sqlite3';

// Holds the write lock of a SQLite file from "locked" until it hears a word, then commits.
const db = new BetterSqlite3(process.env.FILE);
db.exec('BEGIN IMMEDIATE');
db.prepare("insert into things (id) values ('theirs')").run();
console.log('locked');
await once(process.stdin, 'data');
db.exec('COMMIT');
db.close();
process.stdin.destroy();
