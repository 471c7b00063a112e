import { defined } from '../lib/defined.ts';
import type { Sentence, StepRefusal } from '../views/views.ts';
import type { Pages } from './page.ts';
import { requestInfo } from './request.ts';
import type { RouteContext } from './routes.ts';

/** The limit that holds an attempt back. It says the same for accounts that exist and for those that do not. */
export type SlowDown = {
  refused: 'slow_down';
  retryAfterSeconds: number;
  /** What the headers of the answer say: `rateLimitHeaders`. */
  rateLimit: { limit: number; remaining: number; windowSeconds: number; resetSeconds: number };
};

/** `busy`: nothing was judged and nothing counted; the same answer may be sent again. */
export type Busy = { refused: 'busy'; retryAfterSeconds: number };

// 422: password managers take any other answer than 2xx for a sign-in that failed, and save nothing.
const STATUS: Record<StepRefusal['why'], number> = {
  wrong: 422,
  reused: 422,
  expired: 422,
  slow_down: 429,
  busy: 503,
};

/**
 * What a page tells of a refusal. The headers that go with it are set: when to come again (RFC 9110 §10.2.3), and the
 * limit that was met.
 */
export function answerRefusal(
  ctx: { set(headers: Record<string, string>): void },
  refusal:
    | { refused: 'wrong' | 'reused' | 'expired'; sentence?: { key: string; values?: Values } }
    | SlowDown
    | Busy,
): StepRefusal {
  if (refusal.refused === 'slow_down') {
    ctx.set(rateLimitHeaders(refusal));
    return { why: 'slow_down', retryAfterSeconds: refusal.retryAfterSeconds };
  }
  if (refusal.refused === 'busy') ctx.set({ 'Retry-After': String(refusal.retryAfterSeconds) });
  const sentence = 'sentence' in refusal ? refusal.sentence : undefined;
  return { why: refusal.refused, ...(sentence ? { sentence } : {}) };
}

type Values = Readonly<Record<string, string | number>>;

/** The status of a page that tells of a refusal; 200 of one that has none to tell. */
export function refusalStatus(refused: StepRefusal | undefined): number {
  return refused ? STATUS[refused.why] : 200;
}

/** The page in the place of one that a limit holds back: 429. `back`: where to go on instead. */
export function showTooMany(
  pages: Pages,
  ctx: RouteContext,
  slowDown: SlowDown,
  back?: { href: string; label: Sentence },
): void {
  ctx.set(rateLimitHeaders(slowDown));
  const { retryAfterSeconds } = slowDown;
  const referenceId = requestInfo(ctx).id;
  pages.show(
    ctx,
    'error',
    { why: 'too_many', referenceId, retryAfterSeconds, ...defined({ back }) },
    { status: 429 },
  );
}

/** The headers of a 429: RFC 9110 §10.2.3 and draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders({ retryAfterSeconds, rateLimit }: SlowDown): Record<string, string> {
  const { limit, remaining, windowSeconds, resetSeconds } = rateLimit;
  return {
    'Retry-After': String(retryAfterSeconds),
    'RateLimit-Policy': `"sign-in";q=${limit};w=${windowSeconds}`,
    RateLimit: `"sign-in";r=${remaining};t=${resetSeconds}`,
  };
}
