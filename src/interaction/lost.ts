import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';
import type { createWaitingApp } from './waiting-app.ts';
import { startOf } from './waiting-app.ts';

export type LostDeps = Pick<InteractionDeps, 'config' | 'pages' | 'oidc'> & {
  waitingApp: ReturnType<typeof createWaitingApp>;
};

/**
 * The page for a sign-in that is not there: finished already (a double press, the back button) or open too long. It is
 * never a dead end: it leads back to the app that waits, or to the account.
 */
export function createLost({ config, pages, oidc, waitingApp }: LostDeps) {
  return {
    /** `uid` is the interaction's; the app is named by the address's `app`. */
    async show(ctx: RouteContext, uid: string): Promise<void> {
      const client = await waitingApp.find(uid, ctx.query.app);
      const session = await oidc.sessions.find(ctx);
      pages.show(
        ctx,
        'error',
        {
          why: session ? 'signed_in_already' : 'expired',
          referenceId: requestInfo(ctx).id,
          back: wayOn(config, client, session !== undefined),
        },
        // Being signed in is no mistake; an interaction that is over will not come back (RFC 9110 §15.5.11).
        { status: session ? 200 : 410 },
      );
    },
  };
}

/** Back to the app that waits, or to the account. */
export function wayOn(
  { base, issuer }: { base: string; issuer: string },
  client: ClientForPages | undefined,
  isSignedIn: boolean,
) {
  const start = client === undefined || client.isBuiltIn ? undefined : startOf(client, issuer);
  if (start === undefined || client === undefined) {
    return { href: `${base}/account`, label: { key: 'error.to_account' } };
  }
  const key = isSignedIn ? 'error.back_to' : 'error.start_again';
  return { href: start, label: { key, values: { app: client.name } } };
}
