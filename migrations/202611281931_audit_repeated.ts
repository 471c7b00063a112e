import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** What anonymous requests cause is counted here, and written as one event a minute. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_repeated', (table) => {
    table.text('id').primary();
    // The last one, and in what they differ: a line for each.
    table.text('event').notNullable();
    table.text('told').notNullable();
    table.integer('count').notNullable();
    // What was taken out to be written.
    table.text('written_told');
    table.integer('written');
    table.bigInteger('due_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('audit_repeated');
}
