import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** One row for each mail with a link and a code. It opens nothing by itself: hashes, and what the link's token seals. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('email_codes', (table) => {
    table.text('id').primary();
    // The interaction that asked: asking again replaces the row, and the older mail is worth nothing.
    table.text('binding').notNullable().unique();
    table.text('token_hash').notNullable().unique();
    table.text('sealed').notNullable();
    table.text('code_mac').notNullable();
    table.text('key_id').notNullable();
    table.text('address_mac').notNullable();
    // Absent for an address that nobody here has.
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE').index();
    table.integer('answers_left').notNullable();
    table.bigInteger('spent_at');
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('email_codes');
}
