import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Browsers in which a person need not give the second factor again for a while. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('remembered_devices', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('token_hash').notNullable().unique();
    table.text('user_agent').notNullable();
    table.text('network').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('remembered_devices');
}
