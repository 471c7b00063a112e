import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * The name that apps are told of a person (`preferred_username`) is nobody else's: `told_name_key` is what makes two of
 * them one. Who has had one name together with others keeps it, with another `told_name_rank` than 0 but for the first
 * one. The release before knows none of these columns: a person whom it made or changed is looked at again
 * (`told_name_as_of` is another moment than `updated_at` then), and so are namesakes whose first one it deleted.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.text('told_name_key');
    table.integer('told_name_rank').notNullable().defaultTo(0);
    table.bigInteger('told_name_as_of');
  });
  await fill(knex);
  await knex.schema.alterTable('users', (table) => {
    table.index(['told_name_key'], 'users_told_name_while_filled');
  });
  await knex.raw(
    `update users set told_name_rank = (
       select count(*) from users as other
       where other.told_name_key = users.told_name_key
         and (other.created_at < users.created_at or (other.created_at = users.created_at and other.id < users.id))
     )
     where told_name_key in (
       select told_name_key from users where told_name_key is not null group by told_name_key having count(*) > 1)`,
  );
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex([], 'users_told_name_while_filled');
    table.unique(['told_name_key', 'told_name_rank'], { indexName: 'users_told_name' });
  });
  await knex.raw(
    'create index users_told_name_stale on users (id) where told_name_as_of is null or told_name_as_of <> updated_at',
  );
  await knex.raw('create index users_told_name_shared on users (told_name_key) where told_name_rank > 0');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_told_name_shared');
  await knex.raw('drop index users_told_name_stale');
  await knex.schema.alterTable('users', (table) => {
    table.dropUnique([], 'users_told_name');
  });
  for (const column of ['told_name_as_of', 'told_name_rank', 'told_name_key'])
    await knex.raw(`alter table users drop column ${column}`);
}

type Row = { id: string; username: string | null; profile: string };

async function fill(knex: Knex): Promise<void> {
  let after = '';
  while (true) {
    const people: Row[] = await knex('users')
      .where('id', '>', after)
      .orderBy('id')
      .limit(300)
      .select('id', 'username', 'profile');
    const last = people.at(-1);
    if (!last) return;
    await knex.raw(
      `update users set told_name_key = nullif(keys.column2, ''), told_name_as_of = updated_at
       from (values ${people.map(() => '(?, ?)').join(', ')}) as keys where users.id = keys.column1`,
      people.flatMap(({ id, username, profile }) => [
        id,
        keyOf(username ?? JSON.parse(profile).preferred_username ?? ''),
      ]),
    );
    after = last.id;
  }
}

/** As `src/lib/username.ts` made them at this time. */
function keyOf(name: string): string {
  return name
    .replaceAll(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g, '')
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .trim()
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('\u0131', 'i')
    .replaceAll(/([ij])\u0307/g, '$1')
    .replaceAll(/\s+/g, ' ');
}
