import type { Knex } from 'knex';
import { isSqlite } from '../src/database/migration.ts';

export const oldestRelease = '0.1.0';

/**
 * The version of a person's row, which rises with each change; and the keys by whose beginnings people are found, in
 * order of their code points on both databases, so that a prefix is a range of the index.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.integer('version').notNullable().defaultTo(1);
  });
  await knex.schema.createTable('user_search_keys', (table) => {
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.specificType('search_key', isSqlite(knex) ? 'text' : 'text collate "C"').notNullable();
    table.primary(['search_key', 'user_id']);
    table.index(['user_id', 'search_key']);
  });
  await knex.schema.alterTable('invitations', (table) => {
    table.index(['created_at', 'id']);
  });
  let after = '';
  while (true) {
    const people: { id: string; email: string; profile: string }[] = await knex('users')
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .select('id', 'email', 'profile');
    const rows = people.flatMap(({ id, email, profile }) =>
      keysOf(email, JSON.parse(profile)).map((key) => ({ user_id: id, search_key: key })),
    );
    for (let at = 0; at < rows.length; at += 200) {
      await knex('user_search_keys').insert(rows.slice(at, at + 200));
    }
    const last = people.at(-1);
    if (!last) return;
    after = last.id;
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('invitations', (table) => {
    table.dropIndex(['created_at', 'id']);
  });
  await knex.schema.dropTable('user_search_keys');
  await knex.raw('alter table users drop column version');
}

/** As `src/users/search.ts` made them at this time. */
function keysOf(email: string, profile: Record<string, unknown>): string[] {
  const { name, given_name, family_name } = profile;
  const both = [given_name, family_name].filter((part) => typeof part === 'string').join(' ');
  const keys = [name, both].flatMap((text) => {
    const words = toKey(typeof text === 'string' ? text : '').split(' ');
    return words.slice(0, 10).map((_, at) => words.slice(at).join(' '));
  });
  return [...new Set([toKey(email), ...keys])].filter((key) => key !== '');
}

function toKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ');
}
