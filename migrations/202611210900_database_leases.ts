import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('leases', (table) => {
    table.text('name').primary();
    table.text('holder').notNullable();
    table.bigInteger('expires_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('leases');
}
