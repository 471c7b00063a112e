import Router from '@koa/router';
import type { Middleware } from 'koa';
import { decodeText, parseForm, parseJson, readBody, requireMedia } from './body.ts';
import { cookieNames, setHostCookie } from './cookies.ts';
import type { Csrf } from './csrf.ts';
import { crossSite, formStale, refuseMethod } from './errors.ts';
import type { IssuerConfig } from './issuer.ts';
import { requestInfo } from './request.ts';
import type { Route, RouteContext } from './routes.ts';

/**
 * The route table as middleware. What no route may forget happens here: the body is read by its kind, and for forms
 * the browser's word and the CSRF token are checked before the handler runs. A path of the table asked by another
 * method is a 405; any other path goes on.
 */
export function createRouter(deps: {
  routes: readonly Route[];
  csrf: Csrf;
  config: IssuerConfig;
}): Middleware {
  const { routes, csrf, config } = deps;
  const router = new Router({ sensitive: true });
  for (const route of routes) {
    const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    router.register(route.path, methods, async (given) => {
      const ctx = given as unknown as RouteContext;
      ctx.state.route = route;
      ctx.res.setHeader('Cache-Control', 'no-store');
      const query = parseForm(ctx.querystring, route.repeats);
      if (query.ui_locales) rememberLocale(ctx, config);
      await prepare(route, ctx, csrf);
      await route.handle(ctx);
      // koa answers "Not Found" for a handler that set neither; ours mean an empty answer.
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) ctx.status = 204;
    });
  }

  const dispatch = router.routes() as Middleware;
  const firstParts = new Set(routes.map(({ path }) => firstPart(path))); // at most one for each route
  const isAnything = [...firstParts].some((part) => part.startsWith(':'));
  return function routeTable(ctx, next) {
    // Nothing of the protocol begins like a path of ours, so it need not be held against each of them.
    if (!isAnything && !firstParts.has(firstPart(ctx.path))) return next();
    const matched = router.match(ctx.path, ctx.method);
    if (matched.path.length > 0 && !matched.route) {
      refuseMethod(ctx, matched.path);
      return Promise.resolve();
    }
    return dispatch(ctx, next);
  };
}

const firstPart = (path: string) => path.split('/', 2)[1] ?? '';

async function prepare(route: Route, ctx: RouteContext, csrf: Csrf): Promise<void> {
  if (route.body === 'json') {
    requireMedia(ctx.req, 'application/json');
    ctx.state.json = parseJson(decodeText(await readBody(ctx.req)));
  }
  if (route.body === 'form') {
    if (!csrf.isOwnOrigin(ctx)) throw crossSite();
    requireMedia(ctx.req, 'application/x-www-form-urlencoded');
    ctx.state.form = parseForm(decodeText(await readBody(ctx.req)));
    if (!csrf.check(ctx, ctx.state.form)) throw formStale();
  }
}

/** The language menu of a page is a GET form: what was chosen there holds for the pages after it. */
function rememberLocale(ctx: RouteContext, config: IssuerConfig): void {
  setHostCookie(ctx.res, config, cookieNames(config).locale, requestInfo(ctx).locale, 365 * 24 * 60 * 60);
}
