import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** The `typ` of its JWTs, and whether its tokens reach userinfo when they were asked for with `openid`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('resource_servers', (table) => {
    table.text('token_type').notNullable().defaultTo('at+jwt');
    table.text('userinfo').notNullable().defaultTo('granted');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table resource_servers drop column token_type');
  await knex.raw('alter table resource_servers drop column userinfo');
}
