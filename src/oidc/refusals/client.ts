import { couldBeClientId, isHashedSecret } from '../../clients/clients.ts';
import { nearest } from '../../lib/nearest.ts';
import { assertionAudienceOf } from '../audiences.ts';
import {
  claimsOf,
  clientIdOf,
  decodeQuietly,
  headerOf,
  methodUsed,
  quote,
  secondsAgo,
  secretOf,
} from './presented.ts';
import type { Facts, Row } from './row.ts';

/** Who the client is (RFC 6749 §2.3). */
export const clientRows: readonly Row[] = [
  { reason: 'client_unknown', told: 'client', says: /^client not found$/, explain: explainUnknownClient },
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
    reason: 'client_keys_unreachable',
    says: /^the keys at jwks_uri could not be loaded: (.*)$/s,
    explain: ({ client, match: [, why = ''] }) => {
      const isInside = why.includes('private or reserved');
      const way = isInside ? ' http.outgoing.allow opens addresses of your own network.' : '';
      return `The keys of the client at ${quote(client?.jwksUri ?? '')} could not be loaded: ${quote(why)}.${way}`;
    },
  },
  {
    reason: 'client_assertion_signature',
    says: /signature verification failed|no applicable key found|invalid signature/,
    explain: ({ params, client }) => {
      const { kid, alg } = headerOf(params.client_assertion);
      const keys =
        client?.jwksUri === undefined ? 'that the client registered (jwks)' : `at ${quote(client.jwksUri)}`;
      return `No key ${keys} verifies the client_assertion, which is signed with ${quote(String(alg))}, kid ${quote(String(kid ?? 'none'))}.`;
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
  if (asked.toLowerCase() === meant.toLowerCase())
    return `The client_id differs in small letters and capitals; it is ${meant}.`;
  return `No client has the id ${quote(asked)}; ${meant} is nearly the same.`;
}

/** With blanks around it. */
const LONGEST_ID = 140;

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
