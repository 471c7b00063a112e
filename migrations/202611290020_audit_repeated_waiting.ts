import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Finds what waits to be written among what is only remembered: an attacker leaves a row for each network. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index audit_repeated_waiting on audit_repeated (due_at) where count > 0');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index audit_repeated_waiting');
}
