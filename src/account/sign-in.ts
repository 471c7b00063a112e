import { cookieNames, readCookie, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import { type RouteContext, seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import { createSecret, isSame } from '../lib/secret.ts';
import { FRESH_SECONDS, type Strength } from '../oidc/levels.ts';
import type { AccountDeps, SignedIn } from './deps.ts';

/** The client that every installation has; its only redirect URI is `<issuer>/account/callback`. */
export const ACCOUNT_CLIENT_ID = 'gatehouse-account';

/**
 * `page`: where to come back to, when it is not the page that was asked for. `isAnew`: prove everything again. `needs`:
 * what must have been proved in the last five minutes (oidc/policy.ts). `isLocal`: by the ways of this house, whoever is signed in.
 */
export type Begin = { page?: string; isAnew?: boolean; needs?: Strength; isLocal?: boolean };

/**
 * The account signs in through the same journey as any app, and asks for nothing but that (`response_type=none`, OAuth
 * 2.0 Multiple Response Types §4): the session it needs is the provider's own cookie.
 */
export function createSignIn({ config, pages }: Pick<AccountDeps, 'config' | 'pages'>) {
  const names = cookieNames(config);
  const home = `${config.base}/account`;

  return {
    /** Leads to the sign-in, and from there back to the page that was asked for. */
    begin(ctx: RouteContext, { page, isAnew = false, needs, isLocal = false }: Begin = {}): void {
      const state = createSecret(16);
      const back = page ?? pageOf(ctx);
      setHostCookie(ctx.res, config, names.account, `${state}.${back}`, STATE_SECONDS);
      const request = new URLSearchParams({
        client_id: ACCOUNT_CLIENT_ID,
        response_type: 'none',
        redirect_uri: `${config.issuer}/account/callback`,
        scope: 'openid profile email',
        state,
        ...(isAnew ? { prompt: 'login', max_age: String(FRESH_SECONDS) } : {}),
        ...(needs ? { prove: needs.twoFactors ? 'two' : 'one' } : {}),
        ...defined({ acr_values: needs?.level }),
        ...(isLocal ? { local: '1', prompt: 'login' } : {}),
        // Who has just chosen a password here goes on as that person, whoever was signed in before.
        ...(readCookie(ctx.req, names.ticket) === undefined ? {} : { prompt: 'login' }),
      });
      seeOther(ctx, `${config.base}/auth?${request}`);
    },

    /**
     * The answer carries nothing but `state`. Whoever is signed in goes on; everyone else gets a page and no redirect,
     * so that a browser without cookies does not go round for ever.
     */
    async callback(ctx: RouteContext, { findSignedIn, afterRefusal }: Callback): Promise<void> {
      const [state = '', page = ''] = (readCookie(ctx.req, names.account) ?? '').split('.');
      setHostCookie(ctx.res, config, names.account, '', 0);
      const isOurs = state !== '' && typeof ctx.query.state === 'string' && isSame(state, ctx.query.state);
      const isRefused = ctx.query.error !== undefined;
      const signedIn = await findSignedIn(ctx);
      if (signedIn) {
        // Whoever refused the proof that a page demands is not sent to that page, which would demand it once more.
        const back = isRefused ? await afterRefusal(signedIn, page) : `${home}/${page}`;
        seeOther(ctx, isOurs && canReturnTo(page) ? back : home);
        return;
      }
      if (isOurs && ctx.query.error === 'access_denied') {
        return pages.show(ctx, 'oidc/signed-out', { accountUrl: home });
      }
      pages.show(
        ctx,
        'error',
        {
          why: isOurs && isRefused ? 'refused' : 'expired',
          referenceId: requestInfo(ctx).id,
          back: { href: home, label: { key: 'error.start_again' } },
        },
        { status: 400 },
      );
    },
  };
}

type Callback = {
  findSignedIn(ctx: RouteContext): Promise<SignedIn | undefined>;
  /** Where somebody goes on who did not prove what the page had asked for. */
  afterRefusal(signedIn: SignedIn, page: string): Promise<string>;
};

const STATE_SECONDS = 60 * 60;

/** The pages that one can come back to: opening one changes nothing. */
const PAGES = new Set([
  'api-keys',
  'api-keys/add',
  'api-keys/end',
  'api-keys/renew',
  'applications',
  'data',
  'delete',
  'email',
  'email/confirm',
  'lost-device',
  'password',
  'profile',
  'security',
  'sessions',
]);
const OF_ONE_METHOD = /^security\/[a-z-]{1,40}\/(?:add|connect|rename|remove)$/;
/** Ids, tokens and names of notices. No dot, which parts the cookie; nothing that needs quoting. */
const QUERY = /^[\w=&-]{0,400}$/;

/** A cookie can be planted: only a page of ours is gone to, with a query that holds nothing but words. */
export function canReturnTo(page: string): boolean {
  const [path = '', query = '', ...more] = page.split('?');
  return (PAGES.has(path) || OF_ONE_METHOD.test(path)) && QUERY.test(query) && more.length === 0;
}

/** Path and query below `/account/`, when it is one of the pages that one can come back to. */
export function pageOf(ctx: RouteContext): string {
  const path = ctx.path.replace(/^\/account\/?/, '');
  const page = ctx.querystring === '' ? path : `${path}?${ctx.querystring}`;
  if (canReturnTo(page)) return page;
  return canReturnTo(path) ? path : '';
}
