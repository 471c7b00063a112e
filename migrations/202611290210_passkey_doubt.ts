import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** When the counter of a passkey fell, or stood still: until the person has proved another way as well (WebAuthn L3 §7.2). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('passkey_credentials', (table) => {
    table.bigInteger('doubted_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table passkey_credentials drop column doubted_at');
}
