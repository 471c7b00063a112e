import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Changes of one's own account that wait: for a new address to be confirmed, for a change to be taken back, for the end. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('account_email_changes', (table) => {
    // One for each person: a new one voids the older one.
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.text('token_hash').notNullable().unique();
    table.text('email').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });

  await knex.schema.createTable('account_email_undos', (table) => {
    table.text('token_hash').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('email').notNullable();
    table.boolean('email_verified').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });

  await knex.schema.createTable('account_deletions', (table) => {
    table.text('user_id').primary().references('id').inTable('users').onDelete('CASCADE');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('due_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['account_deletions', 'account_email_undos', 'account_email_changes']) {
    await knex.schema.dropTable(table);
  }
}
