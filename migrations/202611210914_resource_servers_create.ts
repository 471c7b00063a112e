import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('resource_servers', (table) => {
    table.text('id').primary();
    table.text('identifier').notNullable().unique();
    table.text('name');
    table.text('audience').notNullable().unique();
    table.text('token_format').notNullable();
    table.text('signing_alg').notNullable();
    table.integer('access_token_ttl_seconds');
    table.text('scopes').notNullable();
    table.text('introspection_id').unique();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.index(['created_at', 'id']);
  });

  await knex.schema.createTable('resource_server_secrets', (table) => {
    table.text('id').primary();
    table
      .text('resource_server_id')
      .notNullable()
      .references('id')
      .inTable('resource_servers')
      .onDelete('CASCADE');
    table.text('secret_hash').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at');
    table.index(['resource_server_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('resource_server_secrets');
  await knex.schema.dropTable('resource_servers');
}
