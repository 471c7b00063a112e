import { decodeText, parseForm, readBody, requireMedia } from '../../http/body.ts';
import { tooManyRequests } from '../../http/errors.ts';
import { requestInfo } from '../../http/request.ts';
import { type Route, type RouteContext, seeOther } from '../../http/routes.ts';
import { type CarriedDeps, createCarried } from '../../lib/carried.ts';
import type { RateLimit } from '../../rate-limit/rate-limit.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { MethodFront } from '../plug-in.ts';
import { PARAMETERS, readState } from './callback.ts';

export type UpstreamRoutesDeps = Pick<MethodFront, 'config' | 'pages' | 'comeBack' | 'comeBackToAccount'> &
  CarriedDeps & {
    providers: Pick<Upstream, 'findOffered'>;
    rateLimit: Pick<RateLimit, 'hit'>;
  };

/**
 * Where the browser comes back to. What it brings is handed on to the sign-in that it had left, which is bound to that
 * browser, and judged there once (`interaction/return.ts`).
 */
export function createUpstreamRoutes(deps: UpstreamRoutesDeps): Route[] {
  const { config, pages, comeBack, comeBackToAccount, providers, rateLimit } = deps;
  const carried = createCarried(deps);
  return [
    { method: 'GET', path: '/upstream/:slug/callback', handle: comeHere },
    // No `body: 'form'`: it comes from the provider's own page, without our cookies and from another origin.
    { method: 'POST', path: '/upstream/:slug/callback', handle: takePosted },
  ];

  async function comeHere(ctx: RouteContext): Promise<void> {
    await admit(ctx);
    const slug = ctx.params.slug ?? '';
    const { posted } = ctx.query;
    const brought = posted === undefined ? ctx.query : carried.open(placeOf(slug), posted);
    const answer = parametersOf((brought ?? {}) as Readonly<Record<string, unknown>>);
    const found = readState(answer.state ?? '');
    if (!found) return showOver(ctx);
    const { uid, attemptId } = found;
    const back = { method: 'upstream', attemptId, answer: { ...answer, provider: slug } };
    if (uid === undefined) return comeBackToAccount(ctx, { ...back, choice: slug });
    await comeBack(ctx, { ...back, uid });
  }

  /**
   * Apple's `response_mode=form_post`: the one POST that another origin may send. It does nothing: this browser alone is
   * given what it brought, sealed and for a minute, and our own GET, which has the cookies, takes it from there.
   */
  async function takePosted(ctx: RouteContext): Promise<void> {
    await admit(ctx);
    const slug = ctx.params.slug ?? '';
    if (!(await providers.findOffered(slug))) return showOver(ctx);
    requireMedia(ctx.req, 'application/x-www-form-urlencoded');
    const answer = parametersOf(parseForm(decodeText(await readBody(ctx.req))));
    if (!readState(answer.state ?? '')) return showOver(ctx);
    const posted = carried.seal(placeOf(slug), answer, POSTED_SECONDS);
    seeOther(ctx, `${config.base}/upstream/${slug}/callback?${new URLSearchParams({ posted })}`);
  }

  /** Anybody can come here. */
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
const POSTED_SECONDS = 60;
/** Of all together: what is more is no answer that goes into an address once more. */
const MOST_BYTES = 5000;
/** Of what the log alone reads. */
const MOST_OF_DESCRIPTION = 300;

/** Nothing of what is too long. */
function parametersOf(all: Readonly<Record<string, unknown>>): Record<string, string> {
  const answer = Object.fromEntries(
    PARAMETERS.flatMap((name) => {
      const value = Object.hasOwn(all, name) ? all[name] : undefined;
      if (typeof value !== 'string') return [];
      return [[name, name === 'error_description' ? value.slice(0, MOST_OF_DESCRIPTION) : value]];
    }),
  );
  return Buffer.byteLength(JSON.stringify(answer)) <= MOST_BYTES ? answer : {};
}

const placeOf = (slug: string) => `upstream.posted:${slug}`;
