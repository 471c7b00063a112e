import type { Knex } from 'knex';

export const oldestRelease = '0.1.0';

/**
 * What the sweeper empties: refresh tokens that were spent and still have their content. It is a small index, as a row
 * leaves it a minute or two after it was spent.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index refresh_tokens_to_empty on refresh_tokens (consumed_at) where successor_key_id is not null`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index refresh_tokens_to_empty');
}
