import { TOKEN_EXCHANGE } from '../grant-types/token-exchange.ts';
import { list, quote } from './presented.ts';
import type { Row } from './row.ts';

/** Token exchange (RFC 8693), and API keys as what is exchanged. */
export const tokenExchangeRows: readonly Row[] = [
  {
    reason: 'exchange_type_unknown',
    on: TOKEN_EXCHANGE,
    says: /^subject_token_type is none that is taken here$/,
    explain: ({ ctx, params }) =>
      `Tokens of the type ${quote(String(params.subject_token_type))} are not exchanged here; that of an API key is ${ctx.oidc.provider.issuer}/token-type/api-key.`,
  },
  {
    reason: 'exchange_not_offered',
    on: TOKEN_EXCHANGE,
    says: /^(an actor_token is not taken|requested_token_type can be)/,
    explain: ({ match, params }) =>
      match[1]?.startsWith('an actor')
        ? 'The request has an actor_token or its type; nobody acts for another here (RFC 8693 §2.1).'
        : `The request wants a token of the type ${quote(String(params.requested_token_type))}; an exchange gives access tokens alone.`,
  },
  {
    reason: 'exchange_not_allowed',
    on: TOKEN_EXCHANGE,
    says: /^the client may not exchange tokens of this type$/,
    explain: ({ params }) =>
      `${quote(String(params.client_id))} may not exchange this kind of token; for an API key client_id is the public id of the key (apk_…).`,
  },
  {
    reason: 'api_key_unknown',
    on: TOKEN_EXCHANGE,
    says: /^the API key is (unknown|malformed)$/,
    explain: ({ match }) =>
      match[1] === 'unknown'
        ? 'The subject_token has the form of an API key, and is none of ours: it is of another issuer, or was rotated and its overlap is over, or its end was long ago.'
        : 'The subject_token is no whole API key: its form or its checksum is wrong, so it was cut off, mistyped, or is something else.',
  },
  {
    reason: 'api_key_of_another_id',
    on: TOKEN_EXCHANGE,
    says: /^the API key has another public id$/,
    explain: ({ params }) =>
      `client_id is ${quote(String(params.client_id))}, and the subject_token is another API key; it must be the public id of that key, apk_ and the 24 characters after ghk_.`,
  },
  {
    reason: 'api_key_ended',
    on: TOKEN_EXCHANGE,
    says: /^the API key (has expired|was ended)/,
    explain: ({ match }) =>
      match[1] === 'has expired'
        ? 'The API key has expired, or its secret was rotated and the overlap is over: make a new one.'
        : 'The API key was ended (gatehouse api-keys show says when and why): make a new one.',
  },
  {
    reason: 'api_key_owner_gone',
    on: TOKEN_EXCHANGE,
    says: /^the owner of the API key is disabled or gone$/,
    explain: () => 'The person or client that the API key belongs to is disabled, or was deleted.',
  },
  {
    reason: 'api_key_network',
    on: TOKEN_EXCHANGE,
    says: /^the API key may not be used from this address$/,
    explain: () =>
      'The API key may be used from some networks only (gatehouse api-keys show), and the request comes from another one. Behind a proxy: is TRUST_PROXY set?',
  },
  {
    reason: 'api_key_used_up',
    on: TOKEN_EXCHANGE,
    says: /^the API key is used up for now$/,
    explain: () =>
      'The API key was used as often as its tier allows (apiKeys.tiers); the answer says how long to wait (Retry-After). One token is good for minutes: exchange once, and use it until it expires.',
  },
  {
    reason: 'api_key_for_another_api',
    on: TOKEN_EXCHANGE,
    says: /^the API key is for another resource$/,
    explain: ({ params }) =>
      `The API key is for one API, and the request names ${quote(list([params.resource ?? [], params.audience ?? []].flat().map(String)))}: leave resource and audience out, or name that API.`,
  },
  {
    reason: 'api_key_scope_wider',
    on: TOKEN_EXCHANGE,
    says: /^the API key does not have the scope$/,
    explain: ({ error }) =>
      `The exchange asks for ${quote(error.scope ?? '')}, which the API key does not have; it can only narrow (gatehouse api-keys show).`,
  },
];
