import { z } from 'zod';
import type { CommandOption } from '../lib/command.ts';
import { isPlainText } from '../lib/text.ts';
import { clientClaimsSchema } from './claims.ts';
import {
  CLIENT_TYPES,
  type ClientType,
  originsOf,
  problemOfKeysUri,
  problemOfOrigin,
  problemOfPageUrl,
  problemOfRedirectUri,
  type RedirectFacts,
} from './redirect-uris.ts';

export const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
const ID_TOKEN_ALGS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

/** Public keys (RFC 7517 §5). */
export type JsonWebKeySet = { keys: Record<string, unknown>[] };

/**
 * One property of a client, from which come the option of `clients create` and `clients update`, what is stored and
 * shown, what the protocol knows of it, and its line in `docs/clients.md`. Rules over several properties are in
 * `rules.ts`. A property that is added later has its default for clients of before.
 */
export type ClientProperty = {
  option: Omit<CommandOption, 'help' | 'required' | 'negatable'> & { name: string };
  /** One or two sentences, without the default. */
  help: string;
  schema: z.ZodType;
  required?: true;
  /** Said when a client is made, and never changed. */
  fixed?: true;
  /** Of who does not say: a value, or what it is for such a client. */
  default?: unknown;
  /** The default in words, where it is no word itself. */
  defaultInWords?: string;
  /** What is wrong with one entry; looked at when each property has its form. */
  problem?: (entry: string, type: ClientType, facts: RedirectFacts) => string | undefined;
  /** Its name in OIDC Registration §2, where that has it: kept and shown by it, and given to oidc-provider. */
  metadata?: string;
  /** Else it is a setting of ours: kept by its key, shown by this name, and given to our code as `client.gatehouse`. */
  setting?: string;
  /** Else it has a column of its own, and is shown by this name. */
  column?: string;
  /** What is kept, where it is not the value itself. `undefined` is not kept. */
  kept?: { from(value: never): unknown; back(kept: never): unknown };
  /** What is shown when nothing is kept. Absent: `null` for a setting, nothing for metadata. */
  shownWithout?: unknown;
};

/** By key: the name in a `ClientInput`. */
export type ClientProperties = Readonly<Record<string, ClientProperty>>;

/** What a default may depend on. */
export type DefaultFacts = { type: ClientType; redirectUris: readonly string[] };

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

const page = { schema: text(2000), problem: problemOfPageUrl } as const;

/** `required`, which the library knows as true, or `optional`, of which nothing is kept. */
const requirement = {
  option: { type: 'text', choices: ['optional', 'required'] },
  schema: oneOf(['optional', 'required']),
  default: 'optional',
  kept: {
    from: (rule: string) => (rule === 'required' ? (true as const) : undefined),
    back: (isRequired: true) => (isRequired ? 'required' : 'optional'),
  },
  shownWithout: false,
} as const;

export const CLIENT_PROPERTIES = {
  name: {
    option: { name: 'name', type: 'text' },
    help: 'The name that people see at sign-in and consent.',
    schema: text(100),
    required: true,
    column: 'client_name',
  },
  redirectUris: {
    option: { name: 'redirect-uri', type: 'list', value: 'uri' },
    help: 'Where authorization codes may be sent; compared exactly. https, or http on localhost. A native app, and a web app that authenticates, may also use a scheme of its own (com.example.app:/callback, cursor://…).',
    schema: texts(50, text(2000)),
    default: [],
    problem: problemOfRedirectUri,
    metadata: 'redirect_uris',
  },
  postLogoutRedirectUris: {
    option: { name: 'post-logout-redirect-uri', type: 'list', value: 'uri' },
    help: 'Where it may send people after signing out.',
    schema: texts(50, text(2000)),
    default: [],
    problem: problemOfRedirectUri,
    metadata: 'post_logout_redirect_uris',
  },
  allowHttp: {
    option: { name: 'allow-http', type: 'flag' },
    help: 'Allows plain http for redirect URIs in a private network: 10.*, 172.16.* to 172.31.*, 192.168.*, fc00::/7, .local, .lan, .home.arpa, .internal. Only for a web client that authenticates. Codes travel unencrypted.',
    schema: z.boolean(),
    default: false,
    setting: 'allow_http',
    kept: {
      from: (isAllowed: boolean) => (isAllowed ? true : undefined),
      back: (isAllowed: true) => isAllowed,
    },
    shownWithout: false,
  },
  grants: {
    option: { name: 'grant', type: 'list', value: 'grant' },
    help: `Grants that it may use: ${GRANTS.join(', ')}.`,
    schema: texts(
      GRANTS.length,
      z.enum(GRANTS, { error: `must be ${list(GRANTS, 'or')}; no other grant is offered` }),
    ),
    default: ({ type }: DefaultFacts) => [type === 'service' ? 'client_credentials' : 'authorization_code'],
    defaultInWords: 'authorization_code; for a service client_credentials',
    metadata: 'grant_types',
  },
  scope: {
    option: { name: 'scope', type: 'list', value: 'scopes' },
    help: 'Scopes that it may ask for.',
    schema: text(4000).regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
      'must be scope names separated by single spaces',
    ),
    defaultInWords: 'all',
    metadata: 'scope',
  },
  authMethod: {
    option: { name: 'auth-method', type: 'text', value: 'method' },
    help: `How it authenticates at the token endpoint: ${AUTH_METHODS.join(', ')}.`,
    schema: z.enum(AUTH_METHODS, {
      error: ({ input }) =>
        input === 'client_secret_jwt'
          ? 'client_secret_jwt is not offered, because secrets are stored as hashes only; use private_key_jwt'
          : `must be ${list(AUTH_METHODS, 'or')}`,
    }),
    default: ({ type }: DefaultFacts) =>
      type === 'web' || type === 'service' ? 'client_secret_basic' : 'none',
    defaultInWords: 'client_secret_basic for web and service, none for spa and native',
    metadata: 'token_endpoint_auth_method',
  },
  /** RFC 9700 §2.1.1. */
  pkce: {
    option: { name: 'pkce', type: 'text', choices: ['required', 'ratchet', 'optional'] },
    help: 'For a client that authenticates; others always use PKCE. ratchet: it must use PKCE once it has used it for the first time.',
    schema: oneOf(['required', 'ratchet', 'optional']),
    default: ({ type }: DefaultFacts) => (type === 'spa' || type === 'native' ? 'required' : 'ratchet'),
    defaultInWords: 'ratchet; for spa and native required',
    setting: 'pkce',
  },
  idTokenClaims: {
    option: { name: 'id-token-claims', type: 'text', choices: ['on', 'off'] },
    help: 'Whether the ID token has the claims of the granted scopes (name, e-mail, …), too. off: only userinfo has them, which many libraries never ask.',
    schema: z.union([oneOf(['on', 'off']).transform((word) => word === 'on'), z.boolean()]),
    default: ({ type }: DefaultFacts) => type !== 'service',
    defaultInWords: 'on',
    setting: 'id_token_claims',
  },
  idTokenTtlSeconds: {
    option: { name: 'id-token-ttl', type: 'number', value: 'seconds' },
    help: 'How long its ID tokens live, 30 to 86400 seconds.',
    schema: seconds(30, 86_400),
    defaultInWords: '300',
    setting: 'id_token_ttl',
  },
  idTokenAlg: {
    option: { name: 'id-token-alg', type: 'text', value: 'alg' },
    help: `How ID tokens are signed: ${ID_TOKEN_ALGS.join(', ')}.`,
    schema: z.enum(ID_TOKEN_ALGS, {
      error: ({ input }) =>
        typeof input === 'string' && input.startsWith('HS')
          ? `${input.slice(0, 8)} is not offered, because secrets are stored as hashes only; use ${list(ID_TOKEN_ALGS, 'or')}`
          : `must be ${list(ID_TOKEN_ALGS, 'or')}`,
    }),
    default: 'RS256',
    metadata: 'id_token_signed_response_alg',
  },
  firstParty: {
    option: { name: 'first-party', type: 'flag' },
    help: 'It is your own app: people are not asked for consent.',
    schema: z.boolean(),
    default: false,
    setting: 'first_party',
  },
  subjectType: {
    option: { name: 'subject-type', type: 'text', choices: ['public', 'pairwise'] },
    help: 'pairwise: it gets a `sub` of its own for each person, different from that of other apps.',
    schema: oneOf(['public', 'pairwise']),
    default: 'public',
    metadata: 'subject_type',
  },
  sectorIdentifierUri: {
    option: { name: 'sector-identifier-uri', type: 'text', value: 'uri' },
    help: 'For pairwise, with redirect URIs of several hosts: the address of a JSON list of them (OIDC Core §8.1).',
    schema: text(2000),
    metadata: 'sector_identifier_uri',
  },
  origins: {
    option: { name: 'origin', type: 'list', value: 'origin' },
    help: 'Origins whose scripts may request tokens (CORS).',
    schema: texts(50, text(2000)),
    default: ({ type, redirectUris }: DefaultFacts) => (type === 'spa' ? originsOf(redirectUris) : []),
    defaultInWords: 'for spa those of the redirect URIs, else none',
    problem: problemOfOrigin,
    setting: 'origins',
  },
  defaultResource: {
    option: { name: 'resource', type: 'text', value: 'uri' },
    help: 'The API (resource server) that its tokens are for when it names none.',
    schema: text(500),
    problem: (uri: string) =>
      URL.canParse(uri) && !uri.includes('#') ? undefined : 'it must be an absolute URI without a fragment',
    setting: 'default_resource',
  },
  jwks: {
    option: { name: 'jwks', type: 'text', value: 'file' },
    help: 'Its public keys (a JSON Web Key Set) for private_key_jwt. Or --jwks-uri.',
    // Judged with the authentication method, in `rules.ts`.
    schema: z.unknown().transform((keys) => keys as JsonWebKeySet),
    metadata: 'jwks',
  },
  jwksUri: {
    option: { name: 'jwks-uri', type: 'text', value: 'uri' },
    help: 'The https address of its public keys, for private_key_jwt. They are fetched at its first use of them, and again when they change.',
    schema: text(2000),
    problem: problemOfKeysUri,
    metadata: 'jwks_uri',
  },
  assertionAudience: {
    option: { name: 'assertion-audience', type: 'text', choices: ['issuer', 'token-endpoint'] },
    help: 'What aud of its assertions (private_key_jwt) must be, as one string. token-endpoint: for a library that cannot send the issuer.',
    schema: oneOf(['issuer', 'token-endpoint']),
    default: 'issuer',
    setting: 'assertion_audience',
    kept: {
      from: (audience: string) => (audience === 'token-endpoint' ? audience : undefined),
      back: (audience: string) => audience,
    },
  },
  assertionAlg: {
    option: { name: 'assertion-alg', type: 'text', value: 'alg' },
    help: `The only algorithm that may sign its assertions (private_key_jwt): ${ID_TOKEN_ALGS.join(', ')}.`,
    schema: oneOf(ID_TOKEN_ALGS),
    defaultInWords: 'any of these',
    metadata: 'token_endpoint_auth_signing_alg',
  },
  /** RFC 9449 §5.2. */
  dpop: {
    ...requirement,
    option: { ...requirement.option, name: 'dpop' },
    help: 'required: its access tokens must be bound to a key of its own (RFC 9449); bearer tokens that it has already stop working.',
    metadata: 'dpop_bound_access_tokens',
  },
  /** RFC 9126 §6. */
  par: {
    ...requirement,
    option: { ...requirement.option, name: 'par' },
    help: 'required: it must push its authorization requests (RFC 9126).',
    metadata: 'require_pushed_authorization_requests',
  },
  /** FAPI 2.0 Security Profile §5.3.2.1: no rotation where tokens are bound to a key. */
  refreshRotation: {
    option: { name: 'refresh-rotation', type: 'text', choices: ['on', 'off'] },
    help: 'off: a refresh token stays the same (FAPI 2.0). Only for a client with private_key_jwt, or with another authentication and --dpop required.',
    schema: oneOf(['on', 'off']),
    default: 'on',
    setting: 'refresh_rotation',
  },
  /** OpenID Connect RP-Initiated Logout 1.0 §2. */
  signOut: {
    option: { name: 'sign-out', type: 'text', choices: ['by-hint', 'ask'] },
    help: 'Whether people are asked before it signs them out. by-hint: they are not asked if it sends an ID token of this sign-in, at most a day old, and a registered address to return to.',
    schema: oneOf(['by-hint', 'ask']),
    default: 'by-hint',
    setting: 'sign_out',
  },
  requireOfflineAccess: {
    option: { name: 'require-offline-access', type: 'flag' },
    help: 'It gets refresh tokens only if it asked for offline_access and the person allowed it.',
    schema: z.boolean(),
    default: false,
    setting: 'require_offline_access',
  },
  accessTokenTtlSeconds: {
    option: { name: 'access-token-ttl', type: 'number', value: 'seconds' },
    help: 'How long its access tokens live, 30 to 86400 seconds.',
    schema: seconds(30, 86_400),
    defaultInWords: 'as configured',
    setting: 'access_token_ttl',
  },
  refreshTtlSeconds: {
    option: { name: 'refresh-ttl', type: 'number', value: 'seconds' },
    help: 'How long a refresh token may be unused, 60 to 31536000 seconds.',
    schema: seconds(60, 31_536_000),
    defaultInWords: 'as configured',
    setting: 'refresh_ttl',
  },
  level: {
    option: { name: 'level', type: 'text', value: 'acr' },
    help: 'The level of sign-in that everybody must reach, such as 2 (oidc.levels).',
    schema: text(100),
    setting: 'level',
  },
  secondFactor: {
    option: { name: 'second-factor', type: 'text', choices: ['never', 'when_enrolled', 'required'] },
    help: 'When a second factor is asked for (see oidc.secondFactor).',
    schema: oneOf(['never', 'when_enrolled', 'required']),
    defaultInWords: 'as configured',
    setting: 'second_factor',
  },
  methods: {
    option: { name: 'method', type: 'list', value: 'method' },
    help: 'Ways to sign in that are offered.',
    schema: texts(20, text(50)),
    defaultInWords: 'all',
    setting: 'methods',
  },
  upstream: {
    option: { name: 'upstream', type: 'list', value: 'id' },
    help: 'Providers with which people can sign in to it.',
    schema: texts(50, text(50)),
    defaultInWords: 'all',
    setting: 'upstream',
  },
  upstreamTokens: {
    option: { name: 'upstream-tokens', type: 'list', value: 'id' },
    help: 'Providers whose access tokens it may get, for people who signed in there (docs/upstream.md). Only for a client that authenticates.',
    schema: texts(50, text(50)),
    defaultInWords: 'none',
    setting: 'upstream_tokens',
  },
  /** Handed over as a picture, a data: URL (RFC 2397); kept by its name, beside a table of pictures (`logos.ts`). */
  logo: {
    option: { name: 'logo-file', type: 'text', value: 'file' },
    help: 'Its logo, square: SVG of plain shapes, PNG or WebP, at most 20 KB. Gatehouse stores and serves it, and shows it at sign-in, at consent and in people’s lists of apps. --no-logo removes it.',
    schema: text(30_000),
    setting: 'logo',
  },
  color: {
    option: { name: 'color', type: 'text', value: '#rrggbb' },
    help: 'The colour of its sign-in pages, in both themes; changed as far as needed to stay readable.',
    schema: z.string({ error: 'must be text' }).regex(/^#[0-9a-f]{6}$/i, 'must be a colour as #rrggbb'),
    defaultInWords: 'that of the installation',
    setting: 'color',
  },
  /** Who may use it at all. Names: a role that is made anew has nobody. */
  allowedRoles: {
    option: { name: 'allowed-role', type: 'list', value: 'role' },
    help: 'Only people with one of these roles may use it; others see a page that says so. Not for a service.',
    schema: texts(50, text(100)),
    defaultInWords: 'everybody',
    setting: 'allowed_roles',
  },
  requires: {
    option: { name: 'require', type: 'list', value: 'step' },
    help: 'What people must do before they get to the app: terms:<name>, profile:<field>, confirmed-address (docs/required-steps.md).',
    schema: texts(50, text(150)),
    defaultInWords: 'what is required everywhere',
    setting: 'requires',
  },
  /** Beside these, `--in` and `--as` say where and how (`deeds.ts`). */
  claims: {
    option: { name: 'claim', type: 'list', value: 'name there=our claim' },
    help: 'A claim under the name that the app expects, such as memberOf=groups. People are asked for their consent as for any other claim. An update adds it to the existing ones.',
    schema: clientClaimsSchema,
    defaultInWords: 'none',
    setting: 'claims',
  },
  contacts: {
    option: { name: 'contact', type: 'list', value: 'address' },
    help: 'E-mail addresses for questions about it. The first one is shown to people who may not use it.',
    schema: texts(5, text(254).regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')),
    metadata: 'contacts',
  },
  logoUri: {
    ...page,
    option: { name: 'logo-uri', type: 'text', value: 'uri' },
    help: 'Its logo, for lists of apps. Our pages do not show it.',
    metadata: 'logo_uri',
  },
  clientUri: {
    ...page,
    option: { name: 'client-uri', type: 'text', value: 'uri' },
    help: 'Its home page.',
    metadata: 'client_uri',
  },
  policyUri: {
    ...page,
    option: { name: 'policy-uri', type: 'text', value: 'uri' },
    help: 'Its privacy policy.',
    metadata: 'policy_uri',
  },
  tosUri: {
    ...page,
    option: { name: 'tos-uri', type: 'text', value: 'uri' },
    help: 'Its terms of service.',
    metadata: 'tos_uri',
  },
  type: {
    option: { name: 'type', type: 'text', choices: CLIENT_TYPES },
    help: 'web: has a server. spa: runs in the browser. native: is installed. service: has no people.',
    schema: oneOf(CLIENT_TYPES),
    fixed: true,
    default: 'web',
    column: 'type',
  },
} as const satisfies ClientProperties;

type Rows = typeof CLIENT_PROPERTIES;
type Key = keyof Rows;
type KeyWith<What> = { [Each in Key]: Rows[Each] extends What ? Each : never }[Key];
type Value<Each extends Key> = z.output<Rows[Each]['schema']>;
type Kept<Each extends Key> = Rows[Each] extends { kept: { from(value: never): infer What } }
  ? Exclude<What, undefined>
  : Value<Each>;
/** Those that every client has: they are kept whatever was said. */
type Constant = Exclude<KeyWith<{ default: unknown } | { required: true }>, KeyWith<{ kept: object }>>;
type NameOf<Each extends Key> = Rows[Each] extends { metadata: infer Name extends string } ? Name : never;

/** What makes a client. All but the name have defaults. */
export type ClientInput = { [Each in KeyWith<{ required: true }>]: z.input<Rows[Each]['schema']> } & {
  [Each in Key]?: z.input<Rows[Each]['schema']> | undefined;
};

/** A change of a client: each named property is set, or put back to its default by `null`; the others stay. */
export type ClientChanges = {
  [Each in Exclude<Key, KeyWith<{ fixed: true }>>]?: ClientInput[Each] | null | undefined;
};

/** All properties of a client, with the defaults. */
export type CompleteInput = { [Each in KeyWith<{ default: unknown } | { required: true }>]: Value<Each> } & {
  [Each in Key]?: Value<Each>;
};

/** What the protocol knows of a client, in the names of OIDC Dynamic Client Registration 1.0 §2. */
export type ClientMetadata = {
  [Each in Constant & KeyWith<{ metadata: string }> as NameOf<Each>]: Kept<Each>;
} & {
  [Each in Exclude<KeyWith<{ metadata: string }>, Constant> as NameOf<Each>]?: Kept<Each>;
} & { response_types: 'code'[]; application_type: 'web' | 'native' };

/** What is our own about a client. */
export type ClientSettings = { [Each in Constant & KeyWith<{ setting: string }>]: Kept<Each> } & {
  [Each in Exclude<KeyWith<{ setting: string }>, Constant>]?: Kept<Each>;
};

/** The default in words; absent: there is none worth a word. */
export function defaultInWords(property: ClientProperty): string | undefined {
  return property.defaultInWords ?? (typeof property.default === 'string' ? property.default : undefined);
}

/** The table of `docs/clients.md`: option, name in JSON, default and meaning of each. */
export function propertiesInWords(properties: ClientProperties = CLIENT_PROPERTIES): string[][] {
  return Object.values(properties).map((property) => [
    `\`--${property.option.name}\``,
    `\`${property.metadata ?? property.setting ?? property.column}\``,
    property.required
      ? 'required'
      : (defaultInWords(property) ?? (property.option.type === 'flag' ? 'no' : 'none')),
    property.fixed ? `${property.help} It never changes.` : property.help,
  ]);
}

/** `a, b, and c`. */
export function list(values: readonly string[], word: 'and' | 'or'): string {
  return new Intl.ListFormat('en', { type: word === 'and' ? 'conjunction' : 'disjunction' }).format(values);
}
