import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** "This wasn't me" in the mail about a new credential: which one it removes. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('access_denials', (table) => {
    table.text('token_hash').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('method').notNullable();
    table.text('credential_id').notNullable();
    // A password that was set again since is another one, under the same id.
    table.bigInteger('credential_at').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('access_denials');
}
