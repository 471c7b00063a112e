import { isJwt, quote } from './presented.ts';
import type { Row } from './row.ts';

/** Using, looking at and giving back tokens (RFC 6750, RFC 7009). */
export const tokenUseRows: readonly Row[] = [
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
];
