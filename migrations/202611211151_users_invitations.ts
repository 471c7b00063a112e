import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Who may make an account by a link. One for each address: a new one takes the place of the older. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('invitations', (table) => {
    table.text('id').primary();
    table.text('token_hash').notNullable().unique();
    table.text('email').notNullable();
    table.text('email_key').notNullable().unique();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('invitations');
}
