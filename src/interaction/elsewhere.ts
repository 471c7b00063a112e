import type { BrowserSecret } from '../http/browser-secret.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { type Elsewhere, restartUrl } from '../oidc/oidc.ts';
import type { InteractionDeps } from './deps.ts';
import { addressOf } from './journey.ts';
import { type createLost, wayOn } from './lost.ts';
import { withQuery } from './waiting-app.ts';

export type ElsewhereDeps = Pick<InteractionDeps, 'config' | 'pages' | 'clients'> & {
  browser: Pick<BrowserSecret, 'bind'>;
  lost: ReturnType<typeof createLost>['show'];
};

/**
 * A sign-in that another browser began. As long as nobody has proved anything in it, it is nothing but a request, and this
 * browser begins it for itself: a tab that was restored, an address that was copied. After that it stays where it is.
 */
export function createElsewhere({ config, pages, clients, browser, lost }: ElsewhereDeps) {
  return async (ctx: RouteContext, found: Elsewhere): Promise<void> => {
    const { uid, clientId, isProved } = found;
    const here = addressOf(config, uid, ctx.query.app)('');
    if (isProved) return showPage(ctx, clientId);
    // A form changes nothing here; the page that it leads to is opened anew.
    if (ctx.method === 'POST') return seeOther(ctx, here);
    if (requestInfo(ctx).browserHash !== undefined) return seeOther(ctx, restartUrl(config.base, found));
    // Without a secret of its own every sign-in would be another browser's. It is given one, and asked once: whoever keeps
    // no cookies does not go round for ever.
    if (ctx.query.again !== undefined) return lost(ctx, uid);
    browser.bind(ctx);
    seeOther(ctx, withQuery(here, { again: '1' }));
  };

  async function showPage(ctx: RouteContext, clientId: string): Promise<void> {
    const back = wayOn(config, await clients.find(clientId), false);
    const referenceId = requestInfo(ctx).id;
    pages.show(ctx, 'error', { why: 'other_browser', referenceId, back }, { status: 403 });
  }
}
