import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Everything that oidc-provider keeps. Ids are SHA-256 of what the browser or the client holds. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('consents', (table) => {
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.text('client_id').notNullable();
    table.text('allowed').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.bigInteger('last_used_at');
    table.primary(['user_id', 'client_id']);
    table.index('client_id');
  });

  await knex.schema.createTable('sessions', (table) => {
    table.text('id_hash').primary();
    table.text('uid').notNullable().unique();
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE');
    table.text('payload').notNullable();
    table.text('user_agent').notNullable();
    table.text('network').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.index('user_id');
    table.index('expires_at');
  });

  await knex.schema.createTable('grants', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.text('client_id').notNullable();
    table.text('session_uid');
    table.boolean('is_offline').notNullable();
    table.text('payload').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.index(['user_id', 'client_id']);
    table.index('client_id');
    table.index('session_uid');
    table.index('expires_at');
  });

  await knex.schema.createTable('refresh_tokens', (table) => {
    table.text('id_hash').primary();
    table.text('grant_id').notNullable().references('id').inTable('grants').onDelete('CASCADE');
    table.text('payload').notNullable();
    table.bigInteger('consumed_at');
    table.text('successor_key_id');
    table.bigInteger('expires_at').notNullable();
    table.index('grant_id');
    table.index('expires_at');
  });

  await knex.schema.createTable('artifacts', (table) => {
    table.text('id_hash').primary();
    table.text('model').notNullable();
    table.text('grant_id');
    table.text('payload').notNullable();
    table.bigInteger('consumed_at');
    table.bigInteger('expires_at').notNullable();
    table.index('grant_id');
    table.index('expires_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['artifacts', 'refresh_tokens', 'grants', 'sessions', 'consents']) {
    await knex.schema.dropTable(table);
  }
}
