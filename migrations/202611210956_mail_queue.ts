import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('mails', (table) => {
    table.text('id').primary();
    // Recipient, subject and both parts, sealed: mails hold links that open doors.
    table.text('sealed').notNullable();
    table.integer('attempts').notNullable();
    table.bigInteger('next_attempt_at').notNullable().index();
    table.text('lease_holder');
    table.bigInteger('expires_at').notNullable().index();
  });

  await knex.schema.createTable('mailbox', (table) => {
    table.text('id').primary();
    table.text('sealed').notNullable();
    table.bigInteger('received_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('mailbox');
  await knex.schema.dropTable('mails');
}
