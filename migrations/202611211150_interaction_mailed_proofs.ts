import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** One row for each recovery or registration under way: who reads the mail with its code or link may go on. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('mailed_proofs', (table) => {
    table.text('id_hash').primary();
    table.text('kind').notNullable();
    // Id and browser, hashed: no other browser can use the row.
    table.text('binding').notNullable();
    table.text('sealed').notNullable();
    table.integer('version').notNullable();
    table.text('token_hash').notNullable().unique();
    table.text('link_sealed').notNullable();
    table.text('code_mac').notNullable();
    table.text('key_id').notNullable();
    table.integer('answers_left').notNullable();
    table.bigInteger('proved_at');
    // Absent for a person who does not exist (yet).
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE').index();
    table.bigInteger('expires_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('mailed_proofs');
}
