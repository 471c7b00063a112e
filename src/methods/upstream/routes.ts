import { decodeText, parseForm, readBody, requireMedia } from '../../http/body.ts';
import { tooManyRequests } from '../../http/errors.ts';
import { requestInfo } from '../../http/request.ts';
import { type Route, type RouteContext, seeOther } from '../../http/routes.ts';
import type { RateLimit } from '../../rate-limit/rate-limit.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { MethodFront } from '../plug-in.ts';
import { PARAMETERS, readState } from './callback.ts';

export type UpstreamRoutesDeps = Pick<
  MethodFront,
  'config' | 'clock' | 'pages' | 'oneTime' | 'comeBack' | 'comeBackToAccount'
> & {
  providers: Pick<Upstream, 'findOffered'>;
  rateLimit: Pick<RateLimit, 'hit'>;
};

/**
 * Where the browser comes back to. What it brings is handed on to the sign-in that it had left, which is bound to that
 * browser, and judged there once (`interaction/return.ts`).
 */
export function createUpstreamRoutes(deps: UpstreamRoutesDeps): Route[] {
  const { config, clock, pages, oneTime, comeBack, comeBackToAccount, providers, rateLimit } = deps;
  return [
    { method: 'GET', path: '/upstream/:slug/callback', handle: comeHere },
    // No `body: 'form'`: it comes from the provider's own page, without our cookies and from another origin.
    { method: 'POST', path: '/upstream/:slug/callback', handle: takePosted },
  ];

  async function comeHere(ctx: RouteContext): Promise<void> {
    await admit(ctx);
    const slug = ctx.params.slug ?? '';
    const brought =
      typeof ctx.query.posted === 'string' ? await findPosted(slug, ctx.query.posted) : ctx.query;
    const answer = parametersOf(brought ?? {});
    const found = readState(answer.state ?? '');
    if (!found) return showOver(ctx);
    const { uid, attemptId } = found;
    const back = { method: 'upstream', attemptId, answer: { ...answer, provider: slug } };
    if (uid === undefined) return comeBackToAccount(ctx, { ...back, choice: slug });
    await comeBack(ctx, { ...back, uid });
  }

  /**
   * Apple's `response_mode=form_post`: the one POST that another origin may send. It does nothing but wait, sealed and for
   * a minute, under an id that this browser alone is given; our own GET, which has the cookies, takes it from there.
   */
  async function takePosted(ctx: RouteContext): Promise<void> {
    await admit(ctx);
    const slug = ctx.params.slug ?? '';
    if (!(await providers.findOffered(slug))) return showOver(ctx);
    requireMedia(ctx.req, 'application/x-www-form-urlencoded');
    const answer = parametersOf(parseForm(decodeText(await readBody(ctx.req))));
    if (!readState(answer.state ?? '')) return showOver(ctx);
    const until = clock.now() + POSTED_MS;
    const posted = await oneTime.remember(scopeOf(slug), { answer, until });
    seeOther(ctx, `${config.base}/upstream/${slug}/callback?${new URLSearchParams({ posted })}`);
  }

  async function findPosted(
    slug: string,
    handle: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const kept = await oneTime.consume(scopeOf(slug), handle);
    return kept && Number(kept.until) > clock.now() ? (kept.answer as Record<string, string>) : undefined;
  }

  /** Anybody can come here, and is remembered for a while. */
  async function admit(ctx: RouteContext): Promise<void> {
    const { network } = requestInfo(ctx);
    const { isAllowed, retryAfterSeconds } = await rateLimit.hit('upstream.callback', network, CALLBACKS);
    if (!isAllowed) throw tooManyRequests({ retryAfterSeconds });
  }

  /** It names no sign-in: opened by hand, or too late. */
  function showOver(ctx: RouteContext): void {
    const back = { href: `${config.base}/account`, label: { key: 'error.to_account' } };
    pages.show(ctx, 'error', { why: 'expired', referenceId: requestInfo(ctx).id, back }, { status: 410 });
  }
}

/** For a whole office behind one address. */
const CALLBACKS = { points: 300, perSeconds: 60 };
const POSTED_MS = 60_000;

function parametersOf(all: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    PARAMETERS.flatMap((name) => {
      const value = Object.hasOwn(all, name) ? all[name] : undefined;
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function scopeOf(slug: string) {
  return { method: 'upstream', purpose: 'posted', boundTo: slug };
}
