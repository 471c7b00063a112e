import type { Knex } from 'knex';

/**
 * Whether a migration runs on SQLite, for the few things the two databases say differently (triggers, partial
 * indexes). On SQLite use `alter table … drop column` by `knex.raw`: knex's own `dropColumn` copies the whole table
 * and needs foreign keys switched off, which no transaction can.
 */
export function isSqlite(knex: Knex): boolean {
  return knex.client.dialect === 'sqlite3';
}
