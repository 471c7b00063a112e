import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../../lib/clock.ts';
import { TOKEN_MARKS } from '../adapter/token-marks.ts';
import type { Facts, RefusalsDeps } from './row.ts';

/*
 * Helpers of the rows: what a request presents, read without trust, and words for it that repeat no secret.
 */

/** The longest URI that a registration takes (`clients/registration.ts`). */
export const LONGEST_URI = 2000;

/** What may be wrong with a code or refresh token that the store does not know, by its looks alone at first. */
export async function explainMissing(
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

/** What a code or refresh token says that a row compares with the request. */
export type Issued = { clientId?: string; redirectUri?: string; codeChallenge?: string };

/** How a client said who it is, in the words of its registration. */
export function methodUsed(ctx: KoaContextWithOIDC, params: Facts['params']): string {
  if (params.client_assertion !== undefined) return 'private_key_jwt (a client_assertion)';
  if (params.client_secret) return 'client_secret_post (client_secret in the body)';
  if (ctx.get('authorization') !== '') return 'client_secret_basic (an Authorization header)';
  return 'none (only a client_id)';
}

/** Also before the client was found: from the body, the header or the assertion. */
export function clientIdOf(ctx: KoaContextWithOIDC, params: Facts['params']): string | undefined {
  if (typeof params.client_id === 'string') return params.client_id;
  const { sub } = claimsOf(params.client_assertion);
  return typeof sub === 'string' ? sub : basicOf(ctx)?.[0];
}

/** The client secret, of the body or the header. */
export function secretOf(ctx: KoaContextWithOIDC, params: Facts['params']): string | undefined {
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

/** The claims of a JWT that nobody has verified; none for what is no JWT. */
export function claimsOf(jwt: unknown): Record<string, unknown> {
  return partOf(jwt, 1);
}

/** The header of a JWT that nobody has verified; empty for what is no JWT. */
export function headerOf(jwt: unknown): Record<string, unknown> {
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

/** Whether a text looks like a JWT. */
export const isJwt = (text: string | undefined) => text !== undefined && 'alg' in headerOf(text);

/** Percent-decoded, or the text itself where it cannot be. */
export function decodeQuietly(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `12 s ago`, for seconds since the epoch; `before` for what is no time. */
export function secondsAgo(seconds: unknown, clock: Clock): string {
  return typeof seconds === 'number'
    ? `${Math.max(0, Math.round(clock.now() / 1000 - seconds))} s ago`
    : 'before';
}

/** `a, b and c`. */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `a, b, c`, or `none`. */
export function list(words: readonly string[] = []): string {
  return words.length === 0 ? 'none' : words.join(', ');
}

/** What a stranger sent, for a log: short, and on one line. */
export function quote(text: string): string {
  const start = text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?');
  return JSON.stringify(text.length > 80 ? `${start}…` : start);
}
