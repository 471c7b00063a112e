import type { KoaContextWithOIDC } from 'oidc-provider';
import { explainMissing, type Issued, quote } from './presented.ts';
import type { Facts, Row } from './row.ts';

/** Refresh tokens (RFC 6749 §6), and the end of the grant that they, a code or a token hang on. */
export const refreshRows: readonly Row[] = [
  {
    reason: 'refresh_scope_wider',
    says: /^refresh token missing requested scope/,
    explain: ({ error }) =>
      `The refresh asks for ${quote(error.scope ?? '')}, which was not granted at the sign-in, or which the client may not ask any more; a refresh can only narrow (RFC 6749 §6).`,
  },
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
    reason: 'person_gone',
    says: /referenced account not found|associated account not found/,
    explain: () => 'The person was deleted or disabled since.',
  },
];

async function refreshTokenOf(
  ctx: KoaContextWithOIDC,
  { refresh_token: token }: Facts['params'],
): Promise<Issued | undefined> {
  return ctx.oidc.provider.RefreshToken.find(String(token), { ignoreExpiration: true }) as Promise<
    Issued | undefined
  >;
}
