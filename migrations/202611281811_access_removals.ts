import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Requests to take away a second factor that was lost, which wait before they take effect. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('access_removals', (table) => {
    table.text('id').primary();
    // One for each person.
    table.text('user_id').notNullable().unique().references('id').inTable('users').onDelete('CASCADE');
    table.text('methods').notNullable();
    // Of the link that cancels it.
    table.text('token_hash').notNullable().unique();
    table.text('network').notNullable();
    table.text('user_agent').notNullable();
    // False from the moment in which it takes effect: then nobody cancels it any more.
    table.boolean('is_waiting').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('due_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('access_removals');
}
