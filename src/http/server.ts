import type { RequestListener } from 'node:http';
import Koa, { type Context } from 'koa';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import { createAccessLog } from './access-log.ts';
import { createApiClientLimit } from './api-client-limit.ts';
import { createBasePath } from './base-path.ts';
import { createAddressReader, type TrustProxy } from './client-address.ts';
import { cookieNames } from './cookies.ts';
import type { Csrf } from './csrf.ts';
import type { Documents } from './documents.ts';
import { createErrorAnswers } from './errors.ts';
import { guards, judgeBody } from './guards.ts';
import { bindToIssuer, type IssuerConfig } from './issuer.ts';
import { createMeasure, type RequestMeter } from './measure.ts';
import type { Overload } from './overload.ts';
import type { Pages } from './page.ts';
import { createRequestId, type LocaleChooser } from './request-id.ts';
import { createRouter } from './router.ts';
import type { Route } from './routes.ts';
import { createSecurityHeaders, type TransportConfig } from './security-headers.ts';

type Log = (fields: object, message: string) => void;

export type ServerDeps = {
  config: IssuerConfig & {
    trustProxy: TrustProxy;
    http: TransportConfig['http'];
    observability?: { accessLog: boolean };
    rateLimit: { apiClients: { points: number; perSeconds: number } };
  };
  logger: { error: Log; warn: Log; info: Log; debug: Log };
  routes: readonly Route[];
  /** What no route of ours answers: oidc-provider. A thrown `http.not_found` becomes the page or JSON for it. */
  fallback(ctx: Context): Promise<void>;
  pages: Pages;
  csrf: Csrf;
  chooseLocale: LocaleChooser;
  /** Absent: nothing is measured. */
  meter?: RequestMeter | undefined;
  /** Counts for `rateLimit.apiClients`. */
  rateLimit: Pick<RateLimit, 'hit'>;
  /** What is answered before the list. */
  documents?: Documents;
  /** Refuses what would wait too long. */
  overload: Pick<Overload, 'wrap' | 'refuse'>;
};

/**
 * The server as one list, in the order in which a request passes it. Nothing listens yet: `listen.ts` does that, and
 * tests call the callback.
 */
export function createServer(deps: ServerDeps): { callback: RequestListener; app: Koa } {
  const { config, logger, pages, csrf, routes, chooseLocale, overload } = deps;
  const app = new Koa();
  bindToIssuer(app, config);
  const addresses = createAddressReader(config.trustProxy);
  const isOurApiPath = (path: string) => isApiPath(path, config.base);

  const list = [
    ...(deps.meter ? [createMeasure(deps.meter)] : []), // how long it took, for /metrics
    createRequestId({ addresses, cookies: cookieNames(config), chooseLocale }), // who asks
    createAccessLog({ logger, isOn: config.observability?.accessLog ?? true }), // one line when the answer is out
    createSecurityHeaders(config, isOurApiPath), // also on errors
    createErrorAnswers({ logger, pages, config, isApiPath: isOurApiPath }), // everything below may throw
    overload.refuse, // when there is too much to do
    guards, // what no honest client sends
    createBasePath(config), // the issuer's path ends here
    createRouter({ routes, csrf, config }), // our pages
    createApiClientLimit(deps), // how often one network may call the protocol
    judgeBody, // what oidc-provider would read leniently
    overload.refuse, // again, as time has passed
    deps.fallback, // the protocol
  ];
  for (const middleware of list) app.use(middleware);

  // What is thrown while a body is being sent: the peer went away, or sent on what is no HTTP (HPE_…). Neither is a
  // failure of ours, and whoever does it a thousand times must not fill the log.
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (/^(ECONNRESET|EPIPE|HPE_\w+)$/.test(error.code ?? '')) return;
    logger.error({ err: error }, 'an answer broke off');
  });
  const callback = app.callback() as RequestListener;
  const isExempt = (path: string) =>
    path.startsWith(`${config.base}/health/`) || path === `${config.base}/metrics`;
  const admission = { isExempt, isApiPath: isOurApiPath, onRefused: deps.meter?.refuse };
  const admitted = overload.wrap(callback, admission);
  return { callback: deps.documents?.wrap(admitted, deps.meter) ?? admitted, app };
}

/** The protocol's endpoints that programs call: they get JSON, whatever `Accept` says. */
function isApiPath(path: string, base: string): boolean {
  const local = path.startsWith(`${base}/`) ? path.slice(base.length) : path;
  return /^\/(token|me|api-keys|jwks|request|reg|device\/auth|backchannel|challenge|health|\.well-known)(\/|$)/.test(
    local,
  );
}
