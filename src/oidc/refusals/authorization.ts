import { nearestUri } from '../uri-differences.ts';
import { joined, LONGEST_URI, list, quote } from './presented.ts';
import type { Client, Row } from './row.ts';

/** Authorization requests, and the sign-in that one begins. */
export const authorizationRows: readonly Row[] = [
  {
    reason: 'redirect_uri_unregistered',
    told: 'redirect_uri',
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
    explain: ({ client }) => `The request has no code_challenge. ${whyPkce(client)} (RFC 9700 §2.1.1).`,
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
    told: 'way',
    says: /^(unsupported response_type requested|requested response_type is not allowed)/,
    explain: ({ params, client }) =>
      `response_type is ${quote(String(params.response_type))}; this client may use ${list(client?.responseTypes)}.`,
  },
  {
    reason: 'response_mode_unsupported',
    told: 'way',
    says: /response_mode/,
    explain: ({ ctx, match }) =>
      `response_mode ${quote(String((ctx.query as Record<string, unknown>)?.response_mode ?? ''))}: ${match.input}. query is always possible.`,
  },
  {
    reason: 'prompt_malformed',
    says: /^(unsupported prompt value|prompt none must only|invalid max_age)/,
    explain: ({ params }) =>
      `prompt is ${quote(String(params.prompt ?? ''))} and max_age ${quote(String(params.max_age ?? ''))}: prompt may be none alone, or some of login, consent, select_account and create; max_age is a number of seconds.`,
  },
  {
    reason: 'openid_scope_missing',
    says: /^openid scope must be requested/,
    explain: ({ match }) => `${match.input}. Add openid to scope, or leave that parameter out.`,
  },
  {
    reason: 'request_uri_unknown',
    told: 'request_uri',
    says: /^(request_uri is invalid, expired|invalid request_uri)/,
    explain: () =>
      'No pushed request is known under this request_uri: it is good for one use within 60 s, and for the client that pushed it.',
  },
  {
    reason: 'request_by_value_unsupported',
    told: 'way',
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
  {
    reason: 'interaction_over',
    says: /^(authorization request has expired|interaction session|authorization session)/,
    explain: () =>
      'The sign-in was open for too long, was finished in another tab, or comes from a browser that did not begin it.',
  },
  {
    reason: 'sign_out_over',
    told: 'sign_out',
    says: /^(could not find logout details|xsrf token invalid)$/,
    explain: () =>
      'The form of the sign-out page was sent a second time, was open for too long, or is of another browser.',
  },
  {
    reason: 'session_ended',
    says: /^the (session|sign-in|interaction) was ended meanwhile$/,
    explain: () =>
      'While the request ran, the person was signed out: by themselves elsewhere, by an operator, or because their password changed. They have to sign in again.',
  },
];

function explainRedirectUri(name: string, asked: unknown, registered: readonly string[] = []): string {
  if (typeof asked !== 'string') return `${name} is missing.`;
  if (asked.length > LONGEST_URI)
    return `${name} has ${asked.length} characters, and a registered one at most ${LONGEST_URI}.`;
  const best = nearestUri(asked, registered);
  if (!best) return `${name} is given, and the client has none registered.`;
  return `${name} differs from the registered ${best.uri} in ${joined(best.differences)}.`;
}

function explainMalformedPkce(name: string, value: string): string {
  if (name === 'code_challenge' && value.includes('='))
    return 'code_challenge has padding (=); base64url is written without it (RFC 7636 appendix A).';
  if (/[+/]/.test(value))
    return `${name} is base64, and must be base64url: - for +, and _ for / (RFC 7636 §4.1).`;
  if (value.length < 43 || value.length > 128)
    return `${name} has ${value.length} characters; it must have 43 to 128 (RFC 7636 §4.1).`;
  return `${name} may hold letters, digits, and - . _ ~ only (RFC 7636 §4.1).`;
}

/** Why PKCE is demanded of this client, and by which command an operator changes it. */
function whyPkce(client: Client | undefined): string {
  if (client?.clientAuthMethod === 'none') return 'A client without authentication always uses PKCE';
  const { pkce, pkceSince } = client?.gatehouse ?? {};
  const change = `clients update ${client?.clientId} --pkce optional`;
  if (pkce === 'required') return `This client must use PKCE; ${change} lets it do without`;
  if (pkce === 'ratchet' && pkceSince !== undefined) {
    const since = new Date(pkceSince).toISOString();
    return `This client has used PKCE since ${since}, and must since then; ${change} lets it do without`;
  }
  return 'Every client uses PKCE here, by the setting oidc.requirePkce';
}
