import type { IncomingMessage } from 'node:http';
import { defined } from '../lib/defined.ts';
import { claimsOfScope, toldNameOf, type User } from '../users/users.ts';

/** Where claims about a person come from. One more source is a line in the list that `createApp` takes. */
export type ClaimSource = {
  /** OIDC Core §5.4: which claims each scope asks for. Two sources may bring claims of one scope. */
  readonly scopes: Readonly<Record<string, readonly string[]>>;
  /** Claims that no scope asks for: only an operator can have an app told them (`client-claims.ts`). */
  readonly unscoped?: readonly string[];
  /** What a person is asked, by scope: of one that no other source has, and that has no text `scope.<name>`. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** All of its claims, as far as the person has them. Called only when an app asks for one of them. */
  read(person: User, where: ReadWhere): Claims | Promise<Claims>;
};

/** For what, and in which request, if any: what it has read already it need not read again. */
export type ReadWhere = { use?: string | undefined; req?: IncomingMessage | undefined };

type Claims = Readonly<Record<string, unknown>>;
type AskedClaims = { scope?: string; requested?: readonly string[] } & ReadWhere;

/** What the person's own row says: it is at hand, and costs no statement. */
const profile: ClaimSource = {
  scopes: {
    openid: ['sub', 'auth_time', 'acr', 'amr'], // how and when, in every ID token
    profile: [...claimsOfScope('profile'), 'updated_at'],
    email: ['email', 'email_verified'],
    address: ['address'],
    phone: claimsOfScope('phone'),
  },
  read: (person) => ({
    ...person.profile,
    // One that nobody else has.
    ...defined({ preferred_username: toldNameOf(person) }),
    email: person.email,
    email_verified: person.emailVerified,
    updated_at: Math.floor(person.updatedAt / 1000),
  }),
};

/** They say how and when somebody signed in, and are no data of a person. */
const OF_SIGN_IN: ReadonlySet<string> = new Set(['auth_time', 'acr', 'amr']); // at most these

/** All that there are. A later one does not overwrite what an earlier one says. */
export const claimSources: readonly ClaimSource[] = [profile];

/** What is known of people's claims, over all sources. */
export type PersonClaims = ReturnType<typeof createPersonClaims>;

export function createPersonClaims(sources: readonly ClaimSource[]) {
  const ofScopes = scopesOf(sources);
  const scopes = Object.keys(ofScopes);
  // at most the claims that there are
  const ofPerson = new Set(
    [...Object.values(ofScopes), ...sources.map(({ unscoped = [] }) => unscoped)]
      .flat()
      .filter((name) => !OF_SIGN_IN.has(name)),
  );
  return {
    /** OIDC Core §5.4: which claims each scope asks for. */
    ofScopes,
    /** Those scopes, without the one that asks for no claims (`offline_access`). */
    scopes,
    /** Whether it is a scope about the person, and so none of an API's: one of those, or `offline_access`. */
    isScope: (name: string) => name === 'offline_access' || scopes.includes(name),
    /** Whether an app can be told it of a person. */
    isClaim: (name: string) => ofPerson.has(name),
    /** What a person is asked, by scope, where a source says it. */
    sentences: Object.assign({}, ...sources.map(({ sentences }) => sentences)) as Readonly<
      Record<string, string>
    >,
    read: (person: User, asked: AskedClaims) => readClaims(sources, person, asked),
  };
}

/** Which claims each scope asks for, over all sources. */
function scopesOf(sources: readonly ClaimSource[]): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, readonly string[]>(); // at most one for each scope
  for (const [scope, claims] of sources.flatMap(({ scopes }) => Object.entries(scopes)))
    all.set(scope, [...new Set([...(all.get(scope) ?? []), ...claims])]);
  return Object.fromEntries(all);
}

/**
 * A person's claims. The first source is always read, as it costs nothing; each other one when `scope` (RFC 6749 §3.3) or
 * the names of `requested` (OIDC Core §5.5) ask for one of its claims.
 */
async function readClaims(
  [first, ...others]: readonly ClaimSource[],
  person: User,
  { scope = '', requested = [], ...where }: AskedClaims,
): Promise<{ sub: string; [claim: string]: unknown }> {
  const asked = scope.split(' ');
  const wanted = others.filter(({ scopes, unscoped = [] }) =>
    [...Object.entries(scopes), [undefined, unscoped] as const].some(
      ([name, claims]) =>
        (name !== undefined && asked.includes(name)) || claims.some((claim) => requested.includes(claim)),
    ),
  );
  const more = await Promise.all(wanted.map((source) => source.read(person, where)));
  return { ...Object.assign({}, ...more), ...(await first?.read(person, where)), sub: person.id };
}
