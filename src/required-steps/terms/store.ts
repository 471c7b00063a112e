import { type Database, oldestFirst } from '../../database/database.ts';
import type { PageWish } from '../../deeds/deeds.ts';

/** What people read in one language: at an address, or as a plain text. `lang`: absent where it is said for all. */
export type TermsDocument = { lang?: string; title: string; url?: string; text?: string };

/** A version never changes: acceptances name it. Times are milliseconds. */
export type TermsVersion = {
  id: `tev_${string}`;
  terms: string;
  /** What the operator calls it. */
  version: string;
  documents: readonly TermsDocument[];
  /** From when on it is asked. */
  since: number;
};

export type Terms = { id: `trm_${string}`; name: string; createdAt: number };

export type Acceptance = { versionId: string; terms: string; version: string; clientId?: string; at: number };

type VersionRow = {
  id: `tev_${string}`;
  terms_name: string;
  version: string;
  documents: string;
  since: number;
};
type AcceptanceRow = {
  version_id: string;
  terms_name: string;
  version: string;
  client_id: string | null;
  accepted_at: number;
};

const VERSION = ['id', 'terms_name', 'version', 'documents', 'since'] as const;

export function createTermsStore(db: Database) {
  return {
    async find(name: string): Promise<Terms | undefined> {
      const row: { id: `trm_${string}`; name: string; created_at: number } | undefined = await db('terms')
        .where({ name })
        .first('id', 'name', 'created_at');
      return row && { id: row.id, name: row.name, createdAt: Number(row.created_at) };
    },

    async list(wish: PageWish): Promise<Terms[]> {
      const rows: { id: `trm_${string}`; name: string; created_at: number }[] = await oldestFirst(
        db,
        'terms',
        wish,
      ).select('id', 'name', 'created_at');
      return rows.map(({ id, name, created_at }) => ({ id, name, createdAt: Number(created_at) }));
    },

    /** False when there are some of this name. */
    async insert({ id, name, createdAt }: Terms, first: TermsVersion): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const rows: unknown[] = await inside('terms')
          .insert({ id, name, created_at: createdAt })
          .onConflict('name')
          .ignore()
          .returning(['id']);
        if (rows.length === 0) return false;
        await inside('terms_versions').insert(toVersionRow(first, createdAt));
        return true;
      });
    },

    /** False when there is a version of this name. Throws a violation when the terms are gone. */
    async publish(version: TermsVersion, now: number): Promise<boolean> {
      const rows: unknown[] = await db('terms_versions')
        .insert(toVersionRow(version, now))
        .onConflict(['terms_name', 'version'])
        .ignore()
        .returning(['id']);
      return rows.length === 1;
    },

    async delete(name: string): Promise<boolean> {
      const deleted: number = await db('terms').where({ name }).delete();
      return deleted === 1;
    },

    /** Oldest first, those that are not asked yet last. */
    async listVersions(name: string): Promise<TermsVersion[]> {
      const rows: VersionRow[] = await db('terms_versions')
        .where({ terms_name: name })
        .orderBy(['since', 'created_at', 'id'])
        .select(VERSION);
      return rows.map(toVersion);
    },

    /** The newest that is asked now: of two of one moment the one that was published last. */
    async findCurrent(name: string, now: number): Promise<TermsVersion | undefined> {
      const row: VersionRow | undefined = await db('terms_versions')
        .where({ terms_name: name })
        .where('since', '<=', now)
        .orderBy([
          { column: 'since', order: 'desc' },
          { column: 'created_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .first(VERSION);
      return row && toVersion(row);
    },

    /** How many people have accepted each version, by its id. */
    async countAcceptances(name: string): Promise<ReadonlyMap<string, number>> {
      const rows: { version_id: string; people: number | string }[] = await db('terms_acceptances')
        .where({ terms_name: name })
        .groupBy('version_id')
        .select('version_id', db.knex.raw('count(*) as people'));
      return new Map(rows.map(({ version_id, people }) => [version_id, Number(people)])); // one for each version
    },

    /** Newest first: one statement, which runs with each authorization that terms are demanded for. */
    async listAccepted(userId: string): Promise<Acceptance[]> {
      const rows = await db.hot<AcceptanceRow>(
        `select version_id, terms_name, version, client_id, accepted_at from terms_acceptances
         where user_id = ? order by accepted_at desc, version_id`,
        [userId],
      );
      return rows.map((row) => ({
        versionId: row.version_id,
        terms: row.terms_name,
        version: row.version,
        ...(row.client_id === null ? {} : { clientId: row.client_id }),
        at: Number(row.accepted_at),
      }));
    },

    /** Once each. Answers those that were not accepted before. */
    async accept(
      userId: string,
      versions: readonly TermsVersion[],
      { clientId, now }: { clientId: string | undefined; now: number },
    ): Promise<readonly TermsVersion[]> {
      const rows: { version_id: string }[] = await db('terms_acceptances')
        .insert(
          versions.map(({ id, terms, version }) => ({
            user_id: userId,
            version_id: id,
            terms_name: terms,
            version,
            client_id: clientId ?? null,
            accepted_at: now,
          })),
        )
        .onConflict(['user_id', 'version_id'])
        .ignore()
        .returning(['version_id']);
      return versions.filter(({ id }) => rows.some(({ version_id }) => version_id === id));
    },
  };
}

/** For the doctor, which opens the database alone. */
export async function listTermsNames(db: Database): Promise<string[]> {
  const rows: { name: string }[] = await db('terms').select('name');
  return rows.map(({ name }) => name);
}

function toVersionRow({ id, terms, version, documents, since }: TermsVersion, now: number) {
  return {
    id,
    terms_name: terms,
    version,
    documents: JSON.stringify(documents),
    since,
    created_at: now,
  };
}

function toVersion({ id, terms_name, version, documents, since }: VersionRow): TermsVersion {
  return { id, terms: terms_name, version, documents: JSON.parse(documents), since: Number(since) };
}
