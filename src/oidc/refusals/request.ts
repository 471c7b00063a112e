import { list, quote } from './presented.ts';
import type { Row } from './row.ts';

/** The request as such, and the token endpoint. */
export const requestRows: readonly Row[] = [
  {
    reason: 'parameter_missing',
    told: 'missing',
    says: /^missing required parameters? (.+)$/,
    explain: ({ match, params }) =>
      `The request lacks ${match[1]}${match[1]?.includes('redirect_uri') && 'redirect_url' in params ? ' (it is not called redirect_url)' : ''}.`,
  },
  {
    reason: 'parameter_twice',
    told: 'twice',
    says: /^(.+) parameters? must not be provided twice$/,
    explain: ({ match }) => `The request holds ${match[1]} more than once.`,
  },
  {
    reason: 'body_type_wrong',
    says: /^only (\S+) content-type bodies are supported/,
    explain: ({ match, ctx }) =>
      `The body must be ${match[1]}; the request said ${quote(ctx.get('content-type') || 'nothing')}.`,
  },
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
];
