import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * API keys, of a person or a service each; what opens them (SHA-256, two while one is rotated); how often they were used,
 * by the day and from where; and the windows of their limits, unless those are in Redis.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('api_keys', (table) => {
    table.text('id').primary();
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE').index();
    table.text('client_id').references('id').inTable('clients').onDelete('CASCADE').index();
    table
      .text('resource_server_id')
      .notNullable()
      .references('id')
      .inTable('resource_servers')
      .onDelete('CASCADE')
      .index();
    table.text('name').notNullable();
    table.text('scope').notNullable();
    table.text('tier').notNullable();
    table.text('networks').notNullable();
    table.bigInteger('expires_at').index();
    table.bigInteger('expiry_told_at');
    table.bigInteger('ended_at');
    table.text('ended_by');
    table.bigInteger('removed_at').index();
    table.bigInteger('last_used_at');
    table.bigInteger('network_told_at');
    table.bigInteger('created_at').notNullable();
    table.index(['created_at', 'id'], 'api_keys_created_at_id');
  });
  await knex.schema.createTable('api_key_secrets', (table) => {
    table.text('id').primary();
    table.text('api_key_id').notNullable().references('id').inTable('api_keys').onDelete('CASCADE').index();
    table.text('secret_hash').notNullable().unique();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').index();
  });
  await knex.schema.createTable('api_key_uses', (table) => {
    table.text('id').primary();
    table.text('api_key_id').notNullable().references('id').inTable('api_keys').onDelete('CASCADE').index();
    table.integer('day').notNullable();
    table.integer('used').notNullable();
    table.integer('refused').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
  await knex.schema.createTable('api_key_networks', (table) => {
    table.text('id').primary();
    table.text('api_key_id').notNullable().references('id').inTable('api_keys').onDelete('CASCADE').index();
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE').index();
    table.text('network').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
  await knex.schema.createTable('api_key_counts', (table) => {
    // No reference: a row is written with each use, and swept when its windows are over.
    table.text('id').primary();
    table.integer('burst_points').notNullable();
    table.bigInteger('burst_ends_at').notNullable();
    table.integer('minute_points').notNullable();
    table.bigInteger('minute_ends_at').notNullable();
    table.integer('day_points').notNullable();
    table.bigInteger('day_ends_at').notNullable().index();
  });
  await knex.schema.alterTable('resource_servers', (table) => {
    table.text('api_keys').notNullable().defaultTo('operator');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table resource_servers drop column api_keys');
  for (const table of ['api_key_counts', 'api_key_networks', 'api_key_uses', 'api_key_secrets', 'api_keys'])
    await knex.schema.dropTable(table);
}
