import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';

/** Told of each request when it comes in, and when its answer is out (`seconds` later). */
export type RequestMeter = {
  begin(): void;
  end(method: string, route: string, status: number, seconds: number): void;
  /** One was turned away with 503 before any work. */
  refuse(req: Pick<IncomingMessage, 'method'>): void;
};

/**
 * Measures each request under the pattern of its route, never its path: what strangers type must not become a name. A
 * peer that went away before its answer gets the status 499, as in nginx.
 */
export function createMeasure(meter: RequestMeter): Middleware {
  return function measure(ctx, next) {
    const startedAt = performance.now();
    const { req, res } = ctx;
    meter.begin();
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 499;
      const route = ctx.state.route?.path ?? protocolRoute(req.url ?? '');
      meter.end(methodOf(req), route, status, (performance.now() - startedAt) / 1000);
    });
    return next();
  };
}

/** The method as a label: a stranger may send any word. */
export function methodOf({ method = '' }: Pick<IncomingMessage, 'method'>): string {
  return METHODS.has(method) ? method : 'other';
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The protocol's endpoints, without the issuer's path. Everything else is `other`. */
const PROTOCOL_ROUTES = new Set([
  '/auth',
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/me',
  '/jwks',
  '/request',
  '/reg',
  '/device',
  '/device/auth',
  '/backchannel',
  '/challenge',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]);

function protocolRoute(url: string): string {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  if (PROTOCOL_ROUTES.has(path)) return path;
  const [, first, id, ...others] = path.split('/', 4);
  const isOne = id !== undefined && id !== '' && others.length === 0;
  return isOne && (first === 'auth' || first === 'device' || first === 'reg') ? `/${first}/:id` : 'other';
}
