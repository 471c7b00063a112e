import type { EventEmitter } from 'node:events';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { cookieNames, setHostCookie } from '../http/cookies.ts';
import type { IssuerConfig } from '../http/issuer.ts';
import type { Pages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { randomText } from '../lib/random.ts';
import { displayName, type User } from '../users/users.ts';
import type { App, Sentence, Wrong } from '../views/views.ts';
import { settingsOf } from './grants.ts';
import { type ProtocolError, toldOf } from './refusals/refusals.ts';

export type OidcPagesDeps = {
  config: IssuerConfig;
  clock: Clock;
  pages: Pages;
  /** On a developer's machine the page has the sentence of the log, too. */
  isLoopback: boolean;
  /** That sentence: what exactly was wrong, for an operator. */
  explain(ctx: KoaContextWithOIDC, error: ProtocolError): Promise<string>;
  findUser(id: string): Promise<User | undefined>;
  /** The subject by which this client knows a person. */
  subjectFor(userId: string, clientId: string): Promise<string>;
  isSignedIn(ctx: KoaContextWithOIDC): Promise<boolean>;
  /** For a resume whose interaction is over: leads back to the app, or says that the person is signed in. */
  showLost(ctx: KoaContextWithOIDC): Promise<void>;
};

/** How long an ID token says enough about its sign-in to end it without a question. */
const HINT_SECONDS = 24 * 60 * 60;

/** The pages that oidc-provider asks for. */
export function createOidcPages(deps: OidcPagesDeps) {
  const { config, clock, pages, isLoopback, findUser, showLost } = deps;
  const accountUrl = `${config.issuer}/account`;

  /** Says what is so: whoever declined, or opened this page by hand, is still signed in. */
  async function signedOut(ctx: KoaContextWithOIDC): Promise<void> {
    const isStillSignedIn = await deps.isSignedIn(ctx);
    pages.show(ctx, 'oidc/signed-out', { accountUrl, isStillSignedIn, ...defined({ app: waitingApp(ctx) }) });
  }

  async function askToSignOut(ctx: KoaContextWithOIDC, wrong?: WrongSignOut): Promise<void> {
    const { session } = ctx.oidc;
    const user = session?.accountId === undefined ? undefined : await findUser(session.accountId);
    const { secret } = (session as unknown as { state: { secret: string } }).state;
    const data = {
      action: `${config.issuer}/session/end/confirm`,
      xsrf: secret,
      person: { name: user ? displayName(user) : '', email: user?.email ?? '' },
      ...defined({ app: waitingApp(ctx), wrong }),
    };
    pages.show(ctx, 'oidc/sign-out', data, { status: wrong ? 400 : 200 });
  }

  /**
   * A request to sign out that is wrong: the person is told so in a sentence, and asked all the same; nobody goes back to
   * an app. True when it was one.
   */
  async function showWrongSignOut(ctx: KoaContextWithOIDC, error: Error): Promise<boolean> {
    const wrong: WrongSignOut | undefined = ctx.oidc?.route === 'end_session' ? wrongOf(error) : undefined;
    if (wrong === undefined) return false;
    const { session } = ctx.oidc;
    if (session?.accountId === undefined) {
      const data = { accountUrl, isStillSignedIn: false, wrong };
      pages.show(ctx, 'oidc/signed-out', data, { status: 400 });
      return true;
    }
    // What the library notes for its question (lib/shared/xsrf.js): no app here, and no address to go back to.
    Object.assign(session, { state: { secret: randomText(32) } });
    await askToSignOut(ctx, wrong);
    return true;
  }

  /**
   * RP-Initiated Logout §2: the person may be asked. Not when the app shows by an ID token of this very sign-in that it
   * speaks for them, and has an address to take them back to; unless its operator wants the question.
   */
  async function mayEndUnasked({ oidc }: KoaContextWithOIDC): Promise<boolean> {
    const { client, session, params, entities } = oidc;
    const hint = entities.IdTokenHint?.payload as Hint | undefined;
    if (!client || !session?.accountId || !hint || params?.post_logout_redirect_uri === undefined)
      return false;
    if (settingsOf(client).signOut === 'ask') return false;
    const ageSeconds = Math.floor(clock.now() / 1000) - hint.iat;
    if (ageSeconds > HINT_SECONDS || hint.auth_time !== session.loginTs) return false;
    return hint.sub === (await deps.subjectFor(session.accountId, client.clientId));
  }

  async function endUnasked(ctx: KoaContextWithOIDC): Promise<void> {
    const { session, params, provider } = ctx.oidc;
    // Ends the grants that were begun in it, too (`adapter/session.ts`).
    await (session as unknown as { destroy(): Promise<void> }).destroy();
    setHostCookie(ctx.res, config, cookieNames(config).session, '', 0);
    Object.assign(params ?? {}, { logout: 'yes' });
    (provider as EventEmitter).emit('end_session.success', ctx);
    goBack(ctx);
  }

  return {
    /** Refusals that must not be sent to the app, above all an unregistered redirect URI (RFC 6749 §4.1.2.1). */
    renderError: (async (ctx, out, error) => {
      if (error instanceof errors.SessionNotFound && ctx.oidc?.route === 'resume') return showLost(ctx);
      if (await showWrongSignOut(ctx, error)) return;
      const isOurs = ctx.status >= 500;
      const status = ctx.status;
      if (status === 429) {
        const retryAfterSeconds = Number(ctx.response.get('Retry-After'));
        const data = { why: 'too_many', referenceId: requestInfo(ctx).id, retryAfterSeconds } as const;
        return pages.show(ctx, 'error', data, { status });
      }
      const wrong = isOurs ? undefined : toldOf(ctx, error as ProtocolError);
      const explanation =
        isOurs || !isLoopback
          ? undefined
          : await deps.explain(ctx, error as ProtocolError).catch(() => out.error_description);
      pages.show(
        ctx,
        'error',
        {
          why: whyOf(status, wrong),
          referenceId: requestInfo(ctx).id,
          ...defined({ wrong, explanation, back: backTo(ctx) }),
        },
        { status },
      );
    }) satisfies NonNullable<Configuration['renderError']>,

    async confirmSignOut(ctx: KoaContextWithOIDC): Promise<void> {
      if (await mayEndUnasked(ctx)) await endUnasked(ctx);
      else await askToSignOut(ctx);
    },

    signedOut,

    /**
     * Nobody was signed in: what the library answers (a form for a session that it did not keep, `overrides.ts`) gives
     * way to our page, or to the app, when that asks to get the person back. False when it was something else.
     */
    async endedAlready(ctx: KoaContextWithOIDC): Promise<boolean> {
      const { route, session, params } = ctx.oidc;
      if (route !== 'end_session' || ctx.status !== 200 || session?.accountId !== undefined) return false;
      if (params?.post_logout_redirect_uri !== undefined) goBack(ctx);
      else {
        await signedOut(ctx);
        // The page has no form of ours, so no cookie has to know this browser again.
        ctx.res.removeHeader('Set-Cookie');
      }
      return true;
    },
  };
}

function whyOf(status: number, wrong: Wrong | undefined) {
  if (status >= 500) return status === 503 ? ('busy' as const) : ('broken' as const);
  return wrong?.about === 'sign_out' ? ('expired' as const) : ('refused' as const);
}

/** RP-Initiated Logout §3. The library has compared the address with those that are registered. */
function goBack(ctx: KoaContextWithOIDC): void {
  const { post_logout_redirect_uri: back = '', state } = ctx.oidc.params as Record<
    string,
    string | undefined
  >;
  const address = new URL(back);
  if (state !== undefined) address.searchParams.set('state', state);
  seeOther(ctx, address.href);
}

type Hint = { sub: string; iat: number; auth_time?: number };
type WrongSignOut = 'address' | 'hint' | 'app';

/** By what the library says of it; `undefined` for what has nothing to do with the request. */
function wrongOf(
  error: Error & { error_description?: string; error_detail?: string },
): WrongSignOut | undefined {
  const said = `${error.error_description ?? ''} ${error.error_detail ?? ''}`;
  if (said.includes('post_logout_redirect_uri')) return 'address';
  if (said.includes('client not found')) return 'app';
  return said.includes('id_token_hint') ? 'hint' : undefined;
}

type NamedClient = Pick<
  NonNullable<KoaContextWithOIDC['oidc']['client']>,
  'clientId' | 'clientName' | 'redirectUris'
>;

function waitingApp({ oidc: { client } }: KoaContextWithOIDC): App | undefined {
  return client && appOf(client);
}

/** Where an app that we know begins, which its operator has registered; the request has no say in it. */
function backTo({ oidc }: KoaContextWithOIDC): { href: string; label: Sentence } | undefined {
  const { client } = oidc ?? {};
  const home = client?.clientUri;
  if (!client || home === undefined || !/^https?:/.test(home)) return undefined;
  return { href: home, label: { key: 'error.back_to', values: { app: appOf(client).name } } };
}

/** An app as pages name it. */
export function appOf(client: NamedClient): App {
  const [redirectUri] = client.redirectUris ?? [];
  return {
    name: client.clientName ?? client.clientId,
    host: redirectUri !== undefined && URL.canParse(redirectUri) ? new URL(redirectUri).host : '',
  };
}
