import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Pages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import { displayName, type User } from '../users/users.ts';
import type { App } from '../views/views.ts';

export type OidcPagesDeps = {
  pages: Pages;
  issuer: string;
  /** On a developer's machine the page says what was wrong with the request; a person elsewhere would read protocol. */
  isLoopback: boolean;
  findUser(id: string): Promise<User | undefined>;
  /** For a resume whose interaction is over: leads back to the app, or says that the person is signed in. */
  showLost(ctx: KoaContextWithOIDC): Promise<void>;
};

/** The pages that oidc-provider asks for. */
export function createOidcPages({ pages, issuer, isLoopback, findUser, showLost }: OidcPagesDeps) {
  async function signedOut(ctx: KoaContextWithOIDC): Promise<void> {
    const app = appOf(ctx);
    pages.show(ctx, 'oidc/signed-out', { ...(app ? { app } : {}), accountUrl: `${issuer}/account` });
  }

  return {
    /** Refusals that must not be sent to the app, above all an unregistered redirect URI (RFC 6749 §4.1.2.1). */
    renderError: (async (ctx, out, error) => {
      if (error instanceof errors.SessionNotFound && ctx.oidc?.route === 'resume') return showLost(ctx);
      const isOurs = ctx.status >= 500;
      const status = ctx.status;
      if (status === 429) {
        const retryAfterSeconds = Number(ctx.response.get('Retry-After'));
        const data = { why: 'too_many', referenceId: requestInfo(ctx).id, retryAfterSeconds } as const;
        return pages.show(ctx, 'error', data, { status });
      }
      pages.show(
        ctx,
        'error',
        {
          why: isOurs ? (status === 503 ? 'busy' : 'broken') : 'refused',
          referenceId: requestInfo(ctx).id,
          ...(!isOurs && isLoopback && out.error_description
            ? { explanation: String(out.error_description) }
            : {}),
        },
        { status },
      );
    }) satisfies NonNullable<Configuration['renderError']>,

    /** RP-Initiated Logout §2: the person is asked, whoever sent the browser here. */
    async confirmSignOut(ctx: KoaContextWithOIDC): Promise<void> {
      const { session } = ctx.oidc;
      const user = session?.accountId === undefined ? undefined : await findUser(session.accountId);
      const { secret } = (session as unknown as { state: { secret: string } }).state;
      const app = appOf(ctx);
      pages.show(ctx, 'oidc/sign-out', {
        action: `${issuer}/session/end/confirm`,
        xsrf: secret,
        ...(app ? { app } : {}),
        person: { name: user ? displayName(user) : '', email: user?.email ?? '' },
      });
    },

    signedOut,

    /**
     * Nobody was signed in: what the library answers (a form for a session that it did not keep, `overrides.ts`) gives
     * way to our page, or to the app, when that asks to get the person back (RP-Initiated Logout §3). The library has
     * compared its address with those that are registered.
     */
    async endedAlready(ctx: KoaContextWithOIDC): Promise<void> {
      const { route, session, params } = ctx.oidc;
      if (route !== 'end_session' || ctx.status !== 200 || session?.accountId !== undefined) return;
      const { post_logout_redirect_uri: back, state } = params as Record<string, string | undefined>;
      if (back === undefined) {
        await signedOut(ctx);
        // The page has no form of ours, so no cookie has to know this browser again.
        ctx.res.removeHeader('Set-Cookie');
        return;
      }
      const address = new URL(back);
      if (state !== undefined) address.searchParams.set('state', state);
      seeOther(ctx, address.href);
    },
  };
}

function appOf(ctx: KoaContextWithOIDC): App | undefined {
  const { client } = ctx.oidc;
  if (!client) return undefined;
  const [redirectUri] = client.redirectUris ?? [];
  return {
    name: client.clientName ?? client.clientId,
    host: redirectUri !== undefined && URL.canParse(redirectUri) ? new URL(redirectUri).host : '',
  };
}
