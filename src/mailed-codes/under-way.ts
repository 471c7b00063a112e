import type { Pages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';

export type UnderWayDeps<From> = {
  config: { base: string };
  pages: Pages;
  oneTime: {
    remember(scope: Scope, kept: Record<string, unknown>, answers: number, handle: string): Promise<string>;
    answer(scope: Scope, handle: string): Promise<Record<string, unknown> | undefined>;
  };
  oidc: { sessions: { find(ctx: RouteContext): Promise<object | undefined> } };
  /** Where the person goes on who has come from there. */
  returnTo(from?: From): string;
};
type Scope = { method: string; purpose: string; boundTo: string };

export type UnderWay<From> = ReturnType<typeof createUnderWay<From>>;

/** `from`: where the person came from. `userId`: whose account it was, when its end shows something of it. */
export type Ended<From> = { from?: From; userId?: string };

/** The addresses of what goes on after a mail (`MailedProof`), and what is shown when it is over. */
export function createUnderWay<From>({ config, pages, oidc, oneTime, returnTo }: UnderWayDeps<From>) {
  return {
    /**
     * Notes that it came to its end, so that its last form, sent again, leads on. Gives nobody anything, but this browser
     * the list of what was added to the account of `userId` lately.
     */
    async rememberEnd(ctx: RouteContext, kind: string, id: string, ended: Ended<From>): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      await oneTime.remember(endOf(kind, id), { ...ended, browserHash }, END_VISITS, id);
    },

    /** How it ended, in the browser in which it did. */
    async findEnd(ctx: RouteContext, kind: string): Promise<Ended<From> | undefined> {
      const id = ctx.params.id ?? '';
      const found = (await oneTime.answer(endOf(kind, id), id)) as Ended<From> & { browserHash?: string };
      const { browserHash } = requestInfo(ctx);
      return browserHash !== undefined && found?.browserHash === browserHash ? found : undefined;
    },

    stepOf: (kind: string, id: string, step = '') =>
      `${config.base}/${kind}/steps/${id}${step === '' ? '' : `/${step}`}`,

    /** `again`: where another link is asked for; else to the account. */
    showLinkUsed(ctx: RouteContext, again?: string): void {
      const back = again
        ? { href: `${config.base}/${again}`, label: { key: 'error.start_again' } }
        : { href: `${config.base}/account`, label: { key: 'error.to_account' } };
      pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
    },

    /** It is over: done already, open too long, or in another browser. Who has done it goes on. */
    async showOver(ctx: RouteContext, kind: string): Promise<void> {
      const id = ctx.params.id ?? '';
      const ended = (await oneTime.answer(endOf(kind, id), id)) as Ended<From> | undefined;
      if (ended) return seeOther(ctx, returnTo(ended.from));
      const referenceId = requestInfo(ctx).id;
      if (await oidc.sessions.find(ctx)) {
        const back = { href: `${config.base}/account`, label: { key: 'error.to_account' } };
        return pages.show(ctx, 'error', { why: 'signed_in_already', referenceId, back });
      }
      const back = { href: `${config.base}/${kind}`, label: { key: 'error.start_again' } };
      pages.show(ctx, 'error', { why: 'expired', referenceId, back }, { status: 410 });
    },

    showNotFound(ctx: RouteContext): void {
      pages.show(ctx, 'error', { why: 'not_found', referenceId: requestInfo(ctx).id }, { status: 404 });
    },
  };
}

/** How often the last page may be come back to. */
const END_VISITS = 100;

function endOf(kind: string, id: string): Scope {
  return { method: 'interaction', purpose: `${kind}.ended`, boundTo: id };
}
