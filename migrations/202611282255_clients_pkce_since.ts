import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** When a client's first code was redeemed with PKCE (RFC 7636); from then on it has to. Null: none was yet. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('clients', (table) => {
    table.bigInteger('pkce_since');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table clients drop column pkce_since');
}
