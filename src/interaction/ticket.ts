import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { FactorKind } from '../methods/methods.ts';
import type { InteractionDeps } from './deps.ts';

export type Ticket = {
  userId: string;
  /** The page that issued it, or the method of the proof that was made outside of a sign-in. */
  method: string;
  /** What was proved on the way; a new password unless said. */
  steps?: readonly TicketStep[];
  /** "Keep me signed in". */
  remember?: boolean;
  /** The account was made just now. */
  isNew?: boolean;
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
    /** `interactionUid`: for that sign-in alone; with `orAccount` for one to the own account instead. */
    async issue(
      ctx: RouteContext,
      ticket: Ticket,
      interactionUid?: string,
      { orAccount = false }: { orAccount?: boolean } = {},
    ): Promise<void> {
      const kept = { ...ticket, until: clock.now() + TTL_SECONDS * 1000 };
      const handles = [await oneTime.remember(scopeOf(ctx, interactionUid), kept)];
      if (orAccount && interactionUid !== undefined) handles.push(await oneTime.remember(scopeOf(ctx), kept));
      // Whichever is used first takes the cookie away.
      setHostCookie(ctx.res, config, name, handles.join('.'), TTL_SECONDS);
    },

    /** Works once: the ticket of this browser for this sign-in, or nothing. */
    async consume(
      ctx: RouteContext,
      { uid, isBuiltIn }: { uid: string; isBuiltIn: boolean },
    ): Promise<Ticket | undefined> {
      const [handle = '', forAccount = handle] = (readCookie(ctx.req, name) ?? '').split('.');
      if (handle === '') return undefined;
      const kept = ((await oneTime.consume(scopeOf(ctx, uid), handle)) ??
        (isBuiltIn ? await oneTime.consume(scopeOf(ctx), forAccount) : undefined)) as
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

function scopeOf(ctx: RouteContext, interactionUid?: string) {
  const { browserHash = '' } = requestInfo(ctx);
  const signIn = interactionUid === undefined ? 'account' : `interaction:${interactionUid}`;
  const boundTo = `${signIn}:${browserHash}`;
  return { method: 'interaction', purpose: 'ticket', boundTo };
}
