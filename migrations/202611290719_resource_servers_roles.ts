import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Whether roles decide which scopes somebody gets at an API, and whether its tokens tell them. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('resource_servers', (table) => {
    table.text('roles').notNullable().defaultTo('open');
    table.text('roles_claim').notNullable().defaultTo('on');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table resource_servers drop column roles_claim');
  await knex.raw('alter table resource_servers drop column roles');
}
