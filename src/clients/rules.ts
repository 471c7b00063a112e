import { isPrivateJwk } from '../lib/jwk.ts';
import { type ClientProperties, type CompleteInput, GRANTS, list } from './properties.ts';

/** `field`: the key of the property. */
export type Problem = { field: string; why: string };

/** Of what was given, each by itself: a default is never wrong. */
export function problemsOfEntries(
  given: Record<string, unknown>,
  { type, authMethod, allowHttp }: CompleteInput,
  properties: ClientProperties,
): Problem[] {
  return Object.entries(properties).flatMap(([field, { problem }]) => {
    const value = given[field];
    if (problem === undefined || value === undefined) return [];
    return [value].flat().flatMap((entry) => {
      const why = problem(entry as string, type, { authMethod, allowHttp });
      return why === undefined ? [] : [{ field, why: `${shown(entry as string)}: ${why}` }];
    });
  });
}

/** What is wrong with properties that are right by themselves. */
export function problemsTogether(values: CompleteInput): Problem[] {
  return [
    ...problemsOfGrants(values),
    ...problemsOfAuthentication(values),
    ...problemsOfSubject(values),
    ...problemsOfProfile(values),
  ];
}

/** What takes a protection away must stand on another one. */
function problemsOfProfile({
  authMethod,
  pkce,
  grants,
  refreshRotation,
  dpop,
  assertionAlg,
  upstreamTokens,
}: CompleteInput): Problem[] {
  const isPublic = authMethod === 'none';
  const isBound = authMethod === 'private_key_jwt' || dpop === 'required';
  const rules: readonly (Problem & { when: boolean })[] = [
    {
      when: isPublic && pkce === 'optional',
      field: 'pkce',
      why: 'a client without authentication always uses PKCE (RFC 9700 §2.1.1)',
    },
    {
      when: refreshRotation === 'off' && (isPublic || !isBound),
      field: 'refreshRotation',
      why: 'it may be off only for a client that authenticates, by private_key_jwt or with --dpop required (RFC 9700 §2.2.2)',
    },
    {
      when: refreshRotation === 'off' && !grants.includes('refresh_token'),
      field: 'refreshRotation',
      why: 'it has no effect without the grant refresh_token',
    },
    {
      when: isPublic && (upstreamTokens ?? []).length > 0,
      field: 'upstreamTokens',
      why: 'they are only for a client that authenticates: anybody can pose as a public one',
    },
    {
      when: assertionAlg !== undefined && authMethod !== 'private_key_jwt',
      field: 'assertionAlg',
      why: 'it is only for the authentication method private_key_jwt; leave it out for any other',
    },
  ];
  return rules.filter(({ when }) => when).map(({ field, why }) => ({ field, why }));
}

function problemsOfGrants({
  type,
  grants,
  authMethod,
  redirectUris,
  allowHttp,
  requireOfflineAccess,
  refreshTtlSeconds,
}: CompleteInput): Problem[] {
  const hasCode = grants.includes('authorization_code');
  const rules: readonly (Problem & { when: boolean })[] = [
    { when: grants.length === 0, field: 'grants', why: `must name at least one of ${list(GRANTS, 'and')}` },
    {
      when: type === 'service' && (hasCode || grants.includes('refresh_token')),
      field: 'grants',
      why: 'a service client signs nobody in; it can have client_credentials only',
    },
    {
      when: grants.includes('client_credentials') && authMethod === 'none',
      field: 'grants',
      why: 'client_credentials needs a client that authenticates (RFC 6749 §4.4); it is for web and service clients',
    },
    {
      when: grants.includes('refresh_token') && !hasCode && type !== 'service',
      field: 'grants',
      why: 'refresh_token comes with authorization_code only',
    },
    {
      when: hasCode && redirectUris.length === 0 && type !== 'service',
      field: 'redirectUris',
      why: 'authorization_code needs at least one redirect URI',
    },
    {
      when: type === 'web' && redirectUris.length > 0 && !redirectUris.some((uri) => /^https?:/i.test(uri)),
      field: 'redirectUris',
      why: 'a web client needs an https address beside the scheme of its app; an app without one is of the type native',
    },
    {
      when: allowHttp && (type !== 'web' || authMethod === 'none'),
      field: 'allowHttp',
      why: 'plain http is only for a web client that authenticates: otherwise whoever reads the code gets the tokens',
    },
    {
      when: !grants.includes('refresh_token') && (requireOfflineAccess || refreshTtlSeconds !== undefined),
      field: requireOfflineAccess ? 'requireOfflineAccess' : 'refreshTtlSeconds',
      why: 'it has no effect without the grant refresh_token',
    },
  ];
  return rules.filter(({ when }) => when).map(({ field, why }) => ({ field, why }));
}

function problemsOfAuthentication({
  type,
  authMethod,
  jwks,
  jwksUri,
  assertionAudience,
}: CompleteInput): Problem[] {
  const field = 'authMethod';
  if (type === 'spa' && authMethod !== 'none') {
    return [{ field, why: 'an spa runs in the browser and cannot keep a secret; it must be none' }];
  }
  if (type === 'native' && authMethod.startsWith('client_secret')) {
    // RFC 8252 §8.5: a secret that is shipped in an app is none.
    return [
      { field, why: 'an app that people install cannot keep a secret; it must be none or private_key_jwt' },
    ];
  }
  if (type === 'service' && authMethod === 'none') {
    return [{ field, why: 'a service client must authenticate' }];
  }
  // OIDC Registration §2.
  if (jwks !== undefined && jwksUri !== undefined)
    return [{ field: 'jwksUri', why: 'jwks and jwks_uri exclude each other; keep one of them' }];
  if (authMethod === 'private_key_jwt') return jwksUri === undefined ? problemsOfJwks(jwks) : [];
  if (assertionAudience !== 'issuer') {
    return [
      {
        field: 'assertionAudience',
        why: 'it is only for the authentication method private_key_jwt; leave it out for any other',
      },
    ];
  }
  const given = jwks !== undefined ? 'jwks' : jwksUri !== undefined ? 'jwksUri' : undefined;
  return given === undefined
    ? []
    : [{ field: given, why: 'keys are for the authentication method private_key_jwt' }];
}

const KEY_MEMBERS = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] } as const;

function problemsOfJwks(jwks: unknown): Problem[] {
  const problem = (why: string) => [{ field: 'jwks', why }];
  if (jwks === undefined)
    return problem(
      'private_key_jwt needs the public keys of the client, a JSON Web Key Set, or where they are (jwks_uri)',
    );
  const keys = (jwks as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 20) {
    return problem('it must be a JSON Web Key Set with 1 to 20 keys: { "keys": [ … ] }');
  }
  for (const key of keys as unknown[]) {
    if (typeof key !== 'object' || key === null || Array.isArray(key))
      return problem('each key must be an object');
    if (isPrivateJwk(key)) {
      return problem('it holds a private or secret key; give the public half only, and renew that key');
    }
    const { kty } = key as { kty?: unknown };
    const members = Object.hasOwn(KEY_MEMBERS, String(kty)) && KEY_MEMBERS[kty as keyof typeof KEY_MEMBERS];
    if (!members) return problem('each key must be of the type RSA, EC or OKP');
    const isWhole = members.every((member) => typeof (key as Record<string, unknown>)[member] === 'string');
    if (!isWhole) return problem(`a key of the type ${String(kty)} must have ${list(members, 'and')}`);
  }
  return [];
}

function problemsOfSubject({
  subjectType,
  sectorIdentifierUri,
  redirectUris,
  type,
}: CompleteInput): Problem[] {
  if (sectorIdentifierUri !== undefined && URL.parse(sectorIdentifierUri)?.protocol !== 'https:') {
    return [{ field: 'sectorIdentifierUri', why: 'it must start with https://' }];
  }
  if (subjectType !== 'pairwise' || sectorIdentifierUri !== undefined) return [];
  const hosts = new Set(redirectUris.map((uri) => URL.parse(uri)?.host ?? ''));
  if (type === 'service')
    return [{ field: 'subjectType', why: 'a service client has no people, so no pairwise subjects' }];
  // OIDC Core §8.1: the sector is the host, so there must be exactly one.
  if (hosts.size === 1 && !hosts.has('')) return [];
  return [
    {
      field: 'subjectType',
      why: 'pairwise needs redirect URIs of one host, or a sector identifier URI that lists all of them',
    },
  ];
}

function shown(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
