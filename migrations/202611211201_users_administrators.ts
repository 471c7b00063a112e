import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Whether somebody else administers this Gatehouse is asked whenever a person goes. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.index('is_admin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex('is_admin');
  });
}
