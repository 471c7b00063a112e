import { differencesOf } from '../uri-differences.ts';
import { claimsOf, joined, quote } from './presented.ts';
import type { Row } from './row.ts';

/** Proofs of possession (RFC 9449). */
export const dpopRows: readonly Row[] = [
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
];
