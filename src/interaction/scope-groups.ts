import type { Allowed } from '../consents/consents.ts';
import { claimsOfScopes } from '../oidc/oidc.ts';
import type { User } from '../users/users.ts';
import type { Screens } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';

type Groups = Screens['interaction/consent']['groups'];

type Shown = Pick<User, 'email' | 'profile'>;

/**
 * What an app may do, in sentences, grouped by whom it is for: first the person's own data with the values that would
 * be shared, then each resource server with its operator's sentences.
 */
export async function scopeGroups(
  { resourceServers, i18n }: Pick<InteractionDeps, 'resourceServers' | 'i18n'>,
  { asked, person, locale }: { asked: Allowed; person: Shown; locale: string },
): Promise<Groups> {
  const t = i18n.translator(locale);
  const own = [
    ...asked.scopes.map((name) => ({
      name,
      sentence: t(`scope.${name}`),
      shared: sharedBy(name, person),
    })),
    // A claim that its scope brings anyway is no second question.
    ...asked.claims
      .filter((claim) => !asked.scopes.some((scope) => CLAIMS_OF[scope]?.includes(claim)))
      .map((claim) => ({
        name: claim,
        sentence: t('scope.claim', { claim }),
        shared: values(claim, person),
      })),
  ];
  const groups: Groups[number][] = own.length > 0 ? [{ scopes: own }] : [];
  for (const [identifier, names] of Object.entries(asked.resources)) {
    const server = await resourceServers.find(identifier);
    const sentences = new Map(server?.scopes.map(({ name, sentence }) => [name, sentence]));
    groups.push({
      title: server?.name ?? identifier,
      scopes: names.map((name) => ({ name, sentence: sentences.get(name) ?? name, shared: [] })),
    });
  }
  return groups;
}

const CLAIMS_OF: Readonly<Record<string, readonly string[]>> = claimsOfScopes;

/** Values that say nothing to a person who reads the page. */
const UNSHOWN = new Set(['updated_at', 'email_verified', 'phone_number_verified']);

function sharedBy(scope: string, person: Shown): string[] {
  return (CLAIMS_OF[scope] ?? [])
    .filter((claim) => !UNSHOWN.has(claim))
    .flatMap((claim) => values(claim, person));
}

function values(claim: string, { email, profile }: Shown): string[] {
  const value = claim === 'email' ? email : (profile as Readonly<Record<string, unknown>>)[claim];
  if (typeof value === 'string' && value !== '') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { formatted, ...parts } = value as Record<string, unknown>;
  const lines = typeof formatted === 'string' ? [formatted] : Object.values(parts);
  const text = lines.filter((part) => typeof part === 'string' && part !== '').join(', ');
  return text === '' ? [] : [onOneLine(text)];
}

function onOneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(', ');
}
