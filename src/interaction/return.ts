import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { InteractionDeps } from './deps.ts';
import { addressOf } from './journey.ts';

/** What the route of a method, which the browser came back to, hands on to the sign-in that it had left. */
export type Return = {
  /** The interaction: `BeginInput.boundTo`. */
  uid: string;
  method: string;
  /** `BeginInput.attemptId`. */
  attemptId: string;
  /** Fields for its `finish`. */
  answer: Readonly<Record<string, string>>;
};

export type Returns = ReturnType<typeof createReturns>;

/**
 * The way back into a sign-in from a route of a method (`MethodFront.comeBack`). That route stands outside the path of the
 * interaction, whose cookies it does not see: what it has is remembered for this browser, once, and taken below that path.
 */
export function createReturns({ config, oneTime }: Pick<InteractionDeps, 'config' | 'oneTime'>) {
  return {
    async hand(ctx: RouteContext, { uid, method, attemptId, answer }: Return): Promise<void> {
      // By the name of the field in which a form brings it: `take` answers what a form would.
      const mark = await oneTime.remember(scopeOf(ctx, uid, method), { ...answer, handle: attemptId });
      seeOther(
        ctx,
        `${addressOf(config, uid, undefined)(`${method}/back`)}?${new URLSearchParams({ mark })}`,
      );
    },

    /** Once, and in the browser that brought it. */
    async take(ctx: RouteContext): Promise<Readonly<Record<string, string>> | undefined> {
      const { mark } = ctx.query;
      const { uid = '', method = '' } = ctx.params;
      if (typeof mark !== 'string') return undefined;
      const kept = await oneTime.consume(scopeOf(ctx, uid, method), mark);
      return kept as Readonly<Record<string, string>> | undefined;
    },
  };
}

function scopeOf(ctx: RouteContext, uid: string, method: string) {
  return { method, purpose: 'return', boundTo: `${uid}:${requestInfo(ctx).browserHash ?? ''}` };
}
