import type { RouteContext } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { type createSignIn, FRESH_SECONDS } from './sign-in.ts';

/** When the person of this session last proved who they are, in milliseconds. */
type Proved = { provedAt: number };

export type FreshProof = ReturnType<typeof createFreshProof>;

/** Sensitive changes ask for a proof of the last five minutes, through the journey of any sign-in. */
export function createFreshProof({
  clock,
  signIn,
}: {
  clock: Clock;
  signIn: Pick<ReturnType<typeof createSignIn>, 'begin'>;
}) {
  const isFresh = ({ provedAt }: Proved): boolean => {
    const age = clock.now() - provedAt;
    // A time ahead of ours by more than clocks of nodes differ is no time at all.
    return age > -60_000 && age <= FRESH_SECONDS * 1000;
  };

  return {
    isFresh,

    /** True: go on. Else the browser was sent to prove it, and comes back to `page` (this one unless said). */
    demand(ctx: RouteContext, signedIn: Proved, page?: string): boolean {
      if (isFresh(signedIn)) return true;
      signIn.begin(ctx, { isFresh: true, ...(page === undefined ? {} : { page }) });
      return false;
    },
  };
}
