import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Which mappings of groups to roles held at the last sign-in by a link, as JSON: with several links to one provider each
 * gives its own. And whom a provider has signed out lately, by hashes: a sign-in from there that was under way then is none.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('upstream_links', (table) => {
    table.text('mappings');
  });
  await knex.schema.createTable('upstream_signed_out', (table) => {
    table.text('id').primary();
    table.bigInteger('signed_out_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('upstream_signed_out');
  await knex.raw('alter table upstream_links drop column mappings');
}
