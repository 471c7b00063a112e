import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Terms, their versions, which never change, and who has accepted which of them: that is kept when terms are deleted. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('terms', (table) => {
    table.text('id').primary();
    table.text('name').notNullable().unique();
    table.bigInteger('created_at').notNullable();
    table.index(['created_at', 'id'], 'terms_created_at_id');
  });
  await knex.schema.createTable('terms_versions', (table) => {
    table.text('id').primary();
    table.text('terms_name').notNullable().references('name').inTable('terms').onDelete('CASCADE');
    table.text('version').notNullable();
    // What people read, by language, as JSON.
    table.text('documents').notNullable();
    table.bigInteger('since').notNullable();
    table.bigInteger('created_at').notNullable();
    table.unique(['terms_name', 'version'], { indexName: 'terms_versions_name_version' });
  });
  await knex.schema.createTable('terms_acceptances', (table) => {
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.text('version_id').notNullable().index();
    table.text('terms_name').notNullable();
    table.text('version').notNullable();
    // For which app it was asked; the app may be gone since.
    table.text('client_id');
    table.bigInteger('accepted_at').notNullable();
    table.primary(['user_id', 'version_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['terms_acceptances', 'terms_versions', 'terms']) await knex.schema.dropTable(table);
}
