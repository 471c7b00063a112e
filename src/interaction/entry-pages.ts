import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { ClientForPages, InteractionDeps } from './interaction.ts';
import type { MailedProofKind } from './mailed-proofs.ts';
import { appOf, type createWaitingApp, withQuery } from './waiting-app.ts';

/** From which sign-in a person came: the interaction, and the signed name of its app. */
export type CameFrom = { uid: string; app: string };

/** What recovery and registration share: their addresses, and the way back to the sign-in that the person came from. */
export function createEntryPages({
  config,
  pages,
  waitingApp,
}: Pick<InteractionDeps, 'config' | 'pages'> & { waitingApp: ReturnType<typeof createWaitingApp> }) {
  return {
    /** Only what we signed ourselves; the person has come from nowhere else. */
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
    returnTo: (from?: CameFrom) =>
      from
        ? withQuery(`${config.base}/interaction/${encodeURIComponent(from.uid)}`, { app: from.app })
        : `${config.base}/account/sign-in`,

    showLinkUsed(ctx: RouteContext): void {
      pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id }, { status: 410 });
    },

    /** It is over: open too long, in another browser, or done already. */
    showOver(ctx: RouteContext, kind: MailedProofKind): void {
      const back = { href: `${config.base}/${kind}`, label: { key: 'error.start_again' } };
      pages.show(ctx, 'error', { why: 'expired', referenceId: requestInfo(ctx).id, back }, { status: 410 });
    },

    showNotFound(ctx: RouteContext): void {
      pages.show(ctx, 'error', { why: 'not_found', referenceId: requestInfo(ctx).id }, { status: 404 });
    },
  };
}

export function seeOther(ctx: RouteContext, location: string): void {
  ctx.redirect(location);
  ctx.status = 303;
}
