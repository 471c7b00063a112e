import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import { decodeText, hasBody, mediaType, parsePairs, readBody, replayBody } from '../http/body.ts';
import { readCookie } from '../http/cookies.ts';
import { urlTooLong } from '../http/errors.ts';
import { URL_LIMIT } from '../http/guards.ts';
import { type IntrospectionDeps, presentJwt } from './introspection.ts';
import type { ProvedStep } from './levels.ts';

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

/**
 * A sign-in is complete when the browser comes back to the protocol. What was proved before then may be worth nothing
 * any more: a password that was changed meanwhile. Such a login is forgotten, and the policy asks for another one.
 */
export async function forgetOutdatedLogin(
  ctx: Context,
  { resumeCookie, provider, areStillGood }: OutdatedLoginDeps,
): Promise<void> {
  if (ctx.method !== 'GET' || !/^\/auth\/[^/]+$/.test(ctx.path)) return;
  const uid = readCookie(ctx.req, resumeCookie);
  const pending = uid === undefined ? undefined : await provider.Interaction.find(uid);
  const login = pending?.result?.login as { accountId: string; proofs?: ProvedStep[] } | undefined;
  if (!pending || !login || (await areStillGood(login.accountId, login.proofs ?? []))) return;
  delete pending.result?.login;
  try {
    await pending.persist();
  } catch (error) {
    // Ended meanwhile: the library finds none, and says so.
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
}

type OutdatedLoginDeps = {
  resumeCookie: string;
  provider: Provider;
  areStillGood(userId: string, steps: readonly ProvedStep[]): Promise<boolean>;
};

/** Lets JWTs of ours be introspected: the token in the body gives way to a handle (introspection.ts). */
export async function admitJwt(ctx: Context, deps: IntrospectionDeps): Promise<void> {
  if (ctx.method !== 'POST' || ctx.path !== '/token/introspection') return;
  if (mediaType(ctx.req) !== 'application/x-www-form-urlencoded' || !hasBody(ctx.req)) return;
  const text = (await readBody(ctx.req)).toString();
  // A JWT has dots, and whoever writes a dot by its code writes a percent sign.
  if (!text.includes('.') && !text.includes('%2')) return;
  const parameters = new URLSearchParams(text);
  const [token, ...others] = parameters.getAll('token');
  if (token === undefined || others.length > 0) return; // the library says what is wrong
  const handle = await presentJwt(ctx.req, token, deps);
  if (handle === token) return;
  parameters.set('token', handle);
  const body = Buffer.from(parameters.toString());
  replayBody(ctx.req, body);
  ctx.req.headers['content-length'] = String(body.length);
}
