import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Who signed in from where, for a logout that comes from there: by hashes, so that nothing readable of the provider's is
 * kept; no session there is the empty text. And the logout tokens that were taken already.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('upstream_sessions', (table) => {
    table.text('id').primary();
    table
      .text('provider_id')
      .notNullable()
      .references('id')
      .inTable('upstream_providers')
      .onDelete('CASCADE');
    table.text('subject_hash').notNullable();
    table.text('sid_hash').notNullable();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.bigInteger('expires_at').notNullable().index();
    table.unique(['provider_id', 'subject_hash', 'sid_hash', 'user_id'], {
      indexName: 'upstream_sessions_once',
    });
    table.index(['provider_id', 'sid_hash'], 'upstream_sessions_sid');
  });
  await knex.schema.createTable('upstream_logouts', (table) => {
    table.text('id').primary();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['upstream_logouts', 'upstream_sessions']) await knex.schema.dropTable(table);
}
