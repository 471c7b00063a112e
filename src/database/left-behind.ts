import { existsSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { SQLITE_FILE } from './sqlite/sqlite.ts';

/**
 * An embedded database with people in it that is not used, because `DATABASE_URL` names another one. Nothing when there is
 * none. It is only read.
 */
export function findLeftBehind({
  databaseUrl,
  dataDir,
}: {
  databaseUrl?: string | undefined;
  dataDir: string;
}): { path: string; people: number } | undefined {
  const path = join(dataDir, SQLITE_FILE);
  if (databaseUrl === undefined || !existsSync(path)) return undefined;
  try {
    const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
    try {
      const { people } = db.prepare('select count(*) as people from users').get() as { people: number };
      return people > 0 ? { path, people } : undefined;
    } finally {
      db.close();
    }
  } catch {
    // It holds no tables of ours.
    return undefined;
  }
}
