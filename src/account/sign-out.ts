import { cookieNames, rememberSignOut, setHostCookie } from '../http/cookies.ts';
import { forgetPages } from '../http/page.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { AccountDeps, SignedIn } from './deps.ts';
import { signedOut } from './events.ts';
import { recordOwn } from './own-audit.ts';

export type SignOut = (ctx: RouteContext, signedIn: SignedIn) => Promise<void>;

/** Ends the session of this browser and says so on a page of its own. */
export function createSignOut({
  config,
  access,
  audit,
}: Pick<AccountDeps, 'config' | 'access' | 'audit'>): SignOut {
  return async (ctx, signedIn) => {
    await access.end(signedIn.person.id, 'signed_out', { sessionUid: signedIn.sessionUid });
    setHostCookie(ctx.res, config, cookieNames(config).session, '', 0);
    forgetPages(ctx.res);
    rememberSignOut(ctx.res, config);
    await recordOwn(audit, ctx, signedIn, signedOut);
    seeOther(ctx, `${config.base}/session/end/success`);
  };
}
