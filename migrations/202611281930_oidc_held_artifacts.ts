import type { Knex } from 'knex';
import { isSqlite } from '../src/database/migration.ts';

export const oldestRelease = '0.1.0';

/**
 * Which network holds a sign-in that nobody has proved anything in, so that no network, and not all of them together,
 * can fill the database with them. Other artifacts have none, and are in neither index.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('artifacts', (table) => {
    table.text('held_by');
  });
  await knex.raw(
    'create index artifacts_held_by_index on artifacts (held_by, expires_at) where held_by is not null',
  );
  await knex.raw('create index artifacts_held_index on artifacts (expires_at) where held_by is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index artifacts_held_index');
  await knex.raw('drop index artifacts_held_by_index');
  if (isSqlite(knex)) await knex.raw('alter table artifacts drop column held_by');
  else await knex.schema.alterTable('artifacts', (table) => void table.dropColumn('held_by'));
}
