import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Roles: names that stand for scopes of resource servers, given to people and to clients. A name is for ever, so that rows
 * name roles by it. `organisation_id`: in which an assignment holds; empty is everywhere, and there are no others yet.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('roles', (table) => {
    table.text('id').primary();
    table.text('name').notNullable().unique();
    table.text('name_key').notNullable().unique();
    table.text('description');
    table.boolean('is_default').notNullable();
    table.integer('version').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.index(['created_at', 'id'], 'roles_created_at_id');
  });
  await knex.schema.createTable('role_permissions', (table) => {
    table.text('role_name').notNullable().references('name').inTable('roles').onDelete('CASCADE');
    table
      .text('resource_server_id')
      .notNullable()
      .references('id')
      .inTable('resource_servers')
      .onDelete('CASCADE')
      .index();
    table.text('scope').notNullable();
    table.primary(['role_name', 'resource_server_id', 'scope']);
  });
  await knex.schema.createTable('role_assignments', (table) => {
    table.text('id').primary();
    table.text('role_name').notNullable().references('name').inTable('roles').onDelete('CASCADE');
    table.text('user_id').references('id').inTable('users').onDelete('CASCADE');
    table.text('client_id').references('id').inTable('clients').onDelete('CASCADE');
    table.text('organisation_id').notNullable();
    table.text('source').notNullable();
    table.bigInteger('expires_at').index();
    table.bigInteger('created_at').notNullable();
    table.unique(['user_id', 'role_name', 'source', 'organisation_id'], {
      indexName: 'role_assignments_user',
    });
    table.unique(['client_id', 'role_name', 'source', 'organisation_id'], {
      indexName: 'role_assignments_client',
    });
    table.index(['role_name', 'user_id'], 'role_assignments_role');
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['role_assignments', 'role_permissions', 'roles']) await knex.schema.dropTable(table);
}
