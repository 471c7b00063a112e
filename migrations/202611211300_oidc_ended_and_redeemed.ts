import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** What must hold although a fail-over of Redis may forget it: sessions that were ended, codes that were redeemed. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('ended_sessions', (table) => {
    table.text('uid').primary();
    table.bigInteger('ended_at').notNullable().index();
    table.bigInteger('expires_at').notNullable().index();
  });
  await knex.schema.createTable('redeemed_codes', (table) => {
    table.text('code_hash').primary();
    table.text('grant_id').notNullable();
    table.bigInteger('redeemed_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('redeemed_codes');
  await knex.schema.dropTable('ended_sessions');
}
