import type { Database } from './database.ts';

/** What this installation has answered to before. One row for each name, so that other facts of its kind may follow. */
const ISSUER = 'issuer';

/** The issuer of the last start; nothing before the first one. */
export async function findLastIssuer(db: Database): Promise<string | undefined> {
  const row = await db('installation').where({ name: ISSUER }).first('value');
  return row?.value;
}

/** Remembers the issuer of this start, and answers the one before when that was another. */
export async function rememberIssuer(db: Database, issuer: string): Promise<string | undefined> {
  const before = await findLastIssuer(db);
  if (before === issuer) return undefined;
  await db('installation').insert({ name: ISSUER, value: issuer }).onConflict('name').merge();
  return before;
}
