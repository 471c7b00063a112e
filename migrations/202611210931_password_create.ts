import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('password_credentials', (table) => {
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.text('hash').notNullable();
    table.bigInteger('changed_at').notNullable();
    table.bigInteger('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('password_credentials');
}
