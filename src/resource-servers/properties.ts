import { z } from 'zod';
import type { OptionForm } from '../deeds/deeds.ts';
import { isPlainText } from '../lib/text.ts';

const TOKEN_FORMATS = ['jwt', 'opaque'] as const;
const TOKEN_TYPES = ['at+jwt', 'jwt'] as const;
const USERINFO = ['granted', 'never'] as const;
const ROLES = ['open', 'enforce'] as const;
const ROLES_CLAIM = ['on', 'off'] as const;
const API_KEYS = ['operator', 'self-service'] as const;
const SIGNING_ALGS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;
/** Else nobody could tell whom such a scope is for. */
export const NOT_OF_AN_API = 'is a scope of OpenID Connect, which cannot be one of an API';
const STANDARD_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/**
 * One property of a resource server, from which come the option of `resource-servers create` and `update`, what is kept
 * and what is shown. Its column is in `store.ts`.
 */
type Property = {
  option: OptionForm & { name: string };
  /** One or two sentences, without the default. */
  help: string;
  /** With its default, where that is a value. */
  schema: z.ZodType;
  /** The default in words, where it is none of the schema. */
  defaultInWords?: string;
  /** The name by which it is shown. */
  shown: string;
};

const text = (maximum: number) =>
  z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlainText, 'must be one line without control characters');

const ttlError = 'must be a whole number of seconds from 30 to 86400';

const RESOURCE_SERVER_PROPERTIES = {
  /** RFC 8707 §2: an absolute URI without a fragment. Compared exactly, and for ever. */
  identifier: {
    option: { name: 'identifier', value: 'uri' },
    help: 'The URI that apps name as `resource` (RFC 8707). It never changes.',
    schema: text(500)
      .refine(
        (uri) => !/\s/.test(uri) && URL.canParse(uri),
        'must be an absolute URI such as https://api.example.com',
      )
      .refine((uri) => !uri.includes('#'), 'must not have a fragment (#…)'),
    shown: 'identifier',
  },
  name: {
    option: { name: 'name' },
    help: 'The name that people see at consent.',
    schema: text(100).optional(),
    defaultInWords: 'the identifier',
    shown: 'name',
  },
  scopes: {
    option: { name: 'scope', type: 'list', value: 'name=sentence' },
    help: 'A scope and what a person reads about it: orders:read="See your orders".',
    schema: z
      .array(
        z.strictObject({
          // RFC 6749 §3.3: printable ASCII without space, quote and backslash.
          name: text(100)
            .regex(
              /^[\x21\x23-\x5b\x5d-\x7e]+$/,
              'must be printable ASCII without spaces, quotes and backslashes',
            )
            .refine((name) => !STANDARD_SCOPES.has(name), NOT_OF_AN_API),
          sentence: text(200),
        }),
      )
      .max(200, 'must have at most 200 scopes')
      .refine(
        (scopes) => new Set(scopes.map(({ name }) => name)).size === scopes.length,
        'must not name one scope twice',
      )
      .default([]),
    shown: 'scopes',
  },
  audience: {
    option: { name: 'audience', value: 'aud' },
    help: 'The aud of its tokens: what the API must find there.',
    schema: text(500).optional(),
    defaultInWords: 'the identifier',
    shown: 'audience',
  },
  tokenFormat: {
    option: { name: 'token-format' },
    help: 'jwt: the API verifies its tokens itself, with the keys of the JWKS (RFC 9068). opaque: it asks by introspection.',
    schema: z.enum(TOKEN_FORMATS, { error: `must be ${TOKEN_FORMATS.join(' or ')}` }).default('jwt'),
    shown: 'token_format',
  },
  /** RFC 9068 §2.1. */
  tokenType: {
    option: { name: 'token-type' },
    help: 'The typ of its JWTs. jwt: for an API that does not accept at+jwt, such as Spring Boot 3.5 and 4.0.',
    schema: z.enum(TOKEN_TYPES, { error: `must be ${TOKEN_TYPES.join(' or ')}` }).default('at+jwt'),
    shown: 'token_type',
  },
  /** OpenID Connect Core §5.3. */
  userinfo: {
    option: { name: 'userinfo' },
    help: 'Whether its tokens also open userinfo. granted: yes, if openid was granted with them. never: they are for the API alone.',
    schema: z.enum(USERINFO, { error: `must be ${USERINFO.join(' or ')}` }).default('granted'),
    shown: 'userinfo',
  },
  roles: {
    option: { name: 'roles' },
    help: 'enforce: a token has only scopes that a role of the person, or of the service, permits. open: all that the app asked for and the person allowed.',
    schema: z.enum(ROLES, { error: `must be ${ROLES.join(' or ')}` }).default('open'),
    shown: 'roles',
  },
  /** RFC 9068 §2.2.3.1. */
  rolesClaim: {
    option: { name: 'roles-claim' },
    help: 'Whether its tokens carry the names of the roles, as the claim roles. off: for an API that needs none, or if people have very many.',
    schema: z.enum(ROLES_CLAIM, { error: `must be ${ROLES_CLAIM.join(' or ')}` }).default('on'),
    shown: 'roles_claim',
  },
  apiKeys: {
    option: { name: 'api-keys' },
    help: 'Who can create API keys for it. operator: only you, with api-keys create. self-service: people too, in their accounts.',
    schema: z.enum(API_KEYS, { error: `must be ${API_KEYS.join(' or ')}` }).default('operator'),
    shown: 'api_keys',
  },
  signingAlg: {
    option: { name: 'signing-alg' },
    help: 'The algorithm that signs its JWTs.',
    schema: z.enum(SIGNING_ALGS, { error: `must be one of ${SIGNING_ALGS.join(', ')}` }).default('ES256'),
    shown: 'signing_alg',
  },
  accessTokenTtlSeconds: {
    option: { name: 'access-token-ttl', value: 'seconds' },
    help: 'How long its access tokens live, 30 to 86400 seconds.',
    schema: z.int({ error: ttlError }).min(30, ttlError).max(86_400, ttlError).optional(),
    defaultInWords: 'as configured',
    shown: 'access_token_ttl',
  },
  /** The level of sign-in (`acr`) that everybody must reach for its tokens. */
  level: {
    option: { name: 'level', value: 'acr' },
    help: 'The level of sign-in that its tokens need, such as 2 (oidc.levels).',
    schema: text(100).optional(),
    defaultInWords: 'any',
    shown: 'level',
  },
} as const satisfies Record<string, Property>;

type Rows = typeof RESOURCE_SERVER_PROPERTIES;
export type ResourceServerKey = keyof Rows;

/** The table of `docs/resource-servers.md`: option, name in JSON, default and meaning of each. */
export function propertiesInWords(): string[][] {
  return listProperties().map(([, { option, shown, schema, defaultInWords, help }]) => {
    const unset = schema.safeParse(undefined);
    const value = typeof unset.data === 'string' ? unset.data : 'none';
    return [
      `\`--${option.name}\``,
      `\`${shown}\``,
      defaultInWords ?? (unset.success ? value : 'required'),
      help,
    ];
  });
}

/** The properties, by their keys, in order. */
export function listProperties(): [ResourceServerKey, Property][] {
  return Object.entries(RESOURCE_SERVER_PROPERTIES) as [ResourceServerKey, Property][];
}

export const inputSchema = z.strictObject(
  Object.fromEntries(listProperties().map(([key, { schema }]) => [key, schema])) as {
    [Key in ResourceServerKey]: Rows[Key]['schema'];
  },
);

/** What makes a resource server. All but the identifier have defaults. */
export type ResourceServerInput = z.input<typeof inputSchema>;

/** All of a resource server that is registered, with the defaults. */
export type Registration = Omit<z.output<typeof inputSchema>, 'audience' | OptionalKey> & {
  /** `aud` of its tokens: the identifier, unless the API expects a plain name. */
  audience: string;
} & { [Key in OptionalKey]?: Exclude<z.output<Rows[Key]['schema']>, undefined> };
type OptionalKey = 'name' | 'accessTokenTtlSeconds' | 'level';
