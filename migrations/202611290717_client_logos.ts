import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Pictures of apps. The client itself has only `name` (a hash and an ending, in `settings.logo`), so that whoever asks for
 * the client reads no picture. `body` is base64; the same picture may be that of several apps.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('client_logos', (table) => {
    table.text('client_id').primary().references('id').inTable('clients').onDelete('CASCADE');
    table.text('name').notNullable().index();
    table.text('type').notNullable();
    table.text('body').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('client_logos');
}
