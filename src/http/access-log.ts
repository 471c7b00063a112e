import type { Middleware } from 'koa';
import { requestInfo } from './request.ts';

type Logger = { info(fields: object, message: string): void; debug(fields: object, message: string): void };

/** What handlers may tell the log about a request: `ctx.state.log = { user: { id } }`. */
export type LogFields = { user?: { id: string }; client?: { id: string } };

/**
 * One line for each request, when its answer is out. Of the address it names the route (or the path without what looks
 * like an id) and the names of the parameters, never their values: codes, tokens and e-mail addresses travel there.
 */
export function createAccessLog({ logger, isOn }: { logger: Logger; isOn: boolean }): Middleware {
  if (!isOn) return (_, next) => next();
  return async function accessLog(ctx, next) {
    const startedAt = performance.now();
    const { req, res } = ctx;
    const [path = '/', query] = (req.url ?? '/').split('?', 2);
    res.once('close', () => {
      const shown: string = ctx.state.route?.path ?? withoutIds(path);
      const isHealth = shown.startsWith('/health/');
      logger[isHealth ? 'debug' : 'info'](
        {
          request: { id: requestInfo(ctx).id, method: req.method, path: shown, ...parameterNames(query) },
          network: requestInfo(ctx).network,
          status: res.statusCode,
          duration_ms: Math.round(performance.now() - startedAt),
          ...(res.writableFinished ? {} : { aborted: true }),
          ...ctx.state.log,
        },
        `${req.method} ${shown} ${res.statusCode}`,
      );
    });
    await next();
  };
}

/** `/auth/Xb3…` becomes `/auth/…`: ids of interactions are half of what opens them. */
export function withoutIds(path: string): string {
  return path
    .slice(0, 200)
    .split('/')
    .map((part) => (part.length >= 16 && !/^[a-z-]+$/.test(part) ? '…' : part))
    .join('/');
}

function parameterNames(query: string | undefined): { parameters?: string[] } {
  if (!query) return {};
  const names = query.split('&', 30).map((pair) => pair.split('=', 1)[0] ?? '');
  return { parameters: names.map((name) => name.replaceAll(/[^\w.-]/g, '').slice(0, 40)) };
}
