import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { MailedProofKind } from '../mailed-codes/mailed-codes.ts';
import type { ClientForPages } from './deps.ts';
import type { EntryDeps } from './entry-deps.ts';
import { appOf, type createWaitingApp, withQuery } from './waiting-app.ts';

/** From which sign-in a person came: the interaction, and the signed name of its app. */
export type CameFrom = { uid: string; app: string };

/** What recovery and registration share: their addresses, and the way back to the sign-in that the person came from. */
export function createEntryPages({
  config,
  pages,
  oidc,
  oneTime,
  waitingApp,
}: Pick<EntryDeps, 'config' | 'pages' | 'oidc' | 'oneTime'> & {
  waitingApp: ReturnType<typeof createWaitingApp>;
}) {
  return {
    /**
     * Notes that it came to its end, so that its last form, sent again, leads on. Gives nobody anything, but this browser
     * the list of what was added to the account of `userId` lately.
     */
    async rememberEnd(ctx: RouteContext, kind: MailedProofKind, id: string, ended: Ended): Promise<void> {
      const { browserHash } = requestInfo(ctx);
      await oneTime.remember(endOf(kind, id), { ...ended, browserHash }, END_VISITS, id);
    },

    /** How it ended, in the browser in which it did. */
    async findEnd(ctx: RouteContext, kind: MailedProofKind): Promise<Ended | undefined> {
      const id = ctx.params.id ?? '';
      const found = (await oneTime.answer(endOf(kind, id), id)) as Ended & { browserHash?: string };
      const { browserHash } = requestInfo(ctx);
      return browserHash !== undefined && found?.browserHash === browserHash ? found : undefined;
    },

    /** The sign-in that the address names as the one the person came from, when we signed that address. */
    async cameFrom(ctx: RouteContext): Promise<{ from: CameFrom; client: ClientForPages } | undefined> {
      const { for: uid, app } = ctx.query;
      if (typeof uid !== 'string' || typeof app !== 'string') return undefined;
      const client = await waitingApp.find(uid, app);
      return client && { from: { uid, app }, client };
    },

    appOf: (client: ClientForPages | undefined) =>
      client === undefined || client.isBuiltIn ? undefined : appOf(client, undefined),

    startOf: (kind: MailedProofKind, from?: CameFrom) => {
      const start = `${config.base}/${kind}`;
      return from ? withQuery(start, { for: from.uid, app: from.app }) : start;
    },

    stepOf: (kind: MailedProofKind, id: string, step = '') =>
      `${config.base}/${kind}/steps/${id}${step === '' ? '' : `/${step}`}`,

    /** Where the person goes on: the sign-in that waits, or the own account. */
    returnTo,

    /** `again`: where another link is asked for; else to the account. */
    showLinkUsed(ctx: RouteContext, again?: MailedProofKind): void {
      const back = again
        ? { href: `${config.base}/${again}`, label: { key: 'error.start_again' } }
        : { href: `${config.base}/account`, label: { key: 'error.to_account' } };
      pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
    },

    /** It is over: done already, open too long, or in another browser. Who has done it goes on. */
    async showOver(ctx: RouteContext, kind: MailedProofKind): Promise<void> {
      const id = ctx.params.id ?? '';
      const ended = (await oneTime.answer(endOf(kind, id), id)) as Ended | undefined;
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

  function returnTo(from?: CameFrom): string {
    return from
      ? withQuery(`${config.base}/interaction/${encodeURIComponent(from.uid)}`, { app: from.app })
      : `${config.base}/account/sign-in`;
  }
}

/** `userId`: whose account it was, when its end shows something of it. */
export type Ended = { from?: CameFrom; userId?: string };

/** How often the last page may be come back to. */
const END_VISITS = 100;

function endOf(kind: MailedProofKind, id: string) {
  return { method: 'interaction', purpose: `${kind}.ended`, boundTo: id };
}
