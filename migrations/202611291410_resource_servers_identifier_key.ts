import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * What makes two identifiers one, so that of two spellings of it that come at the same moment one gets in. Of those that
 * are there twice already the oldest has the key. The release before writes none: what it makes is compared as before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('resource_servers', (table) => {
    table.text('identifier_key');
  });
  const all: { id: string; identifier: string }[] = await knex('resource_servers')
    .orderBy(['created_at', 'id'])
    .select('id', 'identifier');
  const taken = new Set<string>();
  for (const { id, identifier } of all) {
    const key = keyOf(identifier);
    if (!taken.has(key)) await knex('resource_servers').where({ id }).update({ identifier_key: key });
    taken.add(key);
  }
  await knex.schema.alterTable('resource_servers', (table) => {
    table.unique(['identifier_key'], { indexName: 'resource_servers_identifier_key' });
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('resource_servers', (table) => {
    table.dropUnique([], 'resource_servers_identifier_key');
  });
  await knex.raw('alter table resource_servers drop column identifier_key');
}

/** As `src/resource-servers/identifier.ts` made them at this time. */
function keyOf(identifier: string): string {
  const [, scheme, authority, rest] = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(.*)$/is.exec(identifier) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) return identifier;
  const at = authority.lastIndexOf('@') + 1;
  const port = { https: /:443$/, http: /:80$/ }[scheme.toLowerCase()] ?? /^$/;
  const host = authority.slice(at).toLowerCase().replace(port, '');
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  return `${scheme.toLowerCase()}://${authority.slice(0, at)}${host}${path}`;
}
