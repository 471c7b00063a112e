import type { Knex } from 'knex';
import { isSqlite } from '../src/database/migration.ts';

export const oldestRelease = '0.1.0';

/** With what browser it was, as people know it ("Firefox · Linux"). Events of before have none. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_events', (table) => {
    table.text('browser');
  });
}

export async function down(knex: Knex): Promise<void> {
  if (isSqlite(knex)) await knex.raw('alter table audit_events drop column browser');
  else await knex.schema.alterTable('audit_events', (table) => void table.dropColumn('browser'));
}
