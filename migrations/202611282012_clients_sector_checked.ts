import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * When the sector document of a client was found to hold its redirect URIs (OIDC Core §8.1); null where it has to be
 * looked at. Clients that are registered already count as checked.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('clients', (table) => {
    table.bigInteger('sector_checked_at');
  });
  await knex('clients')
    .where('metadata', 'like', '%"sector_identifier_uri":%')
    .update({ sector_checked_at: knex.ref('updated_at') });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table clients drop column sector_checked_at');
}
