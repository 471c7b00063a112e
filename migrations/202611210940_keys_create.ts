import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Signing keys, and the server's own keys for HMAC, pairwise subjects and cookies. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('keys', (table) => {
    table.text('id').primary();
    table.text('alg').notNullable();
    table.text('state').notNullable();
    table.text('public_jwk').notNullable();
    table.text('private_jwk').notNullable();
    table.bigInteger('published_at').notNullable();
    table.bigInteger('current_at');
    table.bigInteger('retired_at');
    table.bigInteger('expires_at');
    table.bigInteger('longest_token_seconds').notNullable().defaultTo(0);
  });
  // At most one of each, however many nodes rotate or start at the same time.
  await knex.raw(`create unique index keys_one_current on keys (alg) where state = 'current'`);
  await knex.raw(`create unique index keys_one_next on keys (alg) where state = 'next'`);

  await knex.schema.createTable('server_keys', (table) => {
    table.text('id').primary();
    table.text('purpose').notNullable();
    table.text('secret').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('retired_at');
  });
  await knex.raw(
    'create unique index server_keys_one_current on server_keys (purpose) where retired_at is null',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('server_keys');
  await knex.schema.dropTable('keys');
}
