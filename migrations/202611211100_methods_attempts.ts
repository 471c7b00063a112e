import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** A begun attempt may survive some wrong answers: how many answers it still takes. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('one_time_memory', (table) => {
    table.integer('answers_left').notNullable().defaultTo(1);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table one_time_memory drop column answers_left');
}
