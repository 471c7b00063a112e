import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * Whose address is kept with its domain as `xn--…` is looked at again (`renewAddressKeys`), and shown in Unicode from
 * then on, unless somebody else has the same address. What the release before finds people by stays.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw("update users set address_as_of = null where lower(email) like '%xn--%'");
}

/** The address is the same one in either spelling. */
export async function down(_: Knex): Promise<void> {}
