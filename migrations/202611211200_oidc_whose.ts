import type { Knex } from 'knex';
import { isSqlite } from '../src/database/migration.ts';

export const oldestRelease = '0.1.0';

/**
 * Whose sign-in an interaction is, once somebody has proved something in it, and from which browser a grant was given:
 * so that ending what a person, or one of their devices, is signed in to also ends what has no session yet, or none
 * any more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('artifacts', (table) => {
    table.text('user_id');
  });
  // Few rows have one, for a few minutes each.
  await knex.raw('create index artifacts_user_id_index on artifacts (user_id) where user_id is not null');
  await knex.schema.alterTable('grants', (table) => {
    table.text('device_hash');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index artifacts_user_id_index');
  for (const [table, column] of [
    ['artifacts', 'user_id'],
    ['grants', 'device_hash'],
  ] as const) {
    if (isSqlite(knex)) await knex.raw('alter table ?? drop column ??', [table, column]);
    else await knex.schema.alterTable(table, (altered) => void altered.dropColumn(column));
  }
}
