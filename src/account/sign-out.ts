import type { RouteContext } from '../http/routes.ts';
import type { AccountDeps, SignedIn } from './account.ts';
import { recordOwn } from './own-audit.ts';

export type SignOut = (ctx: RouteContext, signedIn: SignedIn) => Promise<void>;

/** Ends the session of this browser and says so on a page of its own. */
export function createSignOut({
  config,
  oidc,
  audit,
}: Pick<AccountDeps, 'config' | 'oidc' | 'audit'>): SignOut {
  return async (ctx, signedIn) => {
    await oidc.sessions.end(signedIn.sessionUid);
    oidc.sessions.forget(ctx);
    await recordOwn(audit, ctx, signedIn, 'account.signed_out');
    ctx.redirect(`${config.base}/session/end/success`);
    ctx.status = 303;
  };
}
