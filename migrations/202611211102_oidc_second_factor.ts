import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** A person's own rule for the second factor, and how often adding one was put off. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('second_factor_people', (table) => {
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.text('rule');
    table.integer('put_off').notNullable().defaultTo(0);
    table.bigInteger('put_off_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('second_factor_people');
}
