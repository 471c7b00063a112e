import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', (table) => {
    table.text('id').primary();
    table.text('email').notNullable();
    table.text('email_key').notNullable().unique();
    table.boolean('email_verified').notNullable();
    table.text('profile').notNullable();
    table.text('search_text').notNullable();
    table.boolean('is_admin').notNullable();
    table.bigInteger('disabled_at');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.index(['created_at', 'id']);
  });

  await knex.schema.createTable('one_time_links', (table) => {
    table.text('token_hash').primary();
    table.text('purpose').notNullable();
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE');
    // `<purpose>:<user id or nothing>`: unique, so that a new link replaces the older one in one statement.
    table.text('owner').notNullable().unique();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('created_at').notNullable();
    table.index(['user_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('one_time_links');
  await knex.schema.dropTable('users');
}
