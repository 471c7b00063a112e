import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** What operators demand of one person before an app gets anything, and what a role demands of who has it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('required_steps', (table) => {
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.text('demand').notNullable();
    table.bigInteger('created_at').notNullable();
    table.primary(['user_id', 'demand']);
  });
  await knex.schema.alterTable('roles', (table) => {
    // A list of demands, as JSON.
    table.text('requires');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table roles drop column requires');
  await knex.schema.dropTable('required_steps');
}
