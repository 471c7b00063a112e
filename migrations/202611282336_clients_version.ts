import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Rises with each change, so that who saves knows what was opened. Lists are read by the key of the index. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('clients', (table) => {
    table.integer('version').notNullable().defaultTo(1);
    table.index(['created_at', 'id'], 'clients_created_at_id');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('clients', (table) => {
    table.dropIndex(['created_at', 'id'], 'clients_created_at_id');
  });
  await knex.raw('alter table clients drop column version');
}
