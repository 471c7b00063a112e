import { type FinishAnswer, rateLimitHeaders } from '../methods/methods.ts';
import type { StepRefusal } from '../views/views.ts';

export type RefusedAnswer = Exclude<FinishAnswer, { proved: string }>;

// 422: password managers take any other answer than 2xx for a sign-in that failed, and save nothing.
const STATUS: Record<StepRefusal['why'], number> = {
  wrong: 422,
  reused: 422,
  expired: 422,
  slow_down: 429,
  busy: 503,
};

export const statusOf = (refused: StepRefusal | undefined): number => (refused ? STATUS[refused.why] : 200);

/** What a page tells of a refusal. */
export function shownFor(refusal: RefusedAnswer): StepRefusal {
  return refusal.refused === 'slow_down'
    ? { why: 'slow_down', retryAfterSeconds: refusal.retryAfterSeconds }
    : { why: refusal.refused };
}

export function headersOf(refusal: RefusedAnswer): Record<string, string> {
  if (refusal.refused === 'slow_down') return rateLimitHeaders(refusal);
  return refusal.refused === 'busy' ? { 'Retry-After': String(refusal.retryAfterSeconds) } : {};
}
