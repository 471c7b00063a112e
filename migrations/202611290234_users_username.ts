import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** A second name by which a person can sign in and apps know the person. The release before leaves it as it is. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.text('username');
    table.text('username_key');
    table.unique(['username_key'], { indexName: 'users_username' });
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.dropUnique([], 'users_username');
  });
  for (const column of ['username_key', 'username'])
    await knex.raw(`alter table users drop column ${column}`);
}
