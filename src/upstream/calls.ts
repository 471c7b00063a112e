import type { CustomFetch } from 'openid-client';
import { outgoingFailed, outgoingRefused } from '../http/errors.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { Failure } from './foreign.ts';

/** What the library calls in the place of `fetch`: our way out, which guards, bounds and remembers. */
export function fetchBy(outgoing: Pick<Outgoing, 'fetch'>): CustomFetch {
  return (url, { method, headers, body, signal }) =>
    outgoing.fetch(url, {
      purpose: 'upstream',
      method,
      headers,
      ...(body == null ? {} : { body: body as NonNullable<RequestInit['body']> }),
      ...(signal ? { signal } : {}),
    });
}

/** Why a call, or what came of it, did not lead to anybody. */
export function failureOf(error: unknown): Failure {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof GatehouseError) return failureOfCall(at, error);
    if (at.name === 'TimeoutError') return { failed: 'slow', detail: 'no answer in time' };
  }
  if (!(error instanceof Error)) throw error;
  switch (error.name) {
    case 'AuthorizationResponseError':
      return failureOfAnswer(error as unknown as OAuthError);
    case 'ResponseBodyError': {
      const { status } = error as unknown as OAuthError;
      if (status >= 500) return { failed: 'unreachable', detail: `it answered with ${status}` };
      return { failed: 'refused', detail: `it refused the code: ${said(error as unknown as OAuthError)}` };
    }
    // RFC 6749 §5.2: 401, with a challenge, is for a client that is not known.
    case 'WWWAuthenticateChallengeError': {
      const { status } = error as unknown as OAuthError;
      return { failed: 'refused', detail: `it does not take what we prove who we are with (${status})` };
    }
    case 'ClientError':
    case 'OperationProcessingError':
      return failureOfLibrary(error as Error & { code?: string });
    default:
      // What the provider says of itself is no address, or lacks what the library asks for.
      if (error instanceof TypeError && 'code' in error) return { failed: 'invalid', detail: error.message };
      throw error;
  }
}

/** The same of a call that brought a refresh token. */
export function failureOfRefresh(error: unknown): Failure {
  const { failed, detail } = failureOf(error);
  return { failed, detail: detail.replace('it refused the code', 'it refused the refresh token') };
}

type OAuthError = { error: string; error_description?: string; status: number };

/** RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6; Apple and LinkedIn have words of their own for a person who went back. */
const CANCELLED = new Set([
  'access_denied',
  'user_cancelled_authorize',
  'user_cancelled_login',
  'consent_required',
]);
const AWAY = new Set(['server_error', 'temporarily_unavailable']);

function failureOfAnswer(answer: OAuthError): Failure {
  const detail = `it came back with ${said(answer)}`;
  if (CANCELLED.has(answer.error)) return { failed: 'cancelled', detail };
  return { failed: AWAY.has(answer.error) ? 'unreachable' : 'refused', detail };
}

function failureOfCall({ code, detail: { why, origin } }: GatehouseError, error: unknown): Failure {
  if (code !== outgoingFailed.code && code !== outgoingRefused.code) throw error;
  const detail = `${String(origin)}: ${String(why)}`;
  return { failed: why === 'timeout' ? 'slow' : 'unreachable', detail };
}

function failureOfLibrary(error: Error & { code?: string }): Failure {
  const { cause } = error;
  const status = cause instanceof Response ? cause.status : undefined;
  if (status !== undefined && status >= 500)
    return { failed: 'unreachable', detail: `it answered with ${status}` };
  const inner =
    cause instanceof Error
      ? (cause as Error & { cause?: { claim?: unknown; attribute?: unknown } })
      : undefined;
  const about = inner?.cause?.claim ?? inner?.cause?.attribute;
  return {
    failed: 'invalid',
    detail: [
      inner?.message ?? error.message,
      about === undefined ? undefined : `(${String(about)})`,
      status === undefined ? undefined : `(${status})`,
    ]
      .filter((each) => each !== undefined)
      .join(' '),
  };
}

/** Theirs, for the log: short, and in one line. */
function said({ error, error_description: text }: OAuthError): string {
  const words = [error, text].filter((each) => typeof each === 'string').join(': ');
  return words.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 300);
}
