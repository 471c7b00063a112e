import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { differencesOf } from '../uri-differences.ts';
import { explainMissing, type Issued, joined } from './presented.ts';
import type { Facts, Row } from './row.ts';

/** Codes at the token endpoint (RFC 6749 §4.1.3). */
export const codeRows: readonly Row[] = [
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
];

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

async function codeOf(ctx: KoaContextWithOIDC, { code }: Facts['params']): Promise<Issued | undefined> {
  return ctx.oidc.provider.AuthorizationCode.find(String(code), { ignoreExpiration: true }) as Promise<
    Issued | undefined
  >;
}
