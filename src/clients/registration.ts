import { z } from 'zod';
import { isPlainText } from '../lib/text.ts';
import type { Client, ClientMetadata, ClientSettings } from './clients.ts';
import { clientInvalid } from './errors.ts';
import { originsOf, problemOfOrigin, problemOfPageUrl, problemOfRedirectUri } from './redirect-uris.ts';

export const CLIENT_TYPES = ['web', 'spa', 'native', 'service'] as const;
export const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export const ID_TOKEN_ALGS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export const SUBJECT_TYPES = ['public', 'pairwise'] as const;
export const ASSERTION_AUDIENCES = ['issuer', 'token-endpoint'] as const;
export const DPOP_RULES = ['optional', 'required'] as const;

const text = (maximum: number) =>
  z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlainText, 'must be one line without control characters');

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be ${list(values, 'or')}` });

const texts = <Each extends z.ZodType<string>>(maximum: number, each: Each) =>
  z
    .array(each, { error: 'must be a list' })
    .max(maximum, `must have at most ${maximum} entries`)
    .transform((entries) => [...new Set(entries)]);

const seconds = (minimum: number, maximum: number) => {
  const error = `must be a whole number of seconds from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, error).max(maximum, error);
};

const inputSchema = z.strictObject({
  name: text(100),
  type: oneOf(CLIENT_TYPES).default('web'),
  redirectUris: texts(50, text(2000)).default([]),
  postLogoutRedirectUris: texts(50, text(2000)).default([]),
  grants: texts(
    GRANTS.length,
    z.enum(GRANTS, { error: `must be ${list(GRANTS, 'or')}; no other grant is offered` }),
  ).optional(),
  /** The scopes it may ask for, separated by spaces. Absent: all. */
  scope: text(4000)
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
      'must be scope names separated by single spaces',
    )
    .optional(),
  authMethod: z
    .enum(AUTH_METHODS, {
      error: ({ input }) =>
        input === 'client_secret_jwt'
          ? 'client_secret_jwt is not offered, because secrets are stored as hashes only; use private_key_jwt'
          : `must be ${list(AUTH_METHODS, 'or')}`,
    })
    .optional(),
  idTokenClaims: z.boolean().default(false),
  idTokenAlg: z
    .enum(ID_TOKEN_ALGS, {
      error: ({ input }) =>
        typeof input === 'string' && input.startsWith('HS')
          ? `${input.slice(0, 8)} is not offered, because secrets are stored as hashes only; use ${list(ID_TOKEN_ALGS, 'or')}`
          : `must be ${list(ID_TOKEN_ALGS, 'or')}`,
    })
    .default('RS256'),
  firstParty: z.boolean().default(false),
  subjectType: oneOf(SUBJECT_TYPES).default('public'),
  /** A host that several redirect hosts share for pairwise subjects (OIDC Core §8.1). */
  sectorIdentifierUri: text(2000).optional(),
  /** Origins whose scripts may call the token endpoint. Absent: an spa gets those of its redirect URIs. */
  origins: texts(50, text(2000)).optional(),
  defaultResource: text(500).optional(),
  /** Public keys for `private_key_jwt`. */
  jwks: z.unknown().optional(),
  /** The one `aud` of its assertions (`private_key_jwt`). */
  assertionAudience: oneOf(ASSERTION_AUDIENCES).default('issuer'),
  /** Whether each of its access tokens must be bound to a key of its own (RFC 9449). */
  dpop: oneOf(DPOP_RULES).default('optional'),
  requireOfflineAccess: z.boolean().default(false),
  accessTokenTtlSeconds: seconds(30, 86_400).optional(),
  refreshTtlSeconds: seconds(60, 31_536_000).optional(),
  /** The level of sign-in (`acr`) that everybody must reach for this app. */
  level: text(100).optional(),
  secondFactor: oneOf(['never', 'when_enrolled', 'required']).optional(),
  /** Ways to sign in that are offered for this app. Absent: all that are built in. */
  methods: texts(20, text(50)).optional(),
  logoUri: text(2000).optional(),
  clientUri: text(2000).optional(),
  policyUri: text(2000).optional(),
  tosUri: text(2000).optional(),
});

/** What makes a client; the options of `clients create`. All but the name have defaults. */
export type ClientInput = {
  [Field in keyof z.input<typeof inputSchema>]: z.input<typeof inputSchema>[Field];
};
type ParsedInput = z.output<typeof inputSchema>;

/** A change of a client: each named setting is set, or put back to its default by `null`; the others stay. */
export type ClientChanges = { [Field in keyof Omit<ClientInput, 'type'>]?: ClientInput[Field] | null };

export type Registration = Pick<Client, 'name' | 'type' | 'metadata' | 'settings'>;

type Problem = { field: string; why: string };

/** Checks an input and completes it with defaults. Throws `clients.invalid` with all problems at once. */
export function register(input: ClientInput): Registration {
  const result = inputSchema.safeParse(input);
  if (!result.success) throw clientInvalid({ problems: problemsOf(result.error) });
  const parsed = { ...result.data, grants: result.data.grants ?? defaultGrants(result.data.type) };
  const authMethod = parsed.authMethod ?? defaultAuthMethod(parsed.type);
  const problems = [
    ...problemsOfUris(parsed),
    ...problemsOfGrants(parsed, parsed.grants, authMethod),
    ...problemsOfAuthentication(parsed, authMethod),
    ...problemsOfSubject(parsed),
  ];
  if (problems.length > 0) throw clientInvalid({ problems });
  return {
    name: parsed.name,
    type: parsed.type,
    metadata: metadataOf(parsed, parsed.grants, authMethod),
    settings: settingsOf(parsed),
  };
}

/** The input that would make a registered client again; what an update starts from. */
export function inputOf({ name, type, metadata, settings }: Registration): ClientInput {
  return {
    name,
    type,
    redirectUris: metadata.redirect_uris,
    postLogoutRedirectUris: metadata.post_logout_redirect_uris,
    grants: metadata.grant_types,
    scope: metadata.scope,
    authMethod: metadata.token_endpoint_auth_method,
    idTokenClaims: settings.idTokenClaims,
    idTokenAlg: metadata.id_token_signed_response_alg,
    firstParty: settings.firstParty,
    subjectType: metadata.subject_type,
    sectorIdentifierUri: metadata.sector_identifier_uri,
    origins: settings.origins,
    defaultResource: settings.defaultResource,
    jwks: metadata.jwks,
    assertionAudience: settings.assertionAudience,
    dpop: metadata.dpop_bound_access_tokens ? 'required' : 'optional',
    requireOfflineAccess: settings.requireOfflineAccess,
    accessTokenTtlSeconds: settings.accessTokenTtlSeconds,
    refreshTtlSeconds: settings.refreshTtlSeconds,
    level: settings.level,
    secondFactor: settings.secondFactor,
    methods: settings.methods,
    logoUri: metadata.logo_uri,
    clientUri: metadata.client_uri,
    policyUri: metadata.policy_uri,
    tosUri: metadata.tos_uri,
  };
}

/** Registers a client anew with some settings changed. */
export function registerAgain(before: Registration, changes: ClientChanges): Registration {
  const input: Record<string, unknown> = { ...inputOf(before) };
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) input[field] = value ?? undefined;
  }
  const isSpa = before.type === 'spa';
  // Origins that only followed the redirect URIs keep following them.
  const followed = isSpa && sameList(before.settings.origins, originsOf(before.metadata.redirect_uris));
  if (changes.origins === undefined && followed) delete input.origins;
  // Keys go with the method they were for; no type has `private_key_jwt` as its default.
  const losesKeys = changes.authMethod !== undefined && changes.authMethod !== 'private_key_jwt';
  if (losesKeys && changes.jwks === undefined) delete input.jwks;
  if (losesKeys && changes.assertionAudience === undefined) delete input.assertionAudience;
  return register(input as ClientInput);
}

function metadataOf(
  input: ParsedInput,
  grants: ClientMetadata['grant_types'],
  authMethod: ClientMetadata['token_endpoint_auth_method'],
): ClientMetadata {
  return withoutUndefined({
    redirect_uris: input.redirectUris,
    post_logout_redirect_uris: input.postLogoutRedirectUris,
    grant_types: grants,
    response_types: grants.includes('authorization_code') ? ['code' as const] : [],
    token_endpoint_auth_method: authMethod,
    scope: input.scope,
    subject_type: input.subjectType,
    id_token_signed_response_alg: input.idTokenAlg,
    jwks: input.jwks as ClientMetadata['jwks'],
    dpop_bound_access_tokens: input.dpop === 'required' ? (true as const) : undefined,
    logo_uri: input.logoUri,
    client_uri: input.clientUri,
    policy_uri: input.policyUri,
    tos_uri: input.tosUri,
    sector_identifier_uri: input.sectorIdentifierUri,
    application_type: input.type === 'native' ? 'native' : 'web',
  }) as ClientMetadata;
}

function settingsOf(input: ParsedInput): ClientSettings {
  return withoutUndefined({
    idTokenClaims: input.idTokenClaims,
    firstParty: input.firstParty,
    requireOfflineAccess: input.requireOfflineAccess,
    accessTokenTtlSeconds: input.accessTokenTtlSeconds,
    refreshTtlSeconds: input.refreshTtlSeconds,
    defaultResource: input.defaultResource,
    assertionAudience: input.assertionAudience === 'issuer' ? undefined : input.assertionAudience,
    level: input.level,
    secondFactor: input.secondFactor,
    methods: input.methods,
    origins: input.origins ?? (input.type === 'spa' ? originsOf(input.redirectUris) : []),
  }) as ClientSettings;
}

function problemsOfUris(input: ParsedInput): Problem[] {
  const { type } = input;
  const pages = {
    logoUri: input.logoUri,
    clientUri: input.clientUri,
    policyUri: input.policyUri,
    tosUri: input.tosUri,
  };
  return [
    ...each('redirectUris', input.redirectUris, (uri) => problemOfRedirectUri(uri, type)),
    ...each('postLogoutRedirectUris', input.postLogoutRedirectUris, (uri) => problemOfRedirectUri(uri, type)),
    ...each('origins', input.origins ?? [], problemOfOrigin),
    ...Object.entries(pages).flatMap(([field, url]) => each(field, url ? [url] : [], problemOfPageUrl)),
    ...each('defaultResource', input.defaultResource ? [input.defaultResource] : [], (resource) =>
      URL.canParse(resource) && !resource.includes('#')
        ? undefined
        : 'it must be an absolute URI without a fragment',
    ),
  ];
}

function problemsOfGrants(
  { type, redirectUris, requireOfflineAccess, refreshTtlSeconds }: ParsedInput,
  grants: readonly string[],
  authMethod: string,
): Problem[] {
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
      when: !grants.includes('refresh_token') && (requireOfflineAccess || refreshTtlSeconds !== undefined),
      field: requireOfflineAccess ? 'requireOfflineAccess' : 'refreshTtlSeconds',
      why: 'it means something only with the grant refresh_token',
    },
  ];
  return rules.filter(({ when }) => when).map(({ field, why }) => ({ field, why }));
}

function problemsOfAuthentication(
  { type, jwks, assertionAudience }: ParsedInput,
  authMethod: string,
): Problem[] {
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
  if (authMethod === 'private_key_jwt') return problemsOfJwks(jwks);
  if (assertionAudience !== 'issuer') {
    return [
      {
        field: 'assertionAudience',
        why: 'assertions are of the authentication method private_key_jwt; leave it out for any other',
      },
    ];
  }
  return jwks === undefined
    ? []
    : [{ field: 'jwks', why: 'keys are for the authentication method private_key_jwt' }];
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;
const KEY_MEMBERS = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] } as const;

function problemsOfJwks(jwks: unknown): Problem[] {
  const problem = (why: string) => [{ field: 'jwks', why }];
  if (jwks === undefined)
    return problem('private_key_jwt needs the public keys of the client, a JSON Web Key Set');
  const keys = (jwks as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 20) {
    return problem('it must be a JSON Web Key Set with 1 to 20 keys: { "keys": [ … ] }');
  }
  for (const key of keys as unknown[]) {
    if (typeof key !== 'object' || key === null || Array.isArray(key))
      return problem('each key must be an object');
    if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) {
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

function problemsOfSubject({ subjectType, sectorIdentifierUri, redirectUris, type }: ParsedInput): Problem[] {
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
      why: 'pairwise needs redirect URIs of one host, or a sector identifier URI that stands for all of them',
    },
  ];
}

function defaultGrants(type: ParsedInput['type']): ClientMetadata['grant_types'] {
  return type === 'service' ? ['client_credentials'] : ['authorization_code'];
}

function defaultAuthMethod(type: ParsedInput['type']): ClientMetadata['token_endpoint_auth_method'] {
  return type === 'web' || type === 'service' ? 'client_secret_basic' : 'none';
}

function each(
  field: string,
  values: readonly string[],
  problem: (value: string) => string | undefined,
): Problem[] {
  return values.flatMap((value) => {
    const why = problem(value);
    return why === undefined ? [] : [{ field, why: `${shown(value)}: ${why}` }];
  });
}

function shown(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map(({ path, message }) => ({ field: String(path[0] ?? 'client'), why: message }));
}

function list(values: readonly string[], word: 'and' | 'or'): string {
  return new Intl.ListFormat('en', { type: word === 'and' ? 'conjunction' : 'disjunction' }).format(values);
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}

function withoutUndefined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<Value>;
}
