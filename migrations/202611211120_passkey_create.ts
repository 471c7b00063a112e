import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('passkey_credentials', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('credential_id').notNullable().unique();
    table.text('public_key').notNullable();
    table.bigInteger('counter').notNullable();
    table.text('transports').notNullable();
    table.text('aaguid').notNullable();
    table.text('name').notNullable();
    table.boolean('is_synced').notNullable();
    table.boolean('is_syncable').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at');
  });

  await knex.schema.createTable('passkey_offers', (table) => {
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.bigInteger('quiet_until').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('passkey_offers');
  await knex.schema.dropTable('passkey_credentials');
}
