import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { createCarried } from '../lib/carried.ts';
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
 * interaction, whose cookies it does not see: this browser carries what it has, sealed, to below that path. The attempt that
 * it names counts once.
 */
export function createReturns({ config, ...deps }: Pick<InteractionDeps, 'config' | 'sealer' | 'clock'>) {
  const carried = createCarried(deps);
  return {
    async hand(ctx: RouteContext, { uid, method, attemptId, answer }: Return): Promise<void> {
      // By the name of the field in which a form brings it: `take` answers what a form would.
      const mark = carried.seal(placeOf(ctx, uid, method), { ...answer, handle: attemptId }, SECONDS);
      seeOther(
        ctx,
        `${addressOf(config, uid, undefined)(`${method}/back`)}?${new URLSearchParams({ mark })}`,
      );
    },

    /** In the browser that brought it. */
    take(ctx: RouteContext): Readonly<Record<string, string>> | undefined {
      const { uid = '', method = '' } = ctx.params;
      const kept = carried.open(placeOf(ctx, uid, method), ctx.query.mark);
      return kept as Readonly<Record<string, string>> | undefined;
    },
  };
}

/** For somebody whose browser is slow. */
const SECONDS = 600;

function placeOf(ctx: RouteContext, uid: string, method: string): string {
  return `interaction.return:${method}:${uid}:${requestInfo(ctx).browserHash ?? ''}`;
}
