import type { Middleware } from 'koa';
import { type Limit, type RateLimit, setRateLimitHeaders } from '../rate-limit/rate-limit.ts';
import { tooManyRequests } from './errors.ts';
import { requestInfo } from './request.ts';

/**
 * How often one network may call the protocol's endpoints by POST (token, introspection, revocation, …). Off unless
 * `rateLimit.apiClients` says: API clients of one company share an address, and secrets are too long to be guessed.
 */
export function createApiClientLimit(deps: {
  config: { rateLimit: { apiClients: Limit } };
  rateLimit: Pick<RateLimit, 'hit'>;
}): Middleware {
  const { config, rateLimit } = deps;
  const limit = config.rateLimit.apiClients;
  if (limit.points === 0) return (_, next) => next();
  return async function apiClientLimit(ctx, next) {
    if (ctx.method === 'POST') {
      const hit = await rateLimit.hit('http.programs', requestInfo(ctx).network, limit);
      setRateLimitHeaders(ctx.res, 'programs', hit, limit);
      if (!hit.isAllowed) throw tooManyRequests({ retryAfterSeconds: hit.retryAfterSeconds });
    }
    await next();
  };
}
