import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('rate_limits', (table) => {
    // SHA-256 of the limit's name and key: keys are addresses of people, and nothing needs them back.
    table.text('id').primary();
    table.integer('points').notNullable();
    table.bigInteger('resets_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('rate_limits');
}
