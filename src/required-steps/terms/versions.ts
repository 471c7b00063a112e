import { isForeignKeyViolation } from '../../database/errors.ts';
import { type Page, type PageWish, pageOf } from '../../deeds/deeds.ts';
import { requestInfo } from '../../http/request.ts';
import { byPerson, type ChangedBy } from '../../lib/actor.ts';
import { changesBetween } from '../../lib/changes.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import type { PersonalData } from '../../lib/personal-data.ts';
import { createReadCache } from '../../lib/read-cache.ts';
import { isKey } from '../../lib/text.ts';
import type { Asked, RequiredStep, StepDeps, StepPage, Visit } from '../required-step.ts';
import { termsTaken, termsUnknown, termsVersionTaken } from './errors.ts';
import { termsAccepted, termsCreated, termsDeleted, termsPublished } from './events.ts';
import { createTermsStore, type Terms, type TermsDocument, type TermsVersion } from './store.ts';

export type { Terms, TermsDocument, TermsVersion } from './store.ts';
export type TermsModule = ReturnType<typeof createTerms>;

/** What makes a version. `since`: milliseconds, from when on it is asked. */
export type NewVersion = { version: string; documents: readonly TermsDocument[]; since?: number | undefined };

const CACHE_MS = 1000;

/** Terms, their versions, and who has accepted which: a step that is open until the version of now was accepted. */
export function createTerms({ db, clock, audit }: Pick<StepDeps, 'db' | 'clock' | 'audit'>) {
  const store = createTermsStore(db);
  const current = createReadCache<TermsVersion>({ clock, ttlMs: CACHE_MS });

  return {
    async isOpen(asked: Asked) {
      return (await openOf(asked)).length > 0;
    },

    page: async (visit: Visit) => pageOfTerms(await openOf(visit), visit),

    /** What was shown is what is accepted: a version that came meanwhile is shown first. */
    async finish(visit: Visit) {
      const open = await openOf(visit);
      const shown = new Set((visit.form.versions ?? '').split(' ')); // at most what a form holds
      if (open.some(({ version }) => !shown.has(version.id)))
        return { page: { ...pageOfTerms(open, visit), refused: { key: 'terms.changed' } }, status: 409 };
      const { person, clientId, ctx } = visit;
      const versions = open.map(({ version }) => version);
      // Of several forms at once one accepts; the others go on as well, and nothing is recorded twice.
      if (versions.length === 0) return 'judge' as const;
      const accepted = await store.accept(person.id, versions, { clientId, now: clock.now() });
      for (const { terms: name, version, id: versionId } of accepted)
        await audit.record(termsAccepted, {
          outcome: 'success',
          ...byPerson(person.id, requestInfo(ctx)),
          userId: person.id,
          ...defined({ clientId }),
          detail: { terms: name, version, versionId },
        });
      return accepted.length > 0 ? ('done' as const) : ('judge' as const);
    },

    async problemOf(name: string | undefined) {
      return name !== undefined && (await store.find(name)) ? undefined : 'names terms that do not exist';
    },

    acceptedBy: (userId: string) => store.listAccepted(userId),

    personalData: {
      terms_acceptances: ['terms_name', 'version', 'client_id', 'accepted_at'],
    } satisfies PersonalData,

    /** Throws `terms.unknown`. */
    get,

    /** Oldest first, each with what is asked now. Throws `terms.unknown` for `after`. */
    async list({ limit, after }: PageWish): Promise<Page<Terms & { current: TermsVersion | undefined }>> {
      const last = after === undefined ? undefined : (await get(after)).id;
      const { items, next } = pageOf(await store.list({ limit: limit + 1, after: last }), limit);
      const withCurrent = items.map(async (each) => ({
        ...each,
        current: await store.findCurrent(each.name, clock.now()),
      }));
      return {
        items: await Promise.all(withCurrent),
        ...(next === undefined ? {} : { next: items.at(-1)?.name ?? next }),
      };
    },

    /** All versions, and how many people have accepted each. */
    async listVersions(name: string): Promise<(TermsVersion & { accepted: number })[]> {
      const [versions, counts] = await Promise.all([store.listVersions(name), store.countAcceptances(name)]);
      return versions.map((version) => ({ ...version, accepted: counts.get(version.id) ?? 0 }));
    },

    /** Throws `terms.taken`. */
    async create(name: string, first: NewVersion, by: ChangedBy): Promise<TermsVersion> {
      const now = clock.now();
      const version = toVersion(name, first, now);
      if (!(await store.insert({ id: createId('trm'), name, createdAt: now }, version)))
        throw termsTaken({ name });
      current.clear();
      await audit.record(termsCreated, {
        outcome: 'success',
        ...by,
        detail: { terms: name, ...changesBetween({}, toldOf(version)) },
      });
      return version;
    },

    /** Throws `terms.unknown` and `terms.version_taken`. */
    async publish(named: string, next: NewVersion, by: ChangedBy): Promise<TermsVersion> {
      const { name } = await get(named);
      const now = clock.now();
      const version = toVersion(name, next, now);
      const before = await store.findCurrent(name, now);
      const isPublished = await store.publish(version, now).catch((error: unknown) => {
        if (isForeignKeyViolation(error)) throw termsUnknown();
        throw error;
      });
      if (!isPublished) throw termsVersionTaken({ version: next.version });
      current.clear();
      await audit.record(termsPublished, {
        outcome: 'success',
        ...by,
        detail: { terms: name, ...changesBetween(before ? toldOf(before) : {}, toldOf(version)) },
      });
      return version;
    },

    /** Nobody is asked for them any more; who had accepted them is kept. Throws `terms.unknown`. */
    async delete(named: string, by: ChangedBy): Promise<Terms> {
      const found = await get(named);
      const before = await store.findCurrent(found.name, clock.now());
      if (!(await store.delete(found.name))) throw termsUnknown();
      current.clear();
      await audit.record(termsDeleted, {
        outcome: 'success',
        ...by,
        detail: { terms: found.name, ...changesBetween(before ? toldOf(before) : {}, {}) },
      });
      return found;
    },
  } satisfies RequiredStep & Record<string, unknown>;

  async function get(name: string): Promise<Terms> {
    const found = isKey(name, 200) ? await store.find(name) : undefined;
    if (!found) throw termsUnknown();
    return found;
  }

  /** What is demanded and was not accepted in its version of now, by name. `earlier`: when another one was. */
  async function openOf({ person, demands }: Asked): Promise<Open[]> {
    const names = [...new Set(demands.flatMap(({ detail }) => detail ?? []))].sort();
    const now = clock.now();
    const [versions, accepted] = await Promise.all([
      Promise.all(names.map((name) => current.read(name, () => store.findCurrent(name, now)))),
      names.length === 0 ? [] : store.listAccepted(person.id),
    ]);
    return versions.flatMap((version) => {
      if (!version || accepted.some(({ versionId }) => versionId === version.id)) return [];
      return [{ version, isNew: accepted.some(({ terms: name }) => name === version.terms) }];
    });
  }
}

/** `isNew`: an earlier version was accepted. */
type Open = { version: TermsVersion; isNew: boolean };

function pageOfTerms(open: readonly Open[], { ctx }: Pick<Visit, 'ctx'>): StepPage {
  const { locale } = requestInfo(ctx);
  return {
    title: { key: 'terms.title' },
    text: [{ key: open.some(({ isNew }) => isNew) ? 'terms.text_new' : 'terms.text' }],
    documents: open.map(({ version }) => {
      const { title, url, text, lang } = documentFor(version.documents, locale);
      return { title, ...defined({ href: url, text, lang }) };
    }),
    hidden: { versions: open.map(({ version }) => version.id).join(' ') },
    submit: { key: 'terms.accept' },
    decline: { key: 'terms.decline' },
  };
}

/** In the language of the page, or its plain one (`pt` for `pt-BR`); else what is said for all, else the first. */
function documentFor(documents: readonly TermsDocument[], locale: string): TermsDocument {
  const plain = (lang: string) => lang.split('-', 1)[0];
  const found =
    documents.find(({ lang }) => lang === locale) ??
    documents.find(({ lang }) => lang !== undefined && plain(lang) === plain(locale)) ??
    documents.find(({ lang }) => lang === undefined) ??
    documents[0];
  if (!found) throw new Error('terms without a document');
  return found;
}

function toVersion(name: string, { version, documents, since }: NewVersion, now: number): TermsVersion {
  return { id: createId('tev'), terms: name, version, documents, since: since ?? now };
}

/** Texts are long: the audit says that there is one. */
function toldOf({ id, version, documents, since }: TermsVersion): Record<string, unknown> {
  return {
    version,
    versionId: id,
    since: new Date(since).toISOString(),
    documents: documents.map(({ lang = 'all', title, url }) => `${lang}: ${title} (${url ?? 'text'})`),
  };
}
