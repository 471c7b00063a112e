import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('clients', (table) => {
    table.text('id').primary();
    table.text('name').notNullable();
    table.text('type').notNullable();
    table.text('metadata').notNullable();
    table.text('settings').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.bigInteger('disabled_at');
    table.index(['created_at', 'id']);
  });

  await knex.schema.createTable('client_secrets', (table) => {
    table.text('id').primary();
    table.text('client_id').notNullable().references('id').inTable('clients').onDelete('CASCADE');
    table.text('secret_hash').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at');
    table.index(['client_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('client_secrets');
  await knex.schema.dropTable('clients');
}
