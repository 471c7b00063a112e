import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** The level of sign-in that a resource server wants of everybody. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('resource_servers', (table) => {
    table.text('level');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table resource_servers drop column level');
}
