import { z } from 'zod';
import { toTable } from '../lib/table.ts';
import { asOption } from './fields.ts';

/** One page of a list that is read by its key. */
export type PageWish = {
  limit: number;
  /** The last one of the page before. */
  after?: string | undefined;
};

/** `next` is the `after` of the page that follows; absent: this is the last one. */
export type Page<Item> = { items: Item[]; next?: string };

const limitError = 'must be from 1 to 1000';

/** The fields of a deed that lists: `z.object({ ...pageFields('id'), … })`. `key`: what one may name to go on after. */
export function pageFields(key: string) {
  return {
    limit: z
      .int(limitError)
      .min(1, limitError)
      .max(1000, limitError)
      .default(50)
      .describe('Show at most this many.'),
    after: asOption(z.string().optional(), { value: key }).describe('Show the entries after this one.'),
  };
}

/** The field of a deed that changes something: only when it is of this version still. */
export const onlyIfVersion = asOption(z.int().min(1, 'must be a version').optional(), {
  value: 'version',
}).describe('Only if this is still the current version, which `show` prints.');

/** A page of what was read with one more than `limit`, which says whether there are more. */
export function pageOf<Item extends { id: string }>(found: readonly Item[], limit: number): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last ? { items, next: last.id } : { items };
}

/** What a person reads of a page. `none`: `No clients.` */
export function showPage<Item>(
  { items, next }: Page<Item>,
  { none, headings, row }: { none: string; headings: readonly string[]; row(item: Item): readonly string[] },
): string {
  if (items.length === 0) return none;
  const table = toTable(headings, items.map(row));
  return next === undefined ? table : `${table}\n\nThere are more: --after ${next}`;
}
