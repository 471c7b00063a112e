import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** The sweeper looks for the few secrets that ran out among those of all clients. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('client_secrets', (table) => {
    table.index('expires_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('client_secrets', (table) => {
    table.dropIndex('expires_at');
  });
}
