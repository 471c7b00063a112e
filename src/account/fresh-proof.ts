import type { Change, StrengthRule, Verdict } from '../access/access.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { changeOf } from './changes.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import { canReturnTo, type createSignIn, pageOf } from './sign-in.ts';

type FreshProofDeps = Pick<AccountDeps, 'config' | 'pages' | 'lostDevice' | 'password' | 'methods'> & {
  strength: StrengthRule;
  signIn: Pick<ReturnType<typeof createSignIn>, 'begin'>;
};

export type FreshProof = ReturnType<typeof createFreshProof>;

/**
 * Sensitive changes ask for proofs of the last five minutes, as many as the strength rule says, through the journey of
 * any sign-in. Who has proved something already is told first what is missing.
 */
export function createFreshProof(deps: FreshProofDeps) {
  const { config, pages, strength, lostDevice, password, methods, signIn } = deps;
  const home = `${config.base}/account`;

  return {
    judge,

    /** True: go on with the change. Else the browser was sent to prove it, and comes back to `page` (this one unless said). */
    async demand(
      ctx: RouteContext,
      signedIn: SignedIn,
      change: Change,
      page = pageOf(ctx),
    ): Promise<boolean> {
      const verdict = await judge(signedIn, change);
      if (verdict.isEnough) return true;
      if (verdict.fresh.length === 0) begin(ctx, page, verdict);
      else seeOther(ctx, addressOf('prove', page));
      return false;
    },

    /** The same for what only protects the account, such as ending a session: any proof of the last five minutes. */
    demandAny(ctx: RouteContext, signedIn: SignedIn, page = pageOf(ctx)): boolean {
      if (strength.isFresh(signedIn.steps)) return true;
      signIn.begin(ctx, { page, isAnew: true });
      return false;
    },

    /** `/account/prove`: names what is missing for the change of another page. */
    show: (async (ctx, signedIn) => {
      const asked = askedBy(ctx);
      if (!asked) return seeOther(ctx, home);
      const verdict = await judge(signedIn, asked.change);
      if (verdict.isEnough) return seeOther(ctx, `${home}/${asked.page}`);
      pages.show(ctx, 'account/prove', {
        combinations: verdict.combinations,
        ...(await lostUrlOf(signedIn)),
        proveUrl: addressOf('prove/begin', asked.page),
        cancelUrl: `${home}/security`,
        signOutAction: `${home}/sign-out`,
      });
    }) satisfies OwnPage,

    /** Leads to the sign-in, which asks for what is missing and comes back to the page. */
    goOn: (async (ctx, signedIn) => {
      const asked = askedBy(ctx);
      if (!asked) return seeOther(ctx, home);
      const verdict = await judge(signedIn, asked.change);
      if (verdict.isEnough) return seeOther(ctx, `${home}/${asked.page}`);
      begin(ctx, asked.page, verdict);
    }) satisfies OwnPage,

    /** Where somebody goes on who did not prove what a page had asked for. */
    async afterRefusal(signedIn: SignedIn, page: string): Promise<string> {
      const change = changeOf(page, password);
      if (!change || !canReturnTo(page)) return home;
      return (await judge(signedIn, change)).needs.twoFactors ? addressOf('prove', page) : home;
    },
  };

  /** Who has proved another way beside what is in doubt was asked for it once, and not at each change. */
  async function judge({ person, steps }: SignedIn, change: Change): Promise<Verdict> {
    const verdict = await strength.judge(person.id, steps, change);
    const doubted = verdict.fresh.filter(({ isDoubted }) => isDoubted);
    if (verdict.isEnough && doubted.length > 0)
      await methods.settleDoubts(person.id, Math.max(...doubted.map(({ at }) => at)));
    return verdict;
  }

  /** The page on which a lost second factor can be removed without being proved. */
  async function lostUrlOf({ person }: SignedIn): Promise<{ lostUrl?: string }> {
    return (await lostDevice.removableBy(person)).length > 0 ? { lostUrl: `${home}/lost-device` } : {};
  }

  function begin(ctx: RouteContext, page: string, { fresh, needs }: Verdict): void {
    signIn.begin(ctx, { page, isAnew: fresh.length === 0, needs });
  }

  function addressOf(step: string, page: string): string {
    return `${home}/${step}?${new URLSearchParams({ page })}`;
  }

  /** The page in the address can be anybody's word: only one of ours that changes something. */
  function askedBy(ctx: RouteContext): { page: string; change: Change } | undefined {
    const page = String(ctx.query.page ?? '');
    const change = canReturnTo(page) ? changeOf(page, password) : undefined;
    return change && { page, change };
  }
}
