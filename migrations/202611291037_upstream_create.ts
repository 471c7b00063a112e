import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Providers elsewhere by which people sign in, and who is linked with whom there. Links hang on the row's id, which is never
 * used twice; the slug is only a part of addresses. What is a list is JSON.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('upstream_providers', (table) => {
    table.text('id').primary();
    table.text('slug').notNullable().unique();
    table.text('preset').notNullable();
    table.text('name').notNullable();
    table.integer('sort_order').notNullable();
    table.boolean('is_enabled').notNullable();
    table.text('issuer');
    table.text('client_id').notNullable();
    table.text('client_auth').notNullable();
    table.text('sealed_secret');
    table.text('team_id');
    table.text('key_id');
    table.text('scopes').notNullable();
    table.text('endpoints');
    table.text('registration').notNullable();
    table.text('allow_domains').notNullable();
    table.boolean('trust_email').notNullable();
    table.text('trust_email_domains').notNullable();
    table.text('trust_second_factor').notNullable();
    table.boolean('keep_tokens').notNullable();
    table.integer('version').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.index(['created_at', 'id'], 'upstream_providers_created_at_id');
  });
  await knex.schema.createTable('upstream_links', (table) => {
    table.text('id').primary();
    table
      .text('provider_id')
      .notNullable()
      .references('id')
      .inTable('upstream_providers')
      .onDelete('CASCADE');
    table.text('subject').notNullable();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('email');
    table.text('sealed_tokens');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at');
    table.unique(['provider_id', 'subject'], { indexName: 'upstream_links_subject' });
  });
  await knex.schema.createTable('upstream_role_mappings', (table) => {
    table.text('id').primary();
    table
      .text('provider_id')
      .notNullable()
      .references('id')
      .inTable('upstream_providers')
      .onDelete('CASCADE');
    table.text('claim').notNullable();
    table.text('value').notNullable();
    table.text('role_name').notNullable().references('name').inTable('roles').onDelete('CASCADE').index();
    table.bigInteger('created_at').notNullable();
    table.unique(['provider_id', 'claim', 'value', 'role_name'], {
      indexName: 'upstream_role_mappings_once',
    });
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['upstream_role_mappings', 'upstream_links', 'upstream_providers'])
    await knex.schema.dropTable(table);
}
