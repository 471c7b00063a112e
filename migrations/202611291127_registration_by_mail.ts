import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Who made their account with a mailbox alone, and when they answered the offer of another way to sign in. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('registrations_by_mail', (table) => {
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.bigInteger('offer_answered_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('registrations_by_mail');
}
