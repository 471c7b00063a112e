import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { FactorKind } from '../methods/methods.ts';
import type { InteractionDeps } from './interaction.ts';

export type Ticket = {
  userId: string;
  method: 'first-administrator' | 'set-password' | 'recovery' | 'registration' | 'email';
  /** What was proved on the way; a new password unless said. */
  steps?: readonly TicketStep[];
};
export type TicketStep = { method: string; amr: readonly string[]; kind: FactorKind; at: number };
export type Tickets = ReturnType<typeof createTickets>;

/**
 * Who has just chosen a password with a one-time link need not type it again: for two minutes this browser, and no
 * other, may finish one sign-in to the own account, or the one sign-in from which the person went to choose it. The
 * cookie holds a random handle; what is stored is its hash, and it works with the secret of this browser only.
 */
export function createTickets({
  config,
  clock,
  oneTime,
}: {
  config: InteractionDeps['config'];
  clock: InteractionDeps['clock'];
  oneTime: InteractionDeps['oneTime'];
}) {
  const name = cookieNames(config).ticket;

  return {
    /** `interactionUid`: for that sign-in alone. */
    async issue(ctx: RouteContext, ticket: Ticket, interactionUid?: string): Promise<void> {
      const kept = { ...ticket, until: clock.now() + TTL_SECONDS * 1000 };
      setHostCookie(
        ctx.res,
        config,
        name,
        await oneTime.remember(placeOf(ctx, interactionUid), kept),
        TTL_SECONDS,
      );
    },

    /** Works once: the ticket of this browser for this sign-in, or nothing. */
    async consume(
      ctx: RouteContext,
      { uid, isBuiltIn }: { uid: string; isBuiltIn: boolean },
    ): Promise<Ticket | undefined> {
      const handle = readCookie(ctx.req, name);
      if (!handle) return undefined;
      const kept = ((await oneTime.consume(placeOf(ctx, uid), handle)) ??
        (isBuiltIn ? await oneTime.consume(placeOf(ctx), handle) : undefined)) as
        | (Ticket & { until: number })
        | undefined;
      if (!kept && !isBuiltIn) return undefined;
      setHostCookie(ctx.res, config, name, '', 0);
      if (!kept || kept.until <= clock.now()) return undefined;
      const { until: _, ...ticket } = kept;
      return ticket;
    },

    isHeld: (ctx: RouteContext): boolean => readCookie(ctx.req, name) !== undefined,
  };
}

const TTL_SECONDS = 120;

function placeOf(ctx: RouteContext, interactionUid?: string) {
  const { browserHash = '' } = requestInfo(ctx);
  const signIn = interactionUid === undefined ? 'account' : `interaction:${interactionUid}`;
  const boundTo = `${signIn}:${browserHash}`;
  return { method: 'interaction', purpose: 'ticket', boundTo };
}
