import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/** What the installation was started with last, such as the issuer. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('installation', (table) => {
    table.text('name').primary();
    table.text('value').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('installation');
}
