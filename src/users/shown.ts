import { type HeldRole, heldRolesToText } from '../lib/held-role.ts';
import { toFacts } from '../lib/table.ts';
import type { PasswordLink } from './administration.ts';
import { attributeInWords } from './attributes.ts';
import { displayName, type EndedOf, type User } from './users.ts';
import type { Whereabouts } from './whereabouts.ts';

/** A person as JSON shows them. */
export function toJson(user: User): Record<string, unknown> {
  return {
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    username: user.username ?? null,
    name: displayName(user),
    profile: user.profile,
    is_admin: user.isAdmin,
    disabled_at: user.disabledAt === undefined ? null : toTime(user.disabledAt),
    created_at: toTime(user.createdAt),
    updated_at: toTime(user.updatedAt),
    version: user.version,
  };
}

/** A person as a terminal shows them. */
export function toText(user: User): string {
  return toFacts(factsOf(user));
}

type Fact = readonly [name: string, value: string | undefined];

/** What is known of a person, for `toFacts`. */
export function factsOf(user: User): readonly Fact[] {
  const { address, attributes, phone_number_verified, ...claims } = user.profile;
  return [
    ['id', user.id],
    ['e-mail', `${user.email} (${user.emailVerified ? 'verified' : 'not verified'})`],
    ['username', user.username],
    ['administrator', user.isAdmin ? 'yes' : 'no'],
    ['state', stateOf(user)],
    ['created', toTime(user.createdAt)],
    ['version', String(user.version)],
    ...Object.entries(claims),
    ...(phone_number_verified === undefined
      ? []
      : [['phone verified', phone_number_verified ? 'yes' : 'no'] as const]),
    ...Object.entries(address ?? {}).map(([part, value]) => [`address ${part}`, value] as const),
    ...Object.entries(attributes ?? {}).map(([name, value]) => [name, attributeInWords(value)] as const),
  ];
}

export function whereaboutsToJson(about: Whereabouts): Record<string, unknown> {
  return {
    methods: about.methods.map(({ method }) => method),
    second_factor: about.secondFactor.rule,
    has_second_factor: about.secondFactor.has,
    last_sign_in_at: about.lastSignInAt === undefined ? null : toTime(about.lastSignInAt),
    sessions: about.sessions,
    apps: about.apps,
  };
}

/** How, when and where a person signs in, for `toFacts`. */
export function factsOfWhereabouts(about: Whereabouts, roles: readonly HeldRole[]): readonly Fact[] {
  const ways = about.methods.map(({ method, count }) => (count > 1 ? `${method} (${count})` : method));
  return [
    ['signs in with', ways.join(', ') || 'nothing yet'],
    [
      'second factor',
      `${about.secondFactor.has ? 'has one' : 'has none'}; when it is asked for: ${about.secondFactor.rule}`,
    ],
    ['last sign-in', about.lastSignInAt === undefined ? 'never' : toTime(about.lastSignInAt)],
    ['sessions', String(about.sessions)],
    ['apps', about.apps.join(', ') || 'none'],
    ['roles', heldRolesToText(roles) ?? 'none'],
  ];
}

/** What is demanded of a person alone and not done, and what they have accepted. Times are milliseconds. */
export type PersonSteps = {
  required: readonly { demand: string; since: number }[];
  accepted: readonly { terms: string; version: string; at: number }[];
};

export function stepsToJson({ required, accepted }: PersonSteps): Record<string, unknown> {
  return {
    required: required.map(({ demand, since }) => ({ step: demand, since: toTime(since) })),
    accepted_terms: accepted.map(({ terms, version, at }) => ({ terms, version, accepted_at: toTime(at) })),
  };
}

/** The same for `toFacts`. */
export function factsOfSteps({ required, accepted }: PersonSteps): readonly Fact[] {
  return [
    [
      'required',
      required.map(({ demand, since }) => `${demand} (since ${toTime(since)})`).join('\n') || 'nothing',
    ],
    [
      'accepted terms',
      accepted.map(({ terms, version, at }) => `${terms} ${version} (${toTime(at)})`).join('\n') || 'none',
    ],
  ];
}

/** A person in a list, for the headings ID, E-MAIL, USERNAME, NAME, ADMIN, STATE, SINCE. */
export function toRow(user: User): readonly string[] {
  return [
    user.id,
    user.email,
    user.username ?? '',
    user.profile.name ?? '',
    user.isAdmin ? 'admin' : '',
    stateOf(user),
    toTime(user.createdAt).slice(0, 10),
  ];
}

export function linkToJson(user: User, { url, expiresAt }: PasswordLink): Record<string, unknown> {
  return { ...toJson(user), set_password_url: url, set_password_url_expires_at: toTime(expiresAt) };
}

export function linkToText(
  sentence: string,
  { url, validSeconds }: PasswordLink,
  whatFor = 'The link to choose a password',
): string {
  const hours = Math.round(validSeconds / 360) / 10;
  return `${sentence}\n${whatFor} works once, within ${hours} h:\n\n  ${url}\n`;
}

export function toEnded({ sessions, grants }: EndedOf): string {
  return `Ended: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${grants} ${grants === 1 ? 'grant' : 'grants'}.`;
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

function stateOf({ disabledAt }: User): string {
  return disabledAt === undefined ? 'active' : `disabled ${toTime(disabledAt).slice(0, 10)}`;
}
