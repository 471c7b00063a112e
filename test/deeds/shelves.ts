import { z } from 'zod';
import {
  asOption,
  type Deed,
  defineDeed,
  pageFields,
  pageOf,
  secret,
  showPage,
} from '../../src/deeds/deeds.ts';
import type { ChangedBy } from '../../src/lib/actor.ts';
import { defineError } from '../../src/lib/errors.ts';

/** A whole noun in one file, for tests: what a noun and its commands need. */

type Shelf = { id: string; name: string; width: number; kinds: string[]; note?: string | undefined };

const shelfUnknown = defineError('shelves.unknown', 404, () => 'There is no such shelf.');

export function createShelves() {
  const shelves = new Map<string, Shelf>(); // at most those of one test
  const done: { what: string; by: ChangedBy; locked?: string }[] = []; // at most those of one test
  return {
    done,
    create(shelf: Omit<Shelf, 'id'>, by: ChangedBy, lock?: string): Shelf {
      const made = { id: `shelf_${shelves.size + 1}`, ...shelf };
      shelves.set(made.id, made);
      done.push({ what: 'created', by, ...(lock === undefined ? {} : { locked: lock }) });
      return made;
    },
    update(id: string, changes: { width?: number | undefined; note?: string | null | undefined }): Shelf {
      const before = shelves.get(id);
      if (!before) throw shelfUnknown();
      const after = {
        ...before,
        width: changes.width ?? before.width,
        note: changes.note === null ? undefined : (changes.note ?? before.note),
      };
      shelves.set(id, after);
      return after;
    },
    list: ({ limit, after }: { limit: number; after?: string | undefined }) => {
      const ids = [...shelves.keys()];
      const from = after === undefined ? 0 : ids.indexOf(after) + 1;
      return pageOf([...shelves.values()].slice(from, from + limit + 1), limit);
    },
  };
}

type Deps = { shelves: ReturnType<typeof createShelves> };

const widthError = 'must be a whole number of centimetres from 10 to 300';
const width = z
  .int(widthError)
  .min(10, widthError)
  .max(300, widthError)
  .describe('How wide, in centimetres.');

export const createShelf = defineDeed('shelves.create', {
  summary: 'Puts up a shelf.',
  input: z.object({
    name: z.string().max(20, 'must have at most 20 characters').describe('What it is called.'),
    width: width.default(80),
    kinds: asOption(z.array(z.enum(['books', 'plants'])).default([]), { name: 'kind' }).describe(
      'What may stand on it.',
    ),
    state: z.enum(['new', 'used']).optional().describe('Its state.'),
    isLoud: z.boolean().optional().describe('Whether it creaks.'),
    keepSeconds: z.int().optional().describe('How long it stays.'),
    lock: secret(z.string().min(4, 'must have at least 4 characters').optional()).describe('Its lock.'),
  }),
  permission: 'shelves:write',
  run: async ({ shelves }: Deps, { name, width, kinds, lock }, by) =>
    shelves.create({ name, width, kinds }, by, lock),
  show: (shelf) => ({ ...shelf }),
});

const updateShelf = defineDeed('shelves.update', {
  summary: 'Changes a shelf.',
  input: z.object({
    shelf: asOption(z.string(), { value: 'id' }),
    width: width.optional(),
    note: z.string().nullable().optional().describe('What is written on it.'),
  }),
  permission: 'shelves:write',
  run: async ({ shelves }: Deps, { shelf, ...changes }) => shelves.update(shelf, changes),
  show: ({ note = null, ...shelf }) => ({ ...shelf, note }),
  command: { positionals: ['shelf'] },
});

const listShelves = defineDeed('shelves.list', {
  summary: 'Lists the shelves.',
  input: z.object(pageFields('id')),
  permission: 'shelves:read',
  run: async ({ shelves }: Deps, page) => shelves.list(page),
  show: ({ items, ...next }) => ({ shelves: items, ...next }),
  command: {
    text: (page) =>
      showPage(page, { none: 'No shelves.', headings: ['ID', 'NAME'], row: ({ id, name }) => [id, name] }),
  },
});

const watchShelves = defineDeed('shelves.watch', {
  summary: 'Shows shelves as they come.',
  input: z.object({}),
  permission: 'shelves:read',
  async run({ shelves }: Deps, _input, _by, { tell }) {
    for (const { id, name } of shelves.list({ limit: 9 }).items) tell({ id }, `${id} is ${name}`);
  },
  show: () => undefined,
  command: { text: () => '' },
});

export const shelfDeeds: readonly Deed<Deps>[] = [createShelf, updateShelf, listShelves, watchShelves];
