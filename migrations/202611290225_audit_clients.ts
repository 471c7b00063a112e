import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** What an app did is asked for by itself, too. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_events', (table) => {
    table.index(['client_id', 'at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_events', (table) => {
    table.dropIndex(['client_id', 'at']);
  });
}
