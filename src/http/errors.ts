import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware } from 'koa';
import { defined } from '../lib/defined.ts';
import { defineError, GatehouseError } from '../lib/errors.ts';
import type { Screens, Wrong } from '../views/views.ts';
import { errorUri } from './error-uri.ts';
import type { IssuerConfig } from './issuer.ts';
import type { PageContext, Pages } from './page.ts';
import { requestInfo } from './request.ts';
import type { Route, RouteContext } from './routes.ts';

export const notFound = defineError('http.not_found', 404);
export const methodNotAllowed = defineError('http.method_not_allowed', 405);
export const urlTooLong = defineError('http.url_too_long', 414);
export const urlMalformed = defineError('http.url_malformed', 400);
export const headersTooMany = defineError('http.headers_too_many', 431);
export const headerMalformed = defineError('http.header_malformed', 400);
export const bodyTooLarge = defineError('http.body_too_large', 413);
export const bodyCutShort = defineError('http.body_cut_short', 400);
export const mediaUnsupported = defineError('http.media_unsupported', 415);
export const parametersMalformed = defineError('http.parameters_malformed', 400);
export const parametersTooMany = defineError('http.parameters_too_many', 400);
export const parameterTwice = defineError('http.parameter_twice', 400);
/** The form's token is not of this browser: it was open too long, cookies are off, or the form is a stranger's. */
export const formStale = defineError('http.form_stale', 403);
/** The browser says that another site sent this form. */
export const crossSite = defineError('http.cross_site', 403);
/** A limit was reached. `detail.retryAfterSeconds` tells when to come back. */
export const tooManyRequests = defineError('http.too_many_requests', 429);
/** A call to another server that was not made: its address is none that `http.outgoing` allows. */
export const outgoingRefused = defineError(
  'http.outgoing_refused',
  502,
  ({ origin, why }) => `${origin} is not called: ${why}. The setting http.outgoing.allow opens addresses.`,
);
/** A call to another server that had no whole answer in time. */
export const outgoingFailed = defineError(
  'http.outgoing_failed',
  502,
  ({ origin, why }) => `${origin} gave no answer: ${why}.`,
);
/** More requests at once than can be answered in time. */
export const overloaded = defineError('http.overloaded', 503);

/**
 * Answers a request for a path that other methods have: OPTIONS is told which; for the others throws
 * `http.method_not_allowed` (RFC 9110 §15.5.6).
 */
export function refuseMethod(
  ctx: Pick<Context, 'res' | 'method' | 'status'>,
  layers: readonly { methods: readonly string[] }[],
): void {
  const allowed = [...new Set([...layers.flatMap((layer) => layer.methods), 'OPTIONS'])].sort().join(', ');
  ctx.res.setHeader('Allow', allowed);
  if (ctx.method !== 'OPTIONS') throw methodNotAllowed({ allowed });
  ctx.status = 204;
}

type Why = Screens['error']['why'];
type Logger = { error(fields: object, message: string): void; warn(fields: object, message: string): void };

/** An error as it is answered, without its message, its detail or its stack. */
export type ErrorAnswer = {
  status: number;
  /** An OAuth error code where one exists (RFC 6749 §5.2), for machines. */
  error: string;
  description: string;
  why: Why;
  /** What a page says of it beside. */
  wrong?: Wrong;
  retryAfterSeconds?: number;
};

/**
 * The edge where errors end: a page for a person, JSON for an API client, each with the reference id. Failures of ours
 * (5xx) are logged here, once. `isApiPath` says which paths API clients alone call.
 */
export function createErrorAnswers(deps: {
  logger: Logger;
  pages: Pages;
  config: Pick<IssuerConfig, 'issuer'>;
  isApiPath(path: string): boolean;
}): Middleware {
  return async function errors(ctx, next) {
    try {
      await next();
    } catch (error) {
      const answer = answerOf(error);
      log(deps.logger, ctx.req, error, answer);
      if (ctx.res.headersSent) {
        ctx.res.destroy();
        return;
      }
      ctx.respond = true;
      clearBody(ctx.res);
      if (answer.retryAfterSeconds) ctx.res.setHeader('Retry-After', String(answer.retryAfterSeconds));
      if (wantsPage(ctx.req, ctx.path, ctx.state.route, deps.isApiPath))
        show(deps, ctx, answer, againOf(ctx));
      else sendJson(deps.config, ctx, answer);
    }
  };
}

/** How an error looks from outside. For oidc-provider's `renderError` as well. */
export function answerOf(error: unknown): ErrorAnswer {
  const status = statusOf(error);
  const code = error instanceof GatehouseError ? error.code : '';
  const retry = retryAfter(error) ?? (status === 503 ? 5 : undefined);
  const known = ANSWERS[status] ?? (status < 500 ? ANSWERS[400] : ANSWERS[500]);
  const [oauthError, why, description] = known as AnswerRow;
  return {
    status,
    error: oauthError,
    description: DESCRIPTIONS[code] ?? description,
    why: code === formStale.code ? 'expired' : why,
    ...defined({ wrong: WRONG[code], retryAfterSeconds: retry }),
  };
}

function againOf(ctx: Context): string | undefined {
  const { route } = ctx.state as { route?: Route };
  return route?.again?.(ctx as RouteContext);
}

/**
 * Whether a person waits for this answer. Forms of ours are sent by browsers, and APIs are called by API clients,
 * whatever `Accept` says; elsewhere a browser names `text/html`, and an API client does not.
 */
function wantsPage(
  req: IncomingMessage,
  path: string,
  route: Route | undefined,
  isApiPath: (path: string) => boolean,
): boolean {
  if (route?.headers === 'api' || route?.body === 'json' || isApiPath(path)) return false;
  if (route?.body === 'form') return true;
  return /\btext\/html\b/i.test(req.headers.accept ?? '');
}

function show(
  { logger, pages }: { logger: Logger; pages: Pages },
  ctx: PageContext,
  answer: ErrorAnswer,
  again?: string,
): void {
  const { why, wrong, status, retryAfterSeconds } = answer;
  const data = {
    why,
    referenceId: requestInfo(ctx).id,
    ...defined({ wrong, retryAfterSeconds }),
    ...(again && why === 'expired' ? { back: { href: again, label: { key: 'error.start_again' } } } : {}),
  };
  try {
    pages.show(ctx, 'error', data, { status, headers: 'flow' });
  } catch (cause) {
    // The page that tells of failures failed itself: plain text still carries the reference id.
    logger.error({ err: cause, request: { id: requestInfo(ctx).id } }, 'the error page could not be drawn');
    clearBody(ctx.res);
    ctx.status = status;
    ctx.res.setHeader('Content-Type', 'text/plain; charset=utf-8');
    ctx.body = `Something went wrong. Reference: ${requestInfo(ctx).id}\n`;
  }
}

function sendJson(config: Pick<IssuerConfig, 'issuer'>, ctx: PageContext, answer: ErrorAnswer): void {
  ctx.status = answer.status;
  ctx.res.setHeader('Content-Type', 'application/json; charset=utf-8');
  ctx.res.setHeader('Cache-Control', 'no-store');
  ctx.body = JSON.stringify({
    error: answer.error,
    error_description: answer.description,
    error_uri: errorUri(config, answer.error, requestInfo(ctx).id),
  });
}

function log(logger: Logger, req: IncomingMessage, error: unknown, answer: ErrorAnswer): void {
  if (answer.status < 500) return;
  const request = { id: requestInfo({ req }).id };
  if (answer.status === 503) logger.warn({ err: error, request }, 'a request could not be served now');
  else logger.error({ err: error, request }, 'a request failed');
}

/** What a half-made answer left behind; the security headers and cookies stay. */
function clearBody(res: ServerResponse): void {
  for (const name of [
    'Content-Type',
    'Content-Length',
    'Content-Encoding',
    'ETag',
    'Location',
    'Transfer-Encoding',
  ]) {
    res.removeHeader(name);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof GatehouseError) return error.status;
  // koa and its parts throw http-errors; only those meant to be shown keep their status.
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  if (expose === true && typeof status === 'number' && status >= 400 && status < 500) return status;
  return 500;
}

function retryAfter(error: unknown): number | undefined {
  const seconds = error instanceof GatehouseError ? error.detail.retryAfterSeconds : undefined;
  return typeof seconds === 'number' && seconds > 0 ? Math.ceil(seconds) : undefined;
}

type AnswerRow = readonly [error: string, why: Why, description: string];

const ANSWERS: Readonly<Record<number, AnswerRow>> = {
  400: ['invalid_request', 'bad_request', 'the request is malformed'],
  401: ['invalid_token', 'refused', 'the request lacks valid credentials'],
  403: ['access_denied', 'refused', 'the request is not allowed'],
  404: ['not_found', 'not_found', 'there is nothing at this address'],
  405: ['method_not_allowed', 'not_found', 'this address does not answer to this method'],
  409: ['conflict', 'refused', 'the request does not fit the present state'],
  410: ['not_found', 'expired', 'there is nothing at this address any more'],
  413: ['invalid_request', 'bad_request', 'the request body is too large'],
  414: ['invalid_request', 'bad_request', 'the address is too long'],
  415: ['invalid_request', 'bad_request', 'the request body is of a type that is not accepted here'],
  429: ['slow_down', 'too_many', 'too many requests'],
  431: ['invalid_request', 'bad_request', 'the request has too many headers'],
  500: ['server_error', 'broken', 'an unexpected failure; the log tells more by the reference id'],
  503: ['temporarily_unavailable', 'busy', 'the request cannot be served at the moment'],
};

const WRONG: Readonly<Record<string, Wrong>> = {
  [urlTooLong.code]: { about: 'too_long' },
  [headersTooMany.code]: { about: 'too_large' },
  [bodyTooLarge.code]: { about: 'too_large' },
  [parametersTooMany.code]: { about: 'too_large' },
  [crossSite.code]: { about: 'other_site' },
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [urlMalformed.code]: 'the address is wrongly encoded',
  [headerMalformed.code]: 'a header is wrongly encoded',
  [bodyCutShort.code]: 'the request body ended early',
  [parametersMalformed.code]: 'the parameters are wrongly encoded',
  [parametersTooMany.code]: 'there are too many parameters',
  [parameterTwice.code]: 'a parameter occurs twice',
  [formStale.code]: 'the form is too old, or of another browser',
  [crossSite.code]: 'the form was sent by another site',
};
