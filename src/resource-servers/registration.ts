import { z } from 'zod';
import { isPlainText } from '../lib/text.ts';
import { resourceServerInvalid } from './errors.ts';

export const TOKEN_FORMATS = ['jwt', 'opaque'] as const;
export const SIGNING_ALGS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** An API whose access tokens we issue. Times are milliseconds since the epoch. */
export type ResourceServer = {
  id: `rs_${string}`;
  /** The resource indicator apps ask for (RFC 8707). */
  identifier: string;
  name?: string;
  /** `aud` of its tokens: the identifier, unless the API expects a plain name. */
  audience: string;
  tokenFormat: (typeof TOKEN_FORMATS)[number];
  signingAlg: (typeof SIGNING_ALGS)[number];
  accessTokenTtlSeconds?: number;
  /** The level of sign-in (`acr`) that everybody must reach for its tokens. */
  level?: string;
  /** `sentence` is what a person reads on the consent page. */
  scopes: { name: string; sentence: string }[];
  /** Its credentials at the introspection endpoint; SHA-256 of the secrets that have not expired. */
  introspection?: { id: string; secretHashes: string[] };
  createdAt: number;
  updatedAt: number;
};

const STANDARD_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

const text = (maximum: number) =>
  z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlainText, 'must be one line without control characters');

const ttlError = 'must be a whole number of seconds from 30 to 86400';

const inputSchema = z.strictObject({
  /** RFC 8707 §2: an absolute URI without a fragment. Compared exactly. */
  identifier: text(500)
    .refine(
      (uri) => !/\s/.test(uri) && URL.canParse(uri),
      'must be an absolute URI such as https://api.example.com',
    )
    .refine((uri) => !uri.includes('#'), 'must not have a fragment (#…)'),
  name: text(100).optional(),
  audience: text(500).optional(),
  tokenFormat: z.enum(TOKEN_FORMATS, { error: `must be ${TOKEN_FORMATS.join(' or ')}` }).default('jwt'),
  signingAlg: z.enum(SIGNING_ALGS, { error: `must be one of ${SIGNING_ALGS.join(', ')}` }).default('ES256'),
  accessTokenTtlSeconds: z.int({ error: ttlError }).min(30, ttlError).max(86_400, ttlError).optional(),
  /** The level of sign-in (`acr`) that everybody must reach for its tokens. */
  level: text(100).optional(),
  scopes: z
    .array(
      z.strictObject({
        // RFC 6749 §3.3: printable ASCII without space, quote and backslash.
        name: text(100)
          .regex(
            /^[\x21\x23-\x5b\x5d-\x7e]+$/,
            'must be printable ASCII without spaces, quotes and backslashes',
          )
          .refine(
            (name) => !STANDARD_SCOPES.has(name),
            'is a scope of OpenID Connect, which cannot be one of an API',
          ),
        sentence: text(200),
      }),
    )
    .max(200, 'must have at most 200 scopes')
    .refine(
      (scopes) => new Set(scopes.map(({ name }) => name)).size === scopes.length,
      'must not name one scope twice',
    )
    .default([]),
});

export type ResourceServerInput = z.input<typeof inputSchema>;
/** Each named setting is set, or put back to its default by `null`; the others stay. The identifier is for ever. */
export type ResourceServerChanges = {
  [Field in keyof Omit<ResourceServerInput, 'identifier'>]?: ResourceServerInput[Field] | null;
};

export type Registration = Pick<
  ResourceServer,
  | 'identifier'
  | 'name'
  | 'audience'
  | 'tokenFormat'
  | 'signingAlg'
  | 'accessTokenTtlSeconds'
  | 'level'
  | 'scopes'
>;

/** Checks an input and completes it with defaults. Throws `resource_servers.invalid` with all problems at once. */
export function register(input: ResourceServerInput): Registration {
  const result = inputSchema.safeParse(input);
  if (!result.success) throw resourceServerInvalid({ problems: problemsOf(result.error) });
  const { name, accessTokenTtlSeconds, level, ...rest } = result.data;
  return {
    ...rest,
    audience: rest.audience ?? rest.identifier,
    ...(name === undefined ? {} : { name }),
    ...(accessTokenTtlSeconds === undefined ? {} : { accessTokenTtlSeconds }),
    ...(level === undefined ? {} : { level }),
  };
}

/** Registers a resource server anew with some settings changed. */
export function registerAgain(before: Registration, changes: ResourceServerChanges): Registration {
  const input: Record<string, unknown> = {
    identifier: before.identifier,
    name: before.name,
    audience: before.audience,
    tokenFormat: before.tokenFormat,
    signingAlg: before.signingAlg,
    accessTokenTtlSeconds: before.accessTokenTtlSeconds,
    level: before.level,
    scopes: before.scopes,
  };
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) input[field] = value ?? undefined;
  }
  return register(input as ResourceServerInput);
}

function problemsOf(error: z.ZodError): { field: string; why: string }[] {
  return error.issues.map(({ path, message }) => ({
    field: String(path[0] ?? 'resourceServer'),
    why: message,
  }));
}
