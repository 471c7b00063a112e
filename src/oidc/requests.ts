import type { Context } from 'koa';
import { KEY_MARK } from '../api-keys/api-keys.ts';
import { decodeText, hasBody, mediaType, parsePairs, readBody, replayBody } from '../http/body.ts';
import { urlTooLong } from '../http/errors.ts';
import { URL_LIMIT } from '../http/guards.ts';
import { type IntrospectionDeps, presentToken } from './introspection.ts';

/** Endpoints that OpenID Connect Core §3.1.2.1 and RP-Initiated Logout §2 let an app POST to. */
const POSTED_PAGES = new Set(['/auth', '/session/end']);

/**
 * `POST /auth` answers 303 to `GET /auth`: a POST from another site comes without our Lax cookies, the GET that follows
 * has them. True when it was one.
 */
export async function redirectPost(ctx: Context, base: string): Promise<boolean> {
  if (ctx.method !== 'POST' || !POSTED_PAGES.has(ctx.path)) return false;
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded') return false;
  // Written anew: a body may hold what no header can (line ends, other scripts) and what an address ends at (`#`).
  const pairs = hasBody(ctx.req) ? parsePairs(decodeText(await readBody(ctx.req))) : [];
  const query = new URLSearchParams(pairs).toString();
  const target = `${base}${ctx.path}${query === '' ? '' : `?${query}`}`;
  if (target.length > URL_LIMIT) throw urlTooLong({ limit: URL_LIMIT });
  ctx.status = 303;
  ctx.set('Location', target);
  ctx.set('Cache-Control', 'no-store');
  return true;
}

/** Lets JWTs of ours, and API keys, be introspected: the token in the body gives way to a handle (introspection.ts). */
export async function admitOurs(ctx: Context, deps: IntrospectionDeps): Promise<void> {
  if (ctx.method !== 'POST' || ctx.path !== '/token/introspection') return;
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded' || !hasBody(ctx.req)) return;
  const text = (await readBody(ctx.req)).toString();
  // A JWT has dots, a key its mark, and whoever writes one of them by its code writes a percent sign.
  if (!text.includes('.') && !text.includes('%') && !text.includes(KEY_MARK)) return;
  const parameters = new URLSearchParams(text);
  const [token, ...others] = parameters.getAll('token');
  if (token === undefined || others.length > 0) return; // the library says what is wrong
  const handle = await presentToken(ctx.req, token, deps);
  if (handle === token) return;
  parameters.set('token', handle);
  replayBody(ctx.req, Buffer.from(parameters.toString()));
}

/**
 * Some clients ask userinfo by a POST with their token in the header and a JSON body that says nothing. The library
 * knows forms only (RFC 6750 §2.2), and there is nothing in it to lose.
 */
export async function dropEmptyJson({ method, path, req }: Context): Promise<void> {
  if (method !== 'POST' || path !== '/me' || req.headers.authorization === undefined) return;
  if (mediaType(req) !== 'application/json') return;
  const text = hasBody(req) ? (await readBody(req)).toString().trim() : '';
  if (!['', '{}', 'null', '""'].includes(text)) return;
  replayBody(req, Buffer.alloc(0));
  delete req.headers['content-type'];
}
