import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** From which network a key was used last; and from which networks it was presented and refused, and why. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('api_keys', (table) => {
    table.text('last_used_from');
  });
  await knex.schema.alterTable('api_key_networks', (table) => {
    table.text('refused');
  });
}

export async function down(knex: Knex): Promise<void> {
  // Without the column they would be uses.
  await knex('api_key_networks').whereNotNull('refused').delete();
  await knex.raw('alter table api_key_networks drop column refused');
  await knex.raw('alter table api_keys drop column last_used_from');
}
