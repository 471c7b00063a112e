import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { decodeText, hasBody, judgePairs, mediaType, parseJson, readBody, replayBody } from './body.ts';
import { headerMalformed, headersTooMany, urlMalformed, urlTooLong } from './errors.ts';

/** Long enough for a signed authorization request in the query (RFC 9101). */
export const URL_LIMIT = 8 * 1024;
const HEADER_COUNT_LIMIT = 100;

/**
 * Refuses what no honest client sends, before anything looks at it: over-long addresses, too many headers, and
 * addresses, queries or credentials that are wrongly encoded or hold a NUL (PostgreSQL cannot store one, so it would
 * come back as a failure of ours).
 */
export const guards: Middleware = function guards(ctx, next) {
  const { req } = ctx;
  const url = req.url ?? '';
  if (url.length > URL_LIMIT) throw urlTooLong({ limit: URL_LIMIT });
  if (req.rawHeaders.length / 2 > HEADER_COUNT_LIMIT) throw headersTooMany({ limit: HEADER_COUNT_LIMIT });
  // RFC 9112 §3.2. Node keeps the first; a proxy before us may have believed the second.
  if (namesHostTwice(req)) throw headerMalformed();
  // RFC 9112 §3.2: a target has no fragment. Behind one every address could be written in any number of ways.
  if (url.includes('#')) throw urlMalformed();
  const [path = '', query = ''] = split(url);
  if (!path.startsWith('/') || !isWellEncoded(path)) throw urlMalformed();
  if (query !== '') judgePairs(query);
  judgeCredentials(req);
  return next();
};

/**
 * Reads and judges the body of what goes on to oidc-provider, which itself reads leniently, and hands it on. Names that
 * occur twice are its own business: `resource` may (RFC 8707 §2).
 */
export const judgeBody: Middleware = async function judgeBody(ctx, next) {
  const { req } = ctx;
  if (hasBody(req)) {
    const body = await readBody(req);
    const type = mediaType(req);
    if (type === 'application/x-www-form-urlencoded') judgePairs(decodeText(body));
    else if (type === 'application/json') parseJson(decodeText(body));
    replayBody(req, body);
  }
  await next();
};

function namesHostTwice({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

function split(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

function isWellEncoded(path: string): boolean {
  if (!path.includes('%')) return !path.includes('\0');
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}

/** RFC 6749 §2.3.1: the client id in Basic credentials is form-encoded once more, and may hide a NUL that way. */
function judgeCredentials(req: IncomingMessage): void {
  const { authorization } = req.headers;
  if (authorization?.slice(0, 6).toLowerCase() !== 'basic ') return;
  const text = Buffer.from(authorization.slice(6), 'base64').toString('latin1');
  if (text.includes('\0') || text.includes('%00')) throw headerMalformed();
}
