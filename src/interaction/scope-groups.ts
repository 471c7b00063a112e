import type { Allowed } from '../consents/consents.ts';
import type { User } from '../users/users.ts';
import type { Screens } from '../views/views.ts';
import type { InteractionDeps } from './deps.ts';

type Groups = Screens['interaction/consent']['groups'];

/**
 * What an app may do, in sentences, grouped by whom it is for: first the person's own data with the values that would
 * be shared, then each resource server with its operator's sentences.
 */
export async function scopeGroups(
  {
    resourceServers,
    i18n,
    oidc: { personClaims },
  }: Pick<InteractionDeps, 'resourceServers' | 'i18n'> & {
    oidc: Pick<InteractionDeps['oidc'], 'personClaims'>;
  },
  { asked, person, locale }: { asked: Allowed; person: User; locale: string },
): Promise<Groups> {
  const t = i18n.translator(locale);
  const claimsOf = personClaims.ofScopes;
  const claims = await personClaims.read(person, { scope: asked.scopes.join(' '), requested: asked.claims });
  const own = [
    ...asked.scopes.map((name) => ({
      name,
      sentence: personClaims.sentences[name] ?? t(`scope.${name}`),
      shared:
        name === 'openid' || name === 'offline_access'
          ? [t(`scope.${name}_hint`)]
          : (claimsOf[name] ?? []).flatMap((claim) => values(claim, claims, locale)),
    })),
    // A claim that its scope brings anyway is no second question.
    ...asked.claims
      .filter((claim) => !asked.scopes.some((scope) => claimsOf[scope]?.includes(claim)))
      .map((claim) => ({
        name: claim,
        sentence: t('scope.claim', { claim }),
        shared: values(claim, claims, locale),
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

/** Values that say nothing to a person who reads the page. */
const UNSHOWN = new Set(['sub', 'updated_at', 'email_verified', 'phone_number_verified']);

function values(claim: string, claims: Readonly<Record<string, unknown>>, locale: string): string[] {
  if (UNSHOWN.has(claim)) return [];
  const value = claims[claim];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string' && value !== '')
    return [claim === 'locale' ? languageOf(value, locale) : value];
  if (Array.isArray(value)) {
    const names = value.filter((each): each is string => typeof each === 'string');
    return names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
  }
  if (typeof value !== 'object' || value === null) return [];
  const { formatted, ...parts } = value as Record<string, unknown>;
  const lines = typeof formatted === 'string' ? [formatted] : Object.values(parts);
  const text = lines.filter((part) => typeof part === 'string' && part !== '').join(', ');
  return text === '' ? [] : [onOneLine(text)];
}

/** As many as a person reads. */
const MOST_NAMES = 12;

/** "English", "Deutsch (Schweiz)": in the language of the page. What is no tag stays as it is. */
function languageOf(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag.replaceAll('_', '-')) ?? tag;
  } catch {
    return tag;
  }
}

function onOneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(', ');
}
