import { z } from 'zod';
import { isPlainText } from '../lib/text.ts';

/** Where a claim of an app's own is told. */
export const CLAIM_PLACES = ['id_token', 'userinfo', 'access_token'] as const;
/** How it is written: as it is, or a list in one text. */
export const CLAIM_FORMS = ['array', 'space', 'comma', 'json'] as const;

/** A claim that one app is told: one of ours under another name (`from`), or the same for everybody (`value`). */
export type ClientClaim = {
  name: string;
  from?: string | undefined;
  value?: string | undefined;
  in: readonly (typeof CLAIM_PLACES)[number][];
  as?: (typeof CLAIM_FORMS)[number] | undefined;
};

/**
 * What the protocol says by itself (RFC 7519 §4.1, OIDC Core §2, RFC 9068 §2.2, RFC 7800, RFC 8693, our own), and what says
 * that something was verified: an app would believe it.
 */
// at most these
const REFUSED: ReadonlySet<string> = new Set(
  (
    'iss sub aud exp nbf iat jti nonce acr amr azp auth_time at_hash c_hash s_hash sid sub_jwk cnf client_id scope act ' +
    'may_act events typ grant_id key_id authorization_details active token_type _claim_names _claim_sources email ' +
    'email_verified phone_number phone_number_verified updated_at'
  ).split(' '),
);

const name = z
  .string({ error: 'must be text' })
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((text) => isPlainText(text) && !/\s/.test(text), 'must be a name without spaces')
  .refine((text) => text !== '__proto__', 'must be another name')
  .refine((text) => !REFUSED.has(text), 'is a name of the protocol, or says what was verified');

export const clientClaimsSchema = z
  .array(
    z
      .strictObject({
        name,
        from: z.string().min(1, 'must not be empty').max(200).optional(),
        value: z.string().max(1000, 'must have at most 1000 characters').refine(isPlainText).optional(),
        in: z
          .array(z.enum(CLAIM_PLACES))
          .min(1, 'must name where it is sent')
          .max(3)
          .default(['id_token', 'userinfo']),
        as: z.enum(CLAIM_FORMS).optional(),
      })
      .refine((claim) => (claim.from === undefined) !== (claim.value === undefined), 'must have one source'),
    { error: 'must be a list' },
  )
  .max(50, 'must have at most 50 entries')
  .refine(
    (claims) => new Set(claims.map((claim) => claim.name)).size === claims.length,
    'must not name one claim twice',
  );

/** `name=rest`, as it is typed; the first `=` ends the name. */
export function readPair(text: string): { name: string; rest: string } | undefined {
  const at = text.indexOf('=');
  return at < 1 ? undefined : { name: text.slice(0, at), rest: text.slice(at + 1) };
}

/** The value as the app wants it. */
export function writeClaim(value: unknown, as: ClientClaim['as']): unknown {
  if (as === undefined || value === undefined) return value;
  if (as === 'json') return JSON.stringify(value);
  const list = [value].flat();
  if (as === 'array') return list;
  return list.map(String).join(as === 'space' ? ' ' : ',');
}
