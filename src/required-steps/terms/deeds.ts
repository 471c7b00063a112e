import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { asOption, type Deed, deedInvalid, defineDeed, pageFields, showPage } from '../../deeds/deeds.ts';
import { commandUsage } from '../../lib/command.ts';
import { GatehouseError } from '../../lib/errors.ts';
import { parseUntil } from '../../lib/since.ts';
import { toFacts } from '../../lib/table.ts';
import { isPlainText, isPlainTextOfLines } from '../../lib/text.ts';
import { termsInvalid } from './errors.ts';
import type { TermsDocument, TermsModule, TermsVersion } from './versions.ts';

type Deps = { terms: TermsModule };

const MOST_TEXT_BYTES = 64 * 1024;
const MOST_LANGUAGES = 50;

const which = { name: asOption(z.string(), { value: 'name' }).describe('The name of the terms.') };
const positionals = ['name'] as const;
const versionFields = {
  version: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'must be letters, digits and . _ -, such as 2026-01')
    .describe('The name of this version, such as 2026-01; it never changes.'),
  titles: asOption(z.array(z.string()).min(1, 'is missing: --title "Terms of use"'), {
    name: 'title',
    value: '[language=]title',
  }).describe('Their title, for all languages or for one: de=Nutzungsbedingungen.'),
  urls: asOption(z.array(z.string()).optional(), { name: 'url', value: '[language=]address' }).describe(
    'The address where they can be read.',
  ),
  texts: asOption(z.array(z.strictObject({ lang: z.string().optional(), text: z.string() })).optional(), {
    name: 'text-file',
    type: 'list',
    value: '[language=]file',
    choices: undefined,
    read: (typed) => Promise.all((typed as string[]).map(readText)),
  }).describe('Or their text, which the page shows: plain text, 64 KB at most.'),
  since: asOption(z.string().optional(), { value: 'time' }).describe(
    'From when on people are asked to accept it: 30d, 2026-12-31, 2026-12-31T08:00Z. Default: now.',
  ),
};

/** What can be done to terms. They are named by their name. */
export const termsDeeds: readonly Deed<never>[] = [
  defineDeed('terms.create', {
    summary:
      'Makes terms with their first version. `--require terms:<name>` and requiredSteps.everywhere demand them.',
    input: z.strictObject({
      name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,49}$/, 'must be small letters, digits and -, such as house')
        .describe('Their name, which never changes: small letters, digits and -.'),
      ...versionFields,
    }),
    permission: 'terms:write',
    invalid: termsInvalid,
    run: ({ terms }: Deps, { name, ...version }, by) => terms.create(name, toNewVersion(version), by),
    show: versionToJson,
    command: {
      positionals,
      text: ({ terms, version }) =>
        `${terms} ${version} is created. To demand it: clients update <id> --require terms:${terms}, or requiredSteps.everywhere.`,
    },
  }),
  defineDeed('terms.publish', {
    summary:
      'Gives terms a new version. People who accepted an earlier one are asked again, at the next sign-in.',
    input: z.strictObject({ ...which, ...versionFields }),
    permission: 'terms:write',
    invalid: termsInvalid,
    run: ({ terms }: Deps, { name, ...version }, by) => terms.publish(name, toNewVersion(version), by),
    show: versionToJson,
    command: {
      positionals,
      text: ({ terms, version, since }) =>
        `People are asked to accept ${terms} ${version} from ${toTime(since)} on.`,
    },
  }),
  defineDeed('terms.list', {
    summary: 'Lists terms, oldest first, with the version that people are asked to accept now.',
    input: z.strictObject(pageFields('name')),
    permission: 'terms:read',
    run: ({ terms }: Deps, page) => terms.list(page),
    show: ({ items, ...next }) => ({
      terms: items.map(({ name, current }) => ({ name, version: current?.version ?? null })),
      ...next,
    }),
    command: {
      text: (page) =>
        showPage(page, {
          none: 'No terms.',
          headings: ['NAME', 'VERSION', 'SINCE', 'TITLE'],
          row: ({ name, current }) => [
            name,
            current?.version ?? '',
            current ? toTime(current.since) : '',
            current?.documents[0]?.title ?? '',
          ],
        }),
    },
  }),
  defineDeed('terms.show', {
    summary: 'Shows terms: all their versions, and how many people have accepted each.',
    input: z.strictObject(which),
    permission: 'terms:read',
    async run({ terms }: Deps, { name }) {
      const found = await terms.get(name);
      return { ...found, versions: await terms.listVersions(found.name) };
    },
    show: ({ name, versions }) => ({
      name,
      versions: versions.map((each) => ({ ...versionToJson(each), accepted: each.accepted })),
    }),
    command: {
      positionals,
      text: ({ name, versions }) =>
        toFacts([
          ['name', name],
          ...versions.map(
            (each) =>
              [
                `version ${each.version}`,
                [
                  `from ${toTime(each.since)} on; accepted by ${each.accepted}`,
                  ...each.documents.map(
                    ({ lang = 'all', title, url }) => `${lang}: ${title} (${url ?? 'text'})`,
                  ),
                ].join('\n'),
              ] as const,
          ),
        ]),
    },
  }),
  defineDeed('terms.delete', {
    summary: 'Deletes terms: nobody is asked to accept them any more. Past acceptances are kept.',
    input: z.strictObject(which),
    permission: 'terms:write',
    run: ({ terms }: Deps, { name }, by) => terms.delete(name, by),
    show: ({ name }) => ({ name, deleted: true }),
    command: { positionals, text: ({ name }) => `${name} is deleted.` },
  }),
] as readonly Deed<never>[];

type Typed = {
  version: string;
  titles: readonly string[];
  urls?: readonly string[] | undefined;
  texts?: readonly { lang?: string | undefined; text: string }[] | undefined;
  since?: string | undefined;
};

/** Throws `terms.invalid` and `deeds.invalid`. */
function toNewVersion({ version, titles, urls = [], texts = [], since }: Typed) {
  const at = since === undefined ? undefined : parseUntil(since, Date.now());
  if (since !== undefined && at === undefined)
    throw deedInvalid({ problems: [{ field: 'since', why: 'must be such as 30d or 2026-12-31T08:00Z' }] });
  return { version, documents: toDocuments(titles, urls, texts), since: at };
}

/** One for each language that has a title: its own address or text, or that of all. */
function toDocuments(
  titles: readonly string[],
  urls: readonly string[],
  texts: readonly { lang?: string | undefined; text: string }[],
): TermsDocument[] {
  const byTitle = titles.map(parted);
  const byUrl = urls.map(parted);
  const problems: { field: string; why: string }[] = [];
  if (byTitle.length > MOST_LANGUAGES)
    problems.push({ field: 'titles', why: `names more than ${MOST_LANGUAGES}` });
  for (const { rest } of byTitle)
    if (rest === '' || rest.length > 200 || !isPlainText(rest))
      problems.push({ field: 'titles', why: 'must have 1 to 200 characters, in one line' });
  for (const { rest } of byUrl)
    if (!isWebAddress(rest))
      problems.push({ field: 'urls', why: `must be https addresses, and ${rest} is none` });
  for (const { text } of texts)
    if (text.trim() === '' || !isPlainTextOfLines(text.replaceAll('\t', ' ')))
      problems.push({ field: 'texts', why: 'must be plain text' });
  const seen = byTitle.map(({ lang = '' }) => lang);
  if (new Set(seen).size < seen.length) problems.push({ field: 'titles', why: 'names a language twice' });
  const documents = byTitle.map(({ lang, rest: title }) => {
    const here = <Each extends { lang?: string | undefined }>(all: readonly Each[]) =>
      all.find((each) => each.lang === lang) ?? all.find((each) => each.lang === undefined);
    const [url, text] = [here(byUrl)?.rest, here(texts)?.text];
    if ((url === undefined) === (text === undefined))
      problems.push({
        field: 'urls',
        why: `or --text-file must say where "${title}" can be read, one of the two`,
      });
    return {
      ...(lang === undefined ? {} : { lang }),
      title,
      ...(url === undefined ? {} : { url }),
      ...(text === undefined ? {} : { text }),
    };
  });
  if (problems.length > 0) throw termsInvalid({ problems });
  return documents;
}

/** `de=Bedingungen`: a language (RFC 5646) and what is said for it. */
function parted(typed: string): { lang?: string; rest: string } {
  const [, lang, rest] = /^([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)=(.*)$/s.exec(typed) ?? [];
  return lang === undefined || rest === undefined ? { rest: typed } : { lang, rest };
}

/** `http:` is for trying it out on one's own machine. */
function isWebAddress(url: string): boolean {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return url.length <= 2000 && (protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost'));
}

async function readText(typed: string): Promise<{ lang?: string; text: string }> {
  const { lang, rest: file } = parted(typed);
  const named = lang === undefined ? {} : { lang };
  try {
    const { size } = await stat(file);
    if (size > MOST_TEXT_BYTES)
      throw commandUsage({ sentence: `--text-file: ${file} is longer than 64 KB.` });
    return { ...named, text: await readFile(file, 'utf8') };
  } catch (cause) {
    if (cause instanceof GatehouseError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw commandUsage({ sentence: `--text-file: ${file} cannot be read (${code}).` }, cause);
  }
}

function versionToJson({ terms, version, documents, since }: TermsVersion): Record<string, unknown> {
  return {
    terms,
    version,
    since: toTime(since),
    documents: documents.map(({ lang, title, url, text }) => ({
      lang: lang ?? null,
      title,
      ...(url === undefined ? { text } : { url }),
    })),
  };
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
