import type { ServerResponse } from 'node:http';
import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import type { RouteContext } from '../http/routes.ts';
import type { InteractionDeps } from './interaction.ts';

export type Ticket = { userId: string; method: 'first-administrator' | 'set-password' };
export type Tickets = ReturnType<typeof createTickets>;

/**
 * Who has just chosen a password with a one-time link need not type it again: for two minutes this browser, and no
 * other, may finish one sign-in to the own account. The cookie holds a random handle; what is stored is its hash.
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
    async issue(ctx: { res: ServerResponse }, ticket: Ticket): Promise<void> {
      const until = clock.now() + TTL_SECONDS * 1000;
      setHostCookie(ctx.res, config, name, await oneTime.remember(PLACE, { ...ticket, until }), TTL_SECONDS);
    },

    /** Works once: the ticket of this browser, or nothing. The cookie goes either way. */
    async consume(ctx: RouteContext): Promise<Ticket | undefined> {
      const handle = readCookie(ctx.req, name);
      if (!handle) return undefined;
      setHostCookie(ctx.res, config, name, '', 0);
      const kept = (await oneTime.consume(PLACE, handle)) as (Ticket & { until: number }) | undefined;
      if (!kept || kept.until <= clock.now()) return undefined;
      return { userId: kept.userId, method: kept.method };
    },

    isHeld: (ctx: RouteContext): boolean => readCookie(ctx.req, name) !== undefined,
  };
}

const TTL_SECONDS = 120;
const PLACE = { method: 'interaction', purpose: 'ticket', boundTo: 'account' };
