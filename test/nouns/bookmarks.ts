import { z } from 'zod';
import { defineEvent } from '../../src/audit/audit.ts';
import type { NounDeps, NounPlugIn } from '../../src/contributions.ts';
import type { Database } from '../../src/database/database.ts';
import { defineDeed } from '../../src/deeds/deeds.ts';
import type { RouteContext } from '../../src/http/routes.ts';
import type { ChangedBy } from '../../src/lib/actor.ts';
import { userReference } from '../../src/users/users.ts';

/*
 * A whole noun in one file, for the tests: what a person wants to find again. It has deeds, an address, an event, rows that
 * run out, a sealed column, work that comes round, and a part of the person's export. Only its table is elsewhere: tables
 * are migrations.
 */

type Deps = Pick<NounDeps, 'db' | 'clock' | 'sealer' | 'audit' | 'users' | 'oidc'>;
type Row = { id: string; url: string; sealed_note: string };
type Bookmark = { id: string; userId: string; url: string; expiresAt: number };

/** What a migration would be. */
export async function createBookmarksTable({ knex }: Database): Promise<void> {
  await knex.schema.createTable('bookmarks', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users').onDelete('CASCADE').index();
    table.text('url').notNullable();
    table.text('sealed_note').notNullable();
    table.bigInteger('expires_at').notNullable().index();
  });
}

const bookmarkAdded = defineEvent('bookmarks.added', {
  when: 'An operator put a bookmark into an account',
  subject: 'person',
  data: z.object({ id: z.string(), after: z.object({ url: z.string(), note: z.literal('set') }) }),
});

const noteContext = (id: string) => `bookmarks.sealed_note:${id}`;
const HOUR = 3_600_000;

function createBookmarks({ db, clock, sealer, audit, users, oidc }: Deps) {
  let looks = 0;
  return {
    looks: () => looks,

    async add({ user, url, note }: { user: string; url: string; note: string }, by: ChangedBy) {
      const { id: userId } = await users.getAny(user);
      const id = `bmk_${clock.now()}`;
      const bookmark: Bookmark = { id, userId, url, expiresAt: clock.now() + HOUR };
      const sealed = sealer.seal(note, noteContext(id));
      await db('bookmarks').insert({
        id,
        user_id: userId,
        url,
        sealed_note: sealed,
        expires_at: bookmark.expiresAt,
      });
      await audit.record(bookmarkAdded, {
        outcome: 'success',
        ...by,
        userId,
        detail: { id, after: { url, note: 'set' } },
      });
      return bookmark;
    },

    routes: [
      {
        method: 'GET' as const,
        path: '/bookmarks',
        headers: 'account' as const,
        async handle(ctx: RouteContext) {
          const session = await oidc.sessions.find(ctx);
          const own: Row[] = session
            ? await db('bookmarks').where({ user_id: session.userId }).select('id', 'url', 'sealed_note')
            : [];
          ctx.status = session ? 200 : 401;
          ctx.body = {
            bookmarks: own.map(({ id, url, sealed_note }) => ({
              url,
              note: sealer.open(sealed_note, noteContext(id)).toString(),
            })),
          };
        },
      },
    ],
    sweeps: [{ name: 'bookmarks', key: 'id', expiresAt: 'expires_at' }],
    personalData: { bookmarks: ['url', 'expires_at'] },
    jobs: [
      {
        everyMs: 5,
        async run() {
          looks += 1;
        },
        failure: 'Bookmarks could not be counted',
      },
    ],
  };
}

type Needs = { bookmarks: ReturnType<typeof createBookmarks> };

const addBookmark = defineDeed('bookmarks.add', {
  summary: 'Puts a bookmark into an account.',
  input: z.strictObject({
    user: userReference,
    url: z.url('must be an address').describe('Where it leads.'),
    note: z.string().default('').describe('What the person reads beside it.'),
  }),
  permission: 'bookmarks:write',
  run: ({ bookmarks }: Needs, input, by) => bookmarks.add(input, by),
  show: ({ id, url }) => ({ id, url }),
  command: { positionals: ['user', 'url'] },
});

const showLooks = defineDeed('bookmarks.count', {
  summary: 'Says how often bookmarks were looked after.',
  input: z.strictObject({}),
  permission: 'bookmarks:read',
  run: async ({ bookmarks }: Needs) => bookmarks.looks(),
  show: (looks) => ({ looks }),
});

export const bookmarks: NounPlugIn = {
  name: 'bookmarks',
  deeds: [addBookmark, showLooks],
  sealedColumns: [{ table: 'bookmarks', column: 'sealed_note', idColumn: 'id', context: noteContext }],
  create: createBookmarks,
};
