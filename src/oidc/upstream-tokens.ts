import type { Context } from 'koa';
import type { Clients } from '../clients/clients.ts';
import { requestInfo } from '../http/request.ts';
import type { Route, RouteContext } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import type { TokenRefusal, Upstream } from '../upstream/upstream.ts';

export type UpstreamTokensDeps = {
  upstream: Pick<Upstream, 'find' | 'giveToken'>;
  clients: Pick<Clients, 'find'>;
  clock: Clock;
  /** Judges the access token of a request as userinfo does; where it is none, the request is answered. */
  judgeToken(ctx: Context): Promise<{ userId: string; clientId: string; isShared: boolean } | undefined>;
};

/**
 * `GET /upstream/<slug>/token`: the access token that a person has at a provider elsewhere, for an app that calls the API
 * there. The app brings the person's access token of ours (RFC 6750 §2.1), one that userinfo takes, so it never names the
 * person. What lets it is the operator's word alone (`clients update --upstream-tokens`): `--keep-tokens` is the operator's
 * decision already, and the person consents to the scopes of that token at the provider itself.
 */
export function createUpstreamTokens({ upstream, clients, clock, judgeToken }: UpstreamTokensDeps): Route[] {
  return [{ method: 'GET', path: '/upstream/:slug/token', headers: 'api', handle: answer }];

  async function answer(ctx: RouteContext): Promise<void> {
    const asker = await judgeToken(ctx);
    if (!asker) return;
    ctx.set('Cache-Control', 'no-store');
    const slug = ctx.params.slug ?? '';
    // Whether there is such a provider is nothing for an app that may not ask.
    if (!(await mayAsk(asker.clientId, slug)))
      return refuse(ctx, 403, 'unauthorized_client', 'this app may not ask for tokens of this provider');
    // An API that the app calls with it has it as well, and may not (RFC 9700 §2.3).
    if (asker.isShared) return refuse(ctx, 403, 'unauthorized_client', SHARED);
    const provider = await upstream.find(slug);
    if (!provider) return refuse(ctx, 404, 'no_token', 'there is no such provider');
    const { userId, clientId } = asker;
    const given = await upstream.giveToken(provider, { userId, clientId, request: requestInfo(ctx) });
    if ('refused' in given) {
      const { status, error } = REFUSALS[given.refused];
      return refuse(ctx, status, error, given.why);
    }
    ctx.status = 200;
    ctx.body = {
      access_token: given.accessToken,
      token_type: 'Bearer',
      ...(given.expiresAt === undefined
        ? {}
        : { expires_in: Math.floor((given.expiresAt - clock.now()) / 1000) }),
    };
  }

  /** A client that authenticates: whoever installs an app, or reads a page, has what a public one is given. */
  async function mayAsk(clientId: string, slug: string): Promise<boolean> {
    const client = await clients.find(clientId);
    if (!client || client.metadata.token_endpoint_auth_method === 'none') return false;
    return client.settings.upstreamTokens?.includes(slug) ?? false;
  }
}

const SHARED = 'this token is for an API as well: ask with one without resource, or bound to a key (DPoP)';

const REFUSALS: Readonly<Record<TokenRefusal['refused'], { status: number; error: string }>> = {
  none: { status: 404, error: 'no_token' },
  // OIDC Core §3.1.2.6: the person has to be asked again, there.
  sign_in: { status: 409, error: 'login_required' },
  away: { status: 503, error: 'temporarily_unavailable' },
};

function refuse(ctx: Context, status: number, error: string, why: string): void {
  ctx.status = status;
  ctx.body = { error, error_description: why.replaceAll(/["\\]/g, "'") };
}
