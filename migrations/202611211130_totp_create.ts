import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('totp_credentials', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('name').notNullable();
    table.text('sealed_secret').notNullable();
    // With the secret, because the app in the person's hand keeps to what it was told, whatever the settings say later.
    table.text('algorithm').notNullable();
    table.integer('digits').notNullable();
    table.integer('period_seconds').notNullable();
    // The newest step of which a code was accepted: only later ones are.
    table.bigInteger('last_step').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('totp_credentials');
}
