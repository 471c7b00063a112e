import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('one_time_memory', (table) => {
    table.text('handle_hash').primary();
    table.text('method').notNullable();
    table.text('purpose').notNullable();
    table.text('binding').notNullable();
    table.text('kept').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });

  await knex.schema.createTable('known_devices', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('known_devices');
  await knex.schema.dropTable('one_time_memory');
}
