import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import { createSecret, isSame } from '../lib/secret.ts';
import type { AccountDeps } from './account.ts';

/** The client that every installation has; its only redirect URI is `<issuer>/account/callback`. */
export const ACCOUNT_CLIENT_ID = 'gatehouse-account';

/**
 * The account signs in through the same journey as any app, and asks for nothing but that (`response_type=none`, OAuth
 * 2.0 Multiple Response Types §4): the session it needs is the provider's own cookie.
 */
export function createSignIn({ config, pages, oidc }: Pick<AccountDeps, 'config' | 'pages' | 'oidc'>) {
  const names = cookieNames(config);
  const home = `${config.base}/account`;

  return {
    /** Leads to the sign-in, and from there back to the page that was asked for. */
    begin(ctx: RouteContext): void {
      const state = createSecret(16);
      setHostCookie(ctx.res, config, names.account, `${state}.${pageOf(ctx.path)}`, STATE_SECONDS);
      const request = new URLSearchParams({
        client_id: ACCOUNT_CLIENT_ID,
        response_type: 'none',
        redirect_uri: `${config.issuer}/account/callback`,
        scope: 'openid profile email',
        state,
        // Who has just chosen a password here goes on as that person, whoever was signed in before.
        ...(readCookie(ctx.req, names.ticket) === undefined ? {} : { prompt: 'login' }),
      });
      ctx.redirect(`${config.base}/auth?${request}`);
      ctx.status = 303;
    },

    /**
     * The answer carries nothing but `state`. Whoever is signed in goes on; everyone else gets a page and no redirect,
     * so that a browser without cookies does not go round for ever.
     */
    async callback(ctx: RouteContext): Promise<void> {
      const [state = '', page = ''] = (readCookie(ctx.req, names.account) ?? '').split('.');
      setHostCookie(ctx.res, config, names.account, '', 0);
      const isOurs = state !== '' && typeof ctx.query.state === 'string' && isSame(state, ctx.query.state);
      if (await oidc.sessions.find(ctx)) {
        ctx.redirect(isOurs && PAGES.has(page) ? `${home}/${page}` : home);
        ctx.status = 303;
        return;
      }
      if (isOurs && ctx.query.error === 'access_denied') {
        return pages.show(ctx, 'oidc/signed-out', { accountUrl: home });
      }
      pages.show(
        ctx,
        'error',
        {
          why: isOurs && ctx.query.error !== undefined ? 'refused' : 'expired',
          referenceId: requestInfo(ctx).id,
          back: { href: home, label: { key: 'error.start_again' } },
        },
        { status: 400 },
      );
    },
  };
}

const STATE_SECONDS = 60 * 60;
const PAGES = new Set(['sessions', 'applications']);

/** The last part of the path, when it is one of the pages that one can come back to. */
function pageOf(path: string): string {
  const page = path.split('/').at(-1) ?? '';
  return PAGES.has(page) ? page : '';
}
