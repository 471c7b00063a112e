import type { Context } from 'koa';
import type { Picture } from '../lib/picture.ts';

/**
 * One route: a row of a folder's table. Paths are written without the issuer's own path; `:name` is a parameter, read
 * from `ctx.params`. `form` routes are POSTs of our pages: the body is parsed into `ctx.state.form` and the CSRF
 * token and the request's origin are checked before the handler runs. `json` parses a JSON body into `ctx.state.json`.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  handle(ctx: RouteContext): Promise<void> | void;
  body?: 'form' | 'json';
  /** Query parameters that may occur more than once. Of all others two are refused. */
  repeats?: readonly string[];
  /** The address at which a person whose form is not this browser's any more gets a new one. Opening it changes nothing. */
  again?(ctx: RouteContext): string;
  /** `flow` (default): pages inside a sign-in. `account`: signed-in pages, which get COOP and `form-action 'self'`. */
  headers?: 'flow' | 'account' | 'api';
};

/** Fields of a posted form: the first value of each name. Names that occur twice are refused before a handler runs. */
export type Form = Readonly<Record<string, string>>;

export type RouteContext = Context & {
  params: Record<string, string>;
  state: { form: Form; json?: unknown };
};

/** Sends the browser to another page of ours, which it opens by GET (RFC 9110 §15.4.4). */
export function seeOther(ctx: Pick<Context, 'redirect' | 'status'>, location: string): void {
  ctx.redirect(location);
  ctx.status = 303;
}

/**
 * Answers with a picture that an operator handed over, at an address that names its content. Opened by itself it is in a
 * sandbox, without scripts and without an origin, and loads nothing; an SVG may have styles.
 */
export function sendPicture(ctx: Pick<Context, 'res' | 'status' | 'body' | 'fresh'>, picture: Picture): void {
  ctx.res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  ctx.res.setHeader('Content-Security-Policy', POLICY_OF_PICTURES);
  ctx.res.setHeader('ETag', `"${picture.name}"`);
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.body = picture.body;
  ctx.res.setHeader('Content-Type', picture.type);
}

const POLICY_OF_PICTURES = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
