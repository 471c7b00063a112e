import { toFacts } from '../../lib/table.ts';
import { TEMPLATES } from './apps.ts';
import { linesFor, type Template } from './template.ts';
import { markInWords, needsUrl } from './templates.ts';

/** The rest of `docs/apps.md`: what each sets, and what is typed there. */
export function templatesInWords(): string {
  return TEMPLATES.map(sectionOf).join('\n');
}

function sectionOf(template: Template): string {
  const { id, name, where, notes = [], sources } = template;
  const url = needsUrl(template) ? ` --url https://${id}.example.com` : '';
  return [
    `\n## ${name}`,
    '',
    `\`gatehouse clients create --template ${id}${url}\` sets:`,
    '',
    '```text',
    toFacts(factsOf(template)),
    '```',
    '',
    `Where to type it: ${asMarkdown(where)}.`,
    '',
    '```text',
    ...linesFor(template, template.settings.scope),
    '```',
    '',
    ...(notes.length > 0 ? [asMarkdown(notes.join(' ')), ''] : []),
    `${markInWords(template)}: ${sources.map((source) => `<${source}>`).join(', ')}.`,
  ].join('\n');
}

function asMarkdown(text: string): string {
  return text.replaceAll(/<([a-z_]+)>/g, '`<$1>`');
}

function factsOf({ redirectUris, postLogoutRedirectUris, settings }: Template) {
  const { type, grants, scope, authMethod, pkce, claims } = settings;
  return [
    ['redirect URIs', redirectUris.join('\n')],
    ['sign-out URIs', postLogoutRedirectUris?.join('\n')],
    ['type', type],
    ['grants', grants?.join(' ')],
    ['scopes', scope],
    ['authentication', authMethod],
    ['PKCE', pkce],
    ['claims', claims?.map(({ name, from }) => `${name} = ${from}`).join('\n')],
  ] as const;
}
