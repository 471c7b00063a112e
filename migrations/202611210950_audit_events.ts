import type { Knex } from 'knex';
import { isSqlite } from '../src/database/migration.ts';

export const oldestRelease = '0.1.0';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_events', (table) => {
    table.text('id').primary();
    table.bigInteger('at').notNullable();
    table.text('event').notNullable();
    table.text('outcome').notNullable();
    table.text('actor_type').notNullable();
    table.text('actor_id');
    // No foreign keys: an event outlives the person and the client it tells of.
    table.text('user_id');
    table.text('client_id');
    table.text('network');
    table.text('device_hash');
    table.text('reference_id');
    table.text('detail').notNullable();
    table.index(['at', 'id']);
    table.index(['user_id', 'at']);
    table.index(['event', 'at']);
  });
  for (const statement of refuseChanges(knex)) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('audit_events');
  if (!isSqlite(knex)) await knex.raw('drop function audit_events_refuse_changes()');
}

/** What was written stays as it was; only whole rows go, when they are too old. */
function refuseChanges(knex: Knex): string[] {
  if (isSqlite(knex)) {
    return [
      `create trigger audit_events_append_only before update on audit_events
       begin select raise(abort, 'audit_events is append-only'); end`,
    ];
  }
  return [
    `create function audit_events_refuse_changes() returns trigger language plpgsql as $$
     begin raise exception 'audit_events is append-only'; end $$`,
    `create trigger audit_events_append_only before update on audit_events
     for each row execute function audit_events_refuse_changes()`,
  ];
}
