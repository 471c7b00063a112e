import { domainToASCII } from 'node:url';
import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * By what people are found, however their e-mail address is written: `address_key` has the domain in ASCII. The release
 * before goes on with `email_key`, and neither knows nor keeps these columns: a person whom it made or changed is looked
 * at again (`address_as_of` is another moment than `updated_at` then). Who has had one address in two spellings all along
 * has another `address_rank` than 0, but for the first one, and is found by exactly the own spelling.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    table.text('address_key');
    table.integer('address_rank').notNullable().defaultTo(0);
    table.bigInteger('address_as_of');
  });
  await fill(knex);
  await knex.schema.alterTable('users', (table) => {
    table.index(['address_key', 'address_rank'], 'users_address_while_filled');
  });
  await knex.raw(
    `update users set address_rank = (
       select count(*) from users as other
       where other.address_key = users.address_key
         and (other.created_at < users.created_at or (other.created_at = users.created_at and other.id < users.id))
     )
     where address_key in (select address_key from users group by address_key having count(*) > 1)`,
  );
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex([], 'users_address_while_filled');
    table.unique(['address_key', 'address_rank'], { indexName: 'users_address' });
  });
  await knex.raw(
    'create index users_address_stale on users (id) where address_as_of is null or address_as_of <> updated_at',
  );
  await knex.raw('create index users_address_shared on users (address_key) where address_rank > 0');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_address_shared');
  await knex.raw('drop index users_address_stale');
  await knex.schema.alterTable('users', (table) => {
    table.dropUnique([], 'users_address');
  });
  for (const column of ['address_as_of', 'address_rank', 'address_key']) {
    await knex.raw(`alter table users drop column ${column}`);
  }
}

async function fill(knex: Knex): Promise<void> {
  let after = '';
  while (true) {
    const people: { id: string; email: string }[] = await knex('users')
      .where('id', '>', after)
      .orderBy('id')
      .limit(300)
      .select('id', 'email');
    const last = people.at(-1);
    if (!last) return;
    await knex.raw(
      `update users set address_key = keys.column2, address_as_of = updated_at
       from (values ${people.map(() => '(?, ?)').join(', ')}) as keys where users.id = keys.column1`,
      people.flatMap(({ id, email }) => [id, keyOf(email)]),
    );
    after = last.id;
  }
}

/** As `src/users/profile.ts` made them at this time. What is no address by its rules keeps the key that it had. */
function keyOf(email: string): string {
  return readKey(email) ?? lower(email);
}

function readKey(email: string): string | undefined {
  const written = email
    .replaceAll(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g, '')
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .trim()
    .normalize('NFC');
  const [local = '', typedDomain = '', ...more] = written.split('@');
  if (more.length > 0 || local === '' || local.length > 64 || /[\s<>,;:"()[\]\\]/u.test(written))
    return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const domain = domainToASCII(typedDomain.replace(/[.\u3002]$/, ''));
  const labels = domain.split('.');
  if (domain.length > 253 || /^[\d.]*$/.test(domain)) return undefined;
  if (!labels.every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(label))) return undefined;
  return `${lower(local)}@${domain}`;
}

function lower(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}
