import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * What an event tells that names a person (an address, a name) before and after. It is no part of the event, which never
 * changes: it goes with the person, and with the event.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_personal', (table) => {
    table.text('event_id').primary().references('id').inTable('audit_events').onDelete('CASCADE');
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('told').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('audit_personal');
}
