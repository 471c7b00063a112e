import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('backup_code_sets', (table) => {
    // One set for each person: a new one replaces it.
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.text('id').notNullable();
    // The server key that the codes are hashed with.
    table.text('key_id').notNullable();
    table.bigInteger('created_at').notNullable();
  });

  await knex.schema.createTable('backup_codes', (table) => {
    table.text('code_hash').primary();
    table
      .text('user_id')
      .notNullable()
      .references('user_id')
      .inTable('backup_code_sets')
      .onDelete('CASCADE')
      .index();
    table.text('set_id').notNullable();
    table.bigInteger('used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('backup_codes');
  await knex.schema.dropTable('backup_code_sets');
}
