import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** Whether it can say who the person is, and whether it can make sure of them. All of before were asked to do both. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('passkey_credentials', (table) => {
    table.boolean('is_discoverable').notNullable().defaultTo(true);
    table.boolean('verifies_person').notNullable().defaultTo(true);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table passkey_credentials drop column is_discoverable');
  await knex.raw('alter table passkey_credentials drop column verifies_person');
}
