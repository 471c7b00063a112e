import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { couldBeClientId, isHashedSecret } from '../clients/clients.ts';
import type { Clock } from '../lib/clock.ts';
import { nearest } from '../lib/nearest.ts';
import { TOKEN_MARKS } from './adapter/adapter.ts';
import { assertionAudienceOf } from './audiences.ts';
import { differencesOf, nearestUri } from './uri-differences.ts';

/**
 * What exactly was wrong with a protocol request: for the log, under the reference id that the client and the person
 * saw, and never for either of them. No secret, no token, nothing personal is repeated.
 */
export type Refusal = {
  /** One of the codes below; docs/troubleshooting.md lists them. */
  reason: string;
  /** One sentence for an operator. It may have to look something up. */
  explain(): Promise<string>;
};

export type RefusalsDeps = {
  clock: Clock;
  /** Clients of any state whose ids begin alike. */
  findSimilarClients(id: string): Promise<string[]>;
  isClientDisabled(id: string): Promise<boolean>;
  isResourceServer(identifier: string): Promise<boolean>;
  /** When a code or refresh token that the store does not give out any more had expired; milliseconds. */
  whenExpired(model: 'AuthorizationCode' | 'RefreshToken', id: string): Promise<number | undefined>;
};

/** The library's errors: `error_detail` is its own word to the operator. */
export type ProtocolError = Error & {
  error_detail?: string;
  error_description?: string;
  scope?: string;
  statusCode?: number;
};

type Client = {
  clientId: string;
  clientAuthMethod: string;
  clientSecret?: string;
  redirectUris: string[];
  postLogoutRedirectUris?: string[];
  grantTypes: string[];
  responseTypes: string[];
  scope?: string;
  gatehouse?: { scope?: string };
};

type Facts = {
  ctx: KoaContextWithOIDC;
  error: ProtocolError;
  params: Readonly<Record<string, unknown>>;
  client: Client | undefined;
  deps: RefusalsDeps;
  match: RegExpMatchArray;
};

type Row = {
  reason: string;
  /** Of the library's (or our own) detail, else its description. */
  says: RegExp;
  /** Only there. */
  on?: 'authorization_code' | 'refresh_token';
  explain(facts: Facts): string | undefined | Promise<string | undefined>;
};

/** Finds the reason at once; the sentence comes when it is asked for. */
export function judgeRefusal(ctx: KoaContextWithOIDC, error: ProtocolError, deps: RefusalsDeps): Refusal {
  const text = (error.error_detail ?? error.error_description ?? error.message).slice(0, MOST_OF_A_DETAIL);
  const params = (ctx.oidc?.params ?? {}) as Record<string, unknown>;
  for (const row of ROWS) {
    if (row.on !== undefined && params.grant_type !== row.on) continue;
    const match = text.match(row.says);
    if (!match) continue;
    const client = ctx.oidc?.client as unknown as Client | undefined;
    const facts = { ctx, error, params, client, deps, match };
    return { reason: row.reason, explain: async () => (await row.explain(facts)) ?? text };
  }
  const [reason, sentence] = BY_ERROR[error.message] ?? ['other'];
  return { reason, explain: async () => sentence ?? text };
}

/** The library's details are sentences; some repeat what was sent. */
const MOST_OF_A_DETAIL = 500;

/** What the library's words say too little about, by its error code. */
const BY_ERROR: Readonly<Record<string, readonly [reason: string, sentence?: string]>> = {
  login_required: [
    'prompt_none_without_session',
    'The app asked with prompt=none, and nobody is signed in in this browser as strongly as it takes; or the browser kept the session cookie back, as it does in the iframe of another site.',
  ],
  consent_required: [
    'prompt_none_without_consent',
    'The app asked with prompt=none for something that the person has not allowed it yet.',
  ],
  interaction_required: [
    'prompt_none_needs_person',
    'The app asked with prompt=none, and the person has to do something first; a native app never goes through silently (RFC 8252 §8.6).',
  ],
  slow_down: [
    'too_many_unused',
    'The network has begun more sign-ins, or pushed more requests of public clients, within a minute than oidc.unused.perMinute allows.',
  ],
  access_denied: ['denied', 'The person said no, or nothing was left that could be granted.'],
  unmet_authentication_requirements: ['level_not_reached'],
  invalid_request_object: ['request_object_invalid'],
  invalid_dpop_proof: ['dpop_proof_invalid'],
  use_dpop_nonce: ['dpop_nonce_needed'],
  invalid_token: ['access_token_invalid'],
};

/** Every row once, for the documentation and its test. */
export const listReasons = (): string[] => [
  ...new Set([
    ...ROWS.map(({ reason }) => reason),
    ...Object.values(BY_ERROR).map(([reason]) => reason),
    'other',
  ]),
];

/** The first row that fits speaks. */
const ROWS: readonly Row[] = [
  // The request as such
  {
    reason: 'parameter_missing',
    says: /^missing required parameters? (.+)$/,
    explain: ({ match, params }) =>
      `The request lacks ${match[1]}${match[1]?.includes('redirect_uri') && 'redirect_url' in params ? ' (it is not called redirect_url)' : ''}.`,
  },
  {
    reason: 'parameter_twice',
    says: /^(.+) parameters? must not be provided twice$/,
    explain: ({ match }) => `The request holds ${match[1]} more than once.`,
  },
  {
    reason: 'body_type_wrong',
    says: /^only (\S+) content-type bodies are supported/,
    explain: ({ match, ctx }) =>
      `The body must be ${match[1]}; the request said ${quote(ctx.get('content-type') || 'nothing')}.`,
  },

  // Who the client is (RFC 6749 §2.3)
  { reason: 'client_unknown', says: /^client not found$/, explain: explainUnknownClient },
  {
    reason: 'client_auth_missing',
    says: /^no client authentication mechanism provided$/,
    explain: () =>
      'The request names no client: there is no Authorization header, no client_id and no client_assertion.',
  },
  {
    reason: 'client_auth_twice',
    says: /^client authentication must only be provided using one mechanism$/,
    explain: () =>
      'The request authenticates in two ways at once: keep one of the Authorization header, client_secret and client_assertion (RFC 6749 §2.3).',
  },
  {
    reason: 'client_auth_method_wrong',
    says: /^the provided authentication mechanism does not match/,
    explain: ({ ctx, params, client }) =>
      `The request authenticates with ${methodUsed(ctx, params)}, and the client is registered for ${client?.clientAuthMethod}.`,
  },
  { reason: 'client_secret_wrong', says: /^invalid secret provided$/, explain: explainWrongSecret },
  {
    reason: 'client_auth_malformed',
    says: /^(invalid authorization header value format|client_id and client_secret in the authorization header|client_secret must be provided)/,
    explain: ({ match }) =>
      match[1]?.startsWith('client_secret must')
        ? 'The Authorization header holds a client_id and an empty secret.'
        : 'The Authorization header must be "Basic", a space, and base64 of client_id:secret, each percent-encoded first (RFC 6749 §2.3.1).',
  },
  {
    reason: 'client_id_contradicts',
    says: /^client_id (mismatch|does not match)/,
    explain: () => 'The client_id of the body is another one than that of the client authentication.',
  },
  {
    reason: 'client_assertion_audience',
    says: /audience \(aud\)|aud \(JWT audience\)/,
    explain: explainAudience,
  },
  {
    reason: 'client_assertion_expired',
    says: /^jwt expired$/,
    explain: ({ params, deps }) => {
      const { exp } = claimsOf(params.client_assertion);
      return `The client_assertion expired ${secondsAgo(exp, deps.clock)}; make a new one for each request, and look at the client's clock.`;
    },
  },
  {
    reason: 'client_assertion_early',
    says: /^jwt (not active yet|issued in the future)$/,
    explain: () =>
      "The client_assertion is valid from a time that has not come yet: the client's clock is ahead.",
  },
  {
    reason: 'client_assertion_reused',
    says: /^(client assertion tokens must only be used once|it was used before)$/,
    explain: () => 'The client_assertion (its jti) was used before; make a new one for each request.',
  },
  {
    reason: 'client_assertion_signature',
    says: /signature verification failed|no applicable key found|invalid signature/,
    explain: ({ params }) => {
      const { kid, alg } = headerOf(params.client_assertion);
      return `No key that the client registered (jwks) verifies the client_assertion, which is signed with ${quote(String(alg))}, kid ${quote(String(kid ?? 'none'))}.`;
    },
  },
  {
    reason: 'client_assertion_alg',
    says: /^alg mismatch$/,
    explain: ({ params }) =>
      `The client_assertion is signed with ${quote(String(headerOf(params.client_assertion).alg))}, which is not one that the client registered or the server takes.`,
  },
  {
    reason: 'client_assertion_malformed',
    says: /client_assertion|JWT ID|JWT issuer|JWT subject/,
    explain: ({ match, error }) => `The client_assertion is wrong: ${error.error_detail ?? match[0]}.`,
  },

  // Authorization requests
  {
    reason: 'redirect_uri_unregistered',
    says: /^redirect_uri did not match/,
    explain: ({ params, client }) =>
      explainRedirectUri('redirect_uri', params.redirect_uri, client?.redirectUris),
  },
  {
    reason: 'post_logout_redirect_uri_unregistered',
    says: /^post_logout_redirect_uri not registered$/,
    explain: ({ params, client }) =>
      explainRedirectUri(
        'post_logout_redirect_uri',
        params.post_logout_redirect_uri,
        client?.postLogoutRedirectUris,
      ),
  },
  {
    reason: 'pkce_missing',
    says: /policy requires PKCE/,
    explain: () => 'The request has no code_challenge. Every client uses PKCE here (RFC 9700 §2.1.1).',
  },
  {
    reason: 'pkce_method_wrong',
    says: /^(not supported value of code_challenge_method|code_challenge_method must be provided|unsupported code_challenge_method)$/,
    explain: ({ params }) =>
      `code_challenge_method is ${quote(String(params.code_challenge_method ?? 'missing (which means plain)'))}; it must be S256.`,
  },
  {
    reason: 'pkce_challenge_missing',
    says: /^code_challenge must be provided with/,
    explain: () => 'The request has a code_challenge_method and no code_challenge.',
  },
  {
    reason: 'pkce_malformed',
    says: /^(code_challenge|code_verifier) (must be a string|contains invalid)/,
    explain: ({ match, params }) =>
      explainMalformedPkce(match[1] ?? '', String(params[match[1] ?? ''] ?? '')),
  },
  {
    reason: 'response_type_unsupported',
    says: /^(unsupported response_type requested|requested response_type is not allowed)/,
    explain: ({ params, client }) =>
      `response_type is ${quote(String(params.response_type))}; this client may use ${list(client?.responseTypes)}.`,
  },
  {
    reason: 'response_mode_unsupported',
    says: /response_mode/,
    explain: ({ ctx, match }) =>
      `response_mode ${quote(String((ctx.query as Record<string, unknown>)?.response_mode ?? ''))}: ${match.input}. query is always possible.`,
  },
  {
    reason: 'prompt_malformed',
    says: /^(unsupported prompt value|prompt none must only|invalid max_age)/,
    explain: ({ params }) =>
      `prompt is ${quote(String(params.prompt ?? ''))} and max_age ${quote(String(params.max_age ?? ''))}: prompt may be none alone, or login and consent; max_age is a number of seconds.`,
  },
  {
    reason: 'openid_scope_missing',
    says: /^openid scope must be requested/,
    explain: ({ match }) => `${match.input}. Add openid to scope, or leave that parameter out.`,
  },
  {
    reason: 'request_uri_unknown',
    says: /^(request_uri is invalid, expired|invalid request_uri)/,
    explain: () =>
      'No pushed request is known under this request_uri: it is good for one use within 60 s, and for the client that pushed it.',
  },
  {
    reason: 'request_by_value_unsupported',
    says: /^request_(not_supported|uri_not_supported)$/,
    explain: ({ match }) =>
      `${match[1] === 'not_supported' ? 'request' : 'request_uri'} was used; only request_uri of a pushed request (RFC 9126) is supported.`,
  },
  {
    reason: 'id_token_hint_invalid',
    says: /id_token_hint/,
    explain: ({ match, error }) =>
      `${match.input}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}: it must be an ID token that this issuer gave to this client.`,
  },
  {
    reason: 'claims_malformed',
    says: /^(claims|could not parse the claims)/,
    explain: ({ match }) => `The parameter claims is wrong: ${match.input} (OIDC Core §5.5).`,
  },

  // Scopes and resources
  {
    reason: 'scope_not_allowed',
    says: /^(requested scope is not allowed|scope contains invalid characters)/,
    explain: ({ error, client }) =>
      error.scope === undefined
        ? 'scope holds a character that no scope may have: scopes are separated by single spaces (RFC 6749 §3.3).'
        : `The client may not ask for the scope ${quote(error.scope)}; it is registered for ${quote(client?.gatehouse?.scope ?? client?.scope ?? '')}.`,
  },
  {
    reason: 'refresh_scope_wider',
    says: /^refresh token missing requested scope/,
    explain: ({ error }) =>
      `The refresh asks for ${quote(error.scope ?? '')}, which was not granted at the sign-in, or which the client may not ask any more; a refresh can only narrow (RFC 6749 §6).`,
  },
  {
    reason: 'nothing_left',
    says: /^nothing of it may be given any more$/,
    explain: ({ params, client }) =>
      `Of what was granted or asked for${params.scope ? ` (${quote(String(params.scope))})` : ''} nothing may be given any more: the client may ask for ${quote(client?.gatehouse?.scope ?? 'every scope')}, and the API offers what resource-servers show says.`,
  },
  { reason: 'resource_unknown', says: /^no resource server is registered/, explain: explainUnknownResource },
  {
    reason: 'resource_malformed',
    says: /^resource indicator must (be an absolute URI|not contain a fragment)/,
    explain: () => 'resource must be an absolute URI without a fragment (RFC 8707 §2).',
  },
  {
    reason: 'resource_many',
    says: /^only a single resource indicator/,
    explain: () =>
      'Several resources were granted and a token is for one: name it with the parameter resource at /token (RFC 8707 §2.2).',
  },
  {
    reason: 'resource_not_granted',
    says: /^resource indicator is missing, or unknown$/,
    explain: ({ params }) =>
      `The resource ${quote(String(params.resource))} was not part of the authorization request, so no token is given for it.`,
  },

  // Codes (RFC 6749 §4.1.3)
  {
    reason: 'code_unknown',
    says: /^authorization code not found$/,
    explain: ({ params, deps }) => explainMissing('AuthorizationCode', params.code, deps),
  },
  {
    reason: 'code_expired',
    says: /^authorization code is expired$/,
    explain: () => 'The code was redeemed too late: it is good for 60 s.',
  },
  {
    reason: 'code_used',
    says: /^authorization code already consumed$/,
    explain: () =>
      'The code was redeemed before. A double click is harmless; more than 2 s later it counts as theft, and what the first one gave has ended.',
  },
  {
    reason: 'code_of_another_client',
    says: /^client mismatch$/,
    on: 'authorization_code',
    explain: async ({ ctx, params, client }) =>
      `The code was given to ${(await codeOf(ctx, params))?.clientId ?? 'another client'} and is redeemed by ${client?.clientId}.`,
  },
  {
    reason: 'code_of_another_redirect_uri',
    says: /^authorization code redirect_uri mismatch$/,
    explain: async ({ ctx, params }) => {
      const asked = String(params.redirect_uri);
      const sent = (await codeOf(ctx, params))?.redirectUri;
      const differences = sent === undefined ? undefined : differencesOf(asked, sent);
      return `redirect_uri differs from the one of the authorization request in ${joined(differences ?? ['its value'])}; both must be the same text.`;
    },
  },
  {
    reason: 'pkce_verifier_missing',
    says: /^code_verifier must be provided$/,
    explain: () =>
      'The authorization request had a code_challenge, and the token request has no code_verifier: the app lost it, perhaps because it keeps it for one tab or one server only.',
  },
  { reason: 'pkce_verifier_wrong', says: /^code_verifier does not match/, explain: explainWrongVerifier },

  // Refresh tokens
  {
    reason: 'refresh_token_unknown',
    says: /^refresh token not found$/,
    explain: ({ params, deps }) => explainMissing('RefreshToken', params.refresh_token, deps),
  },
  {
    reason: 'refresh_token_of_another_client',
    says: /^client mismatch$/,
    on: 'refresh_token',
    explain: async ({ ctx, params, client }) =>
      `The refresh token was given to ${(await refreshTokenOf(ctx, params))?.clientId ?? 'another client'} and is used by ${client?.clientId}.`,
  },
  {
    reason: 'refresh_token_expired',
    says: /^refresh token is expired$/,
    explain: () => 'The refresh token was not used for too long, or its grant has reached its absolute end.',
  },
  {
    reason: 'refresh_token_used',
    says: /^refresh token already used$/,
    explain: () =>
      'The refresh token was used before, longer ago than an honest retry takes: its grant has ended. Either it was stolen, or the app keeps old tokens; it must store the new one of every answer.',
  },
  {
    reason: 'grant_ended',
    says: /^(grant not found|grant is expired|the grant was ended meanwhile)$/,
    explain: () =>
      'The grant has ended: the person signed out or withdrew the consent, an operator ended it, or a stolen token did. The app has to send the person to sign in again.',
  },
  {
    reason: 'session_ended',
    says: /^the (session|sign-in|interaction) was ended meanwhile$/,
    explain: () =>
      'While the request ran, the person was signed out: by themselves elsewhere, by an operator, or because their password changed. They have to sign in again.',
  },
  {
    reason: 'person_gone',
    says: /referenced account not found|associated account not found/,
    explain: () => 'The person was deleted or disabled since.',
  },

  // The token endpoint
  {
    reason: 'grant_type_unsupported',
    says: /^unsupported grant_type requested$/,
    explain: ({ params }) => `There is no grant_type ${quote(String(params.grant_type))} here.`,
  },
  {
    reason: 'grant_type_not_allowed',
    says: /^requested grant type is not allowed/,
    explain: ({ params, client }) =>
      `The client may not use ${quote(String(params.grant_type))}; it is registered for ${list(client?.grantTypes)} (gatehouse clients update --grant …).`,
  },
  {
    reason: 'origin_not_allowed',
    says: /^origin (\S+) not allowed for client/,
    explain: ({ match }) =>
      `Scripts of ${quote(match[1] ?? '')} may not call this endpoint for the client; gatehouse clients update --origin … allows it.`,
  },

  // DPoP (RFC 9449)
  {
    reason: 'dpop_time',
    says: /^DPoP proof iat is not recent enough/,
    explain: ({ ctx, deps }) => {
      const { iat } = claimsOf(ctx.get('dpop'));
      const seconds = typeof iat === 'number' ? Math.round(deps.clock.now() / 1000 - iat) : Number.NaN;
      const side = seconds < 0 ? 'ahead of' : 'behind';
      return `The iat of the proof (DPoP) is ${Math.abs(seconds)} s ${side} this server's clock; the client's clock is wrong, or the proof was kept.`;
    },
  },
  {
    reason: 'dpop_target',
    says: /^DPoP proof (htm|htu) mismatch/,
    explain: ({ ctx, match }) => {
      const claims = claimsOf(ctx.get('dpop'));
      if (match[1] === 'htm')
        return `The proof (DPoP) is for the method ${quote(String(claims.htm))}, and this is ${ctx.method}.`;
      const expected = ctx.oidc.urlFor(ctx.oidc.route);
      const differences = differencesOf(String(claims.htu).replace(/[?#][\s\S]*$/, ''), expected);
      return `The htu of the proof (DPoP) differs from ${expected} in ${joined(differences ?? ['its value'])}.`;
    },
  },
  {
    reason: 'dpop_replayed',
    says: /^DPoP proof JWT Replay detected/,
    explain: () => 'The proof (DPoP, its jti) was used before; make a new one for each request.',
  },
  {
    reason: 'dpop_missing',
    says: /^(DPoP proof JWT not provided|missing DPoP proof JWT)$/,
    explain: ({ match }) =>
      match[1]?.startsWith('missing')
        ? 'The request has no proof (DPoP), and what it presents was bound to a key: by dpop_jkt or a proof at the authorization request, or by earlier access tokens of its grant (RFC 9449 §5, §10).'
        : 'The request has no proof (DPoP), and the client must send one with each token request (gatehouse clients update --dpop).',
  },
  {
    reason: 'dpop_key_wrong',
    says: /^(failed jkt verification|the refresh token belongs to another key|DPoP proof key thumbprint|`DPoP` header not provided|DPoP proof ath)/,
    explain: ({ match }) =>
      `${match.input}: the token belongs to a key (DPoP), and the request has no proof, or one of another key or token.`,
  },

  // Using tokens
  {
    reason: 'access_token_unknown',
    says: /^access token not found$/,
    explain: ({ ctx }) =>
      isJwt(ctx.get('authorization').split(' ')[1])
        ? 'The access token is a JWT for a resource server; userinfo wants the one that is given when openid is asked without resource.'
        : 'The access token was never given here, has expired, has ended with its grant, or its client may not do any more what it came by (gatehouse clients show).',
  },
  {
    reason: 'access_token_for_another',
    says: /^token audience prevents/,
    explain: () =>
      'The access token is for a resource server, not for userinfo (ask openid without resource).',
  },
  {
    reason: 'access_token_without_openid',
    says: /^access token missing (openid|requested) scope/,
    explain: ({ error }) => `The access token lacks the scope ${quote(error.scope ?? '')}.`,
  },
  {
    reason: 'token_of_another_client',
    says: /^client is not authorized to revoke/,
    explain: () => 'The token that is to be revoked was given to another client (RFC 7009 §2.1).',
  },
  {
    reason: 'jwt_not_revocable',
    says: /^Structured JWT Tokens/,
    explain: () =>
      'A JWT access token cannot be taken back; revoke the refresh token, and the JWT ends within minutes.',
  },

  // Sessions
  {
    reason: 'interaction_over',
    says: /^(authorization request has expired|interaction session|authorization session)/,
    explain: () =>
      'The sign-in was open for too long, was finished in another tab, or comes from a browser that did not begin it.',
  },
];

function explainAudience({ ctx, params }: Facts): string {
  const { aud } = claimsOf(params.client_assertion);
  const right = assertionAudienceOf(ctx.oidc, ctx.oidc.client);
  if (Array.isArray(aud) && aud.map(String).includes(right))
    return `The client_assertion names its audience in a list; its aud must be ${right} alone, as one string.`;
  const named = aud === undefined ? 'nobody (it has no aud)' : quote(String(aud));
  const endpoints = [ctx.oidc.urlFor('token'), ctx.oidc.urlFor(ctx.oidc.route)];
  const isOurs = right === ctx.oidc.issuer && endpoints.includes(String(aud));
  const way = isOurs
    ? ' For a library that cannot name the issuer: gatehouse clients update --assertion-audience token-endpoint, and the token endpoint at every endpoint.'
    : '';
  return `The client_assertion is for ${named}; its aud must be ${right}, as one string.${way}`;
}

async function explainUnknownClient({ ctx, params, deps }: Facts): Promise<string> {
  const asked = clientIdOf(ctx, params) ?? '';
  if (asked === '') return 'The request names no client.';
  if (asked.length > LONGEST_ID || !couldBeClientId(asked.trim()))
    return `The client_id cannot be one: it has ${asked.length} characters, or others than ids have.`;
  if (await deps.isClientDisabled(asked))
    return `The client ${quote(asked)} is disabled (gatehouse clients enable).`;
  const similar = await deps.findSimilarClients(asked);
  const meant =
    nearest(asked.trim().toLowerCase(), similar) ?? similar.find((id) => id.startsWith(asked.trim()));
  if (meant === undefined) return `No client has the id ${quote(asked)}.`;
  if (asked.trim() === meant) return `The client_id has blanks around it; without them it is ${meant}.`;
  if (meant.startsWith(asked)) return `The client_id is cut off; ${meant} begins like it.`;
  if (asked.toLowerCase() === meant) return `The client_id has capitals; ${meant} is written without.`;
  return `No client has the id ${quote(asked)}; ${meant} is nearly the same.`;
}

/** With blanks around it. */
const LONGEST_ID = 100;

/** The secret itself is not repeated, and neither is its length. */
function explainWrongSecret({ ctx, params, client }: Facts): string {
  const presented = secretOf(ctx, params);
  const isRight = (text: string) =>
    client?.clientSecret !== undefined && isHashedSecret(client.clientSecret, text);
  if (presented === undefined || presented.length > LONGEST_SECRET) return 'The client_secret is wrong.';
  if (isRight(presented.trim())) return 'The client_secret is right but for blanks or a line end around it.';
  if (isRight(decodeQuietly(presented)))
    return 'The client_secret is right but percent-encoded once too often.';
  if (isRight(presented.replaceAll(/^["']|["']$/g, '')))
    return 'The client_secret is right but has quotes around it.';
  if (presented === client?.clientId) return 'The client_secret is the client_id.';
  if (/^[$<{]|^(changeme|secret|your[-_ ])/i.test(presented))
    return 'The client_secret looks like a placeholder that was not filled in.';
  return 'The client_secret is not one of the client’s (gatehouse clients rotate-secret makes another one).';
}

/** Ours have 43 characters, each percent-encoded three. */
const LONGEST_SECRET = 500;

function explainRedirectUri(name: string, asked: unknown, registered: readonly string[] = []): string {
  if (typeof asked !== 'string') return `${name} is missing.`;
  if (asked.length > LONGEST_URI)
    return `${name} has ${asked.length} characters, and a registered one at most ${LONGEST_URI}.`;
  const best = nearestUri(asked, registered);
  if (!best) return `${name} is given, and the client has none registered.`;
  return `${name} differs from the registered ${best.uri} in ${joined(best.differences)}.`;
}

/** What a registration takes (`clients/registration.ts`). */
const LONGEST_URI = 2000;

async function explainUnknownResource({ params, deps }: Facts): Promise<string> {
  const asked = [params.resource].flat().slice(0, MOST_RESOURCES).map(String);
  for (const identifier of asked) {
    if (identifier.length > LONGEST_URI)
      return 'No resource server is registered under an identifier of that length.';
    if (await deps.isResourceServer(identifier)) continue;
    for (const other of variantsOf(identifier)) {
      if (!(await deps.isResourceServer(other))) continue;
      return `No resource server is registered as this; ${other} is, and differs from it in ${joined(differencesOf(identifier, other) ?? [])}.`;
    }
    return `No resource server is registered under ${quote(identifier)}; it is compared as a text.`;
  }
  return 'No resource server is registered under this identifier.';
}

const MOST_RESOURCES = 20;

function variantsOf(identifier: string): string[] {
  const trimmed = identifier.trim();
  const withoutSlash = trimmed.replace(/(?<!\/)\/+$/, '');
  const others = [trimmed, withoutSlash, `${withoutSlash}/`];
  const swapped = others.map((uri) =>
    uri.startsWith('http:') ? uri.replace('http:', 'https:') : uri.replace('https:', 'http:'),
  );
  return [...new Set([...others, ...swapped, trimmed.toLowerCase()])].filter((uri) => uri !== identifier);
}

async function explainMissing(
  model: 'AuthorizationCode' | 'RefreshToken',
  presented: unknown,
  { whenExpired, clock }: RefusalsDeps,
): Promise<string> {
  const text = String(presented ?? '');
  const what = model === 'RefreshToken' ? 'refresh token' : 'code';
  if (text.length > LONGEST_TOKEN)
    return `What was sent as a ${what} has ${text.length} characters: it is none of ours.`;
  if (isJwt(text)) return `What was sent as a ${what} is a JWT: an access token or an ID token.`;
  if (text.length !== TOKEN_LENGTH && Object.values(TOKEN_MARKS).some((mark) => text.startsWith(mark)))
    return `What was sent as a ${what} is an access token.`;
  if (text !== text.trim()) return `The ${what} has blanks or a line end around it.`;
  if (/%[\da-f]{2}/i.test(text)) return `The ${what} is percent-encoded once too often.`;
  if (text.length !== TOKEN_LENGTH) {
    return `What was sent as a ${what} has ${text.length} characters, and ours have ${TOKEN_LENGTH}: it was cut off, or is none of ours.`;
  }
  const expiredAt = await whenExpired(model, text);
  if (expiredAt !== undefined) return `The ${what} expired ${secondsAgo(expiredAt / 1000, clock)}.`;
  return model === 'RefreshToken'
    ? 'The refresh token is not known: its grant has ended (sign-out, withdrawn consent, theft), it expired long ago, or another issuer gave it.'
    : 'The code is not known: it expired more than a minute ago, its grant has ended, or another issuer gave it.';
}

/** 256 random bits as base64url: the library's tokens, and our HMACs in their place. */
const TOKEN_LENGTH = 43;
/** A JWT in the wrong place is told from what is nothing at all. */
const LONGEST_TOKEN = 8 * 1024;

function explainMalformedPkce(name: string, value: string): string {
  if (name === 'code_challenge' && value.includes('='))
    return 'code_challenge has padding (=); base64url is written without it (RFC 7636 appendix A).';
  if (/[+/]/.test(value))
    return `${name} is base64, and must be base64url: - for +, and _ for / (RFC 7636 §4.1).`;
  if (value.length < 43 || value.length > 128)
    return `${name} has ${value.length} characters; it must have 43 to 128 (RFC 7636 §4.1).`;
  return `${name} may hold letters, digits, and - . _ ~ only (RFC 7636 §4.1).`;
}

/** Tries what apps get wrong in making a challenge. */
async function explainWrongVerifier({ ctx, params }: Facts): Promise<string> {
  const challenge = (await codeOf(ctx, params))?.codeChallenge;
  const verifier = String(params.code_verifier ?? '');
  if (challenge === undefined)
    return 'The token request has a code_verifier, and the authorization request had no code_challenge.';
  const hash = (encoding: 'base64' | 'hex') => createHash('sha256').update(verifier).digest(encoding);
  if (challenge === verifier)
    return 'code_challenge and code_verifier are the same text: the challenge must be its SHA-256 (S256, not plain).';
  if (challenge === hash('base64')) return 'code_challenge is base64 of the SHA-256, and must be base64url.';
  if (challenge === hash('hex'))
    return 'code_challenge is the SHA-256 in hex, and must be base64url of its bytes.';
  const ofHex = createHash('sha256').update(verifier).digest('hex');
  if (challenge === Buffer.from(ofHex).toString('base64url'))
    return 'code_challenge is base64url of the SHA-256 in hex: encode the 32 bytes, not their hex.';
  return 'code_verifier is of another sign-in: perhaps two of them ran at once and the app kept one verifier for both.';
}

type Issued = { clientId?: string; redirectUri?: string; codeChallenge?: string };

async function codeOf(ctx: KoaContextWithOIDC, { code }: Facts['params']): Promise<Issued | undefined> {
  return ctx.oidc.provider.AuthorizationCode.find(String(code), { ignoreExpiration: true }) as Promise<
    Issued | undefined
  >;
}

async function refreshTokenOf(
  ctx: KoaContextWithOIDC,
  { refresh_token: token }: Facts['params'],
): Promise<Issued | undefined> {
  return ctx.oidc.provider.RefreshToken.find(String(token), { ignoreExpiration: true }) as Promise<
    Issued | undefined
  >;
}

/** How a client said who it is, in the words of its registration. */
function methodUsed(ctx: KoaContextWithOIDC, params: Facts['params']): string {
  if (params.client_assertion !== undefined) return 'private_key_jwt (a client_assertion)';
  if (params.client_secret) return 'client_secret_post (client_secret in the body)';
  if (ctx.get('authorization') !== '') return 'client_secret_basic (an Authorization header)';
  return 'none (only a client_id)';
}

/** Also before the client was found: from the body, the header or the assertion. */
function clientIdOf(ctx: KoaContextWithOIDC, params: Facts['params']): string | undefined {
  if (typeof params.client_id === 'string') return params.client_id;
  const { sub } = claimsOf(params.client_assertion);
  return typeof sub === 'string' ? sub : basicOf(ctx)?.[0];
}

function secretOf(ctx: KoaContextWithOIDC, params: Facts['params']): string | undefined {
  return typeof params.client_secret === 'string' ? params.client_secret : basicOf(ctx)?.[1];
}

function basicOf(ctx: KoaContextWithOIDC): [id: string, secret: string] | undefined {
  const [, encoded] = /^basic (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const at = text.indexOf(':');
  const part = (piece: string) => decodeQuietly(piece.replaceAll('+', '%20'));
  return at < 0 ? undefined : [part(text.slice(0, at)), part(text.slice(at + 1))];
}

function claimsOf(jwt: unknown): Record<string, unknown> {
  return partOf(jwt, 1);
}

function headerOf(jwt: unknown): Record<string, unknown> {
  return partOf(jwt, 0);
}

function partOf(jwt: unknown, index: number): Record<string, unknown> {
  try {
    const part = String(jwt).split('.', 3)[index] ?? '';
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isJwt = (text: string | undefined) => text !== undefined && 'alg' in headerOf(text);

function decodeQuietly(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function secondsAgo(seconds: unknown, clock: Clock): string {
  return typeof seconds === 'number'
    ? `${Math.max(0, Math.round(clock.now() / 1000 - seconds))} s ago`
    : 'before';
}

function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function list(words: readonly string[] = []): string {
  return words.length === 0 ? 'none' : words.join(', ');
}

/** What a stranger sent, for a log: short, and on one line. */
function quote(text: string): string {
  const start = text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?');
  return JSON.stringify(text.length > 80 ? `${start}…` : start);
}
