import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Ids that nobody can be given any more, as SHA-256. Who was deleted before is known as far as the audit goes back. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('spent_ids', (table) => {
    table.text('id_hash').primary();
    table.bigInteger('spent_at').notNullable();
  });
  for (const [event, column] of [
    ['users.deleted', 'user_id'],
    ['clients.deleted', 'client_id'],
  ] as const) {
    let after: { at: number; id: string } | undefined;
    do {
      after = await spend(knex, event, column, after);
    } while (after);
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('spent_ids');
}

/** A few of them, in the order of the index. Answers the last one, unless that was all. */
async function spend(
  knex: Knex,
  event: string,
  column: string,
  after: { at: number; id: string } | undefined,
): Promise<{ at: number; id: string } | undefined> {
  const query = knex('audit_events')
    .where({ event })
    .orderBy(['at', 'id'])
    .limit(500)
    .select({ at: 'at', id: 'id', gone: column });
  if (after) query.whereRaw('(at, id) > (?, ?)', [after.at, after.id]);
  const rows: { at: number; id: string; gone: string | null }[] = await query;
  const spent = rows.flatMap(({ at, gone }) =>
    gone === null ? [] : [{ id_hash: createHash('sha256').update(gone).digest('base64url'), spent_at: at }],
  );
  if (spent.length > 0) await knex('spent_ids').insert(spent).onConflict('id_hash').ignore();
  return rows.length < 500 ? undefined : rows.at(-1);
}
