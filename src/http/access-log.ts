import type { Middleware } from 'koa';
import { ownText } from '../lib/text.ts';
import { CLEAN, redactText } from '../observability/redact.ts';
import { requestInfo } from './request.ts';

type Logger = { info(fields: object, message: string): void; debug(fields: object, message: string): void };

/**
 * One line for each request, when its answer is out. Of the address it names the route (or the path without what looks
 * like an id) and the names of the parameters, never their values: codes, tokens and e-mail addresses travel there.
 */
export function createAccessLog({ logger, isOn }: { logger: Logger; isOn: boolean }): Middleware {
  if (!isOn) return (_, next) => next();
  return function accessLog(ctx, next) {
    const startedAt = performance.now();
    const { req, res } = ctx;
    const [path = '/', query] = (req.url ?? '/').split('?', 2);
    res.once('close', () => {
      const shown: string = ctx.state.route?.path ?? readablePath(path);
      const isHealth = shown.startsWith('/health/');
      logger[isHealth ? 'debug' : 'info'](
        {
          // The path and the names of parameters are cleaned below, the rest is ours.
          ...CLEAN,
          request: { id: requestInfo(ctx).id, method: req.method, path: shown, ...parameterNames(query) },
          network: requestInfo(ctx).network,
          status: res.statusCode,
          duration_ms: Math.round(performance.now() - startedAt),
          ...(res.writableFinished ? {} : { aborted: true }),
        },
        `${req.method} ${shown} ${res.statusCode}`,
      );
    });
    return next();
  };
}

/** `/auth/Xb3…` becomes `/auth/…`: ids of interactions are half of what opens them. */
function withoutIds(path: string): string {
  return path
    .slice(0, 200)
    .split('/')
    .map((part) => (part.length >= 16 && !/^[a-z-]+$/.test(part) ? '…' : part))
    .join('/');
}

/** The protocol has few paths, and cleaning one costs more than writing the line. */
const readablePaths = new Map<string, string>(); // at most MOST_READABLE
const MOST_READABLE = 200;
const LONGEST_READABLE = 60;

function readablePath(path: string): string {
  const known = readablePaths.get(path);
  if (known !== undefined) return known;
  const readable = redactText(withoutIds(path));
  if (path.length <= LONGEST_READABLE && readablePaths.size < MOST_READABLE)
    readablePaths.set(ownText(path), readable);
  return readable;
}

function parameterNames(query: string | undefined): { parameters?: string[] } {
  if (!query) return {};
  return { parameters: query.split('&', 30).map(parameterName) };
}

function parameterName(pair: string): string {
  const at = pair.indexOf('=');
  const name = at < 0 ? pair : pair.slice(0, at);
  if (/^[\w.-]{1,24}$/.test(name) && !name.startsWith('eyJ')) return name;
  return redactText(name.replaceAll(/[^\w.-]/g, '').slice(0, 40));
}
