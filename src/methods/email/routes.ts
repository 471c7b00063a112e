import type { Audit } from '../../audit/audit.ts';
import { isSameBrowser } from '../../http/browser-secret.ts';
import { cookieNames, readCookie, setHostCookie } from '../../http/cookies.ts';
import { tooManyRequests } from '../../http/errors.ts';
import type { Pages } from '../../http/page.ts';
import { type RequestInfo, requestInfo } from '../../http/request.ts';
import { type Route, type RouteContext, seeOther } from '../../http/routes.ts';
import { browserName } from '../../lib/browser-name.ts';
import { defined } from '../../lib/defined.ts';
import { localeOf } from '../../users/users.ts';
import type { Mails } from '../../views/views.ts';
import type { FinishAttempt, IdentifyAnswer } from '../attempt.ts';
import type { FactorKind } from '../method.ts';
import { emailUsedElsewhere } from './events.ts';
import type { EmailLink } from './store.ts';

export type EmailRoutesDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: { now(): number };
  pages: Pages;
  email: { readLink(token: string): Promise<EmailLink | undefined> };
  methods: { identify(id: string, input: FinishAttempt): Promise<IdentifyAnswer> };
  clients: { find(id: string): Promise<{ name: string; isBuiltIn: boolean } | undefined> };
  users: {
    find(id: string): Promise<{ email: string; profile: { locale?: string | undefined } } | undefined>;
  };
  mail: {
    send(mail: {
      to: string;
      template: 'link-used';
      data: Mails['link-used'];
      locale: string;
    }): Promise<void>;
  };
  audit: Pick<Audit, 'record'>;
  oneTime: {
    remember(scope: MemoryScope, kept: Record<string, unknown>): Promise<string>;
    consume(scope: MemoryScope, handle: string): Promise<Record<string, unknown> | undefined>;
  };
  /** The address of an interaction (`createInteraction`). */
  interactionUrl(uid: string, clientId: string): Promise<string>;
  /** Signs this browser in to the own account, as far as the proof reaches, and answers with the way there. */
  signInHere(
    ctx: RouteContext,
    proof: { userId: string; method: string; amr: readonly string[]; kind: FactorKind },
  ): Promise<void>;
  /** For an address that nobody has: to the page that makes the account. */
  registerHere(ctx: RouteContext, email: string): Promise<void>;
};

type MemoryScope = { method: string; purpose: string; boundTo: string };

/**
 * What a link in a mail leads to. Opening it (GET, HEAD) changes nothing, however often and by whomever: mail programs
 * and scanners open links as well. A form counts only from the browser whose cookie belongs to it.
 */
export function createEmailRoutes(deps: EmailRoutesDeps): Route[] {
  const { config, clock, pages, email, methods, clients, users, mail, audit, oneTime } = deps;
  const { base } = config;
  const cookie = cookieNames(config).email;

  return [
    { method: 'GET', path: '/email/link', handle: withLink(showLink) },
    { method: 'POST', path: '/email/here', handle: withLink(askHere), body: 'form' },
    { method: 'GET', path: '/email/here', handle: withLink(showHere) },
    { method: 'POST', path: '/email/use', handle: withLink(useHere), body: 'form' },
    // The address of a form, opened as a page: by a reload or the language menu.
    { method: 'GET', path: '/email/use', handle: withLink(showHere) },
  ];

  /** In the browser that asked: one button, which finishes there. Elsewhere: the code to type there. */
  async function showLink(ctx: RouteContext, link: EmailLink, token: string): Promise<void> {
    if (!isSameBrowser(ctx, link.browserHash)) {
      return pages.show(ctx, 'methods/email/elsewhere', {
        action: `${base}/email/here`,
        token,
        code: link.code,
        validSeconds: Math.max(1, Math.ceil((link.expiresAt - clock.now()) / 1000)),
      });
    }
    const client = await clients.find(link.clientId ?? '');
    if (!client) return showOver(ctx);
    const [path, query] = (await deps.interactionUrl(link.boundTo, link.clientId ?? '')).split('?', 2);
    pages.show(ctx, 'methods/email/link', {
      action: `${path}/email${query === undefined ? '' : `?${query}`}`,
      attemptId: link.attemptId,
      token,
      ...(client.isBuiltIn ? {} : { appName: client.name }),
      address: link.address,
      ageSeconds: Math.max(1, Math.floor((clock.now() - link.askedAt) / 1000)),
      ...defined({ isNew: link.isNew, remember: link.remember }),
    });
  }

  /** The first press elsewhere: marks this browser, and spends nothing. */
  async function askHere(ctx: RouteContext, link: EmailLink, token: string): Promise<void> {
    const remainingSeconds = Math.max(1, Math.ceil((link.expiresAt - clock.now()) / 1000));
    setHostCookie(ctx.res, config, cookie, await oneTime.remember(scopeOf(ctx, link), {}), remainingSeconds);
    seeOther(ctx, withToken('here', token));
  }

  function showHere(ctx: RouteContext, link: EmailLink, token: string): void {
    if (readCookie(ctx.req, cookie) === undefined) {
      seeOther(ctx, withToken('link', token));
      return;
    }
    pages.show(ctx, 'methods/email/here', {
      action: `${base}/email/use`,
      token,
      address: link.address,
      backUrl: withToken('link', token),
      ...defined({ isNew: link.isNew }),
    });
  }

  /** The second press elsewhere. It ends at the own account, never in the app that waits in the other browser. */
  async function useHere(ctx: RouteContext, link: EmailLink, token: string): Promise<void> {
    const mark = readCookie(ctx.req, cookie);
    if (mark !== undefined) setHostCookie(ctx.res, config, cookie, '', 0);
    if (mark === undefined || !(await oneTime.consume(scopeOf(ctx, link), mark))) {
      return seeOther(ctx, withToken('link', token));
    }
    const request = requestInfo(ctx);
    const outcome = await methods.identify('email', {
      answer: { code: token },
      attemptId: link.attemptId,
      boundTo: link.boundTo,
      ...defined({ userId: link.userId }),
      attempt: { request, identifier: link.address },
    });
    if ('unknown' in outcome) return deps.registerHere(ctx, outcome.unknown.subject);
    if ('refused' in outcome) {
      if ('retryAfterSeconds' in outcome)
        throw tooManyRequests({ retryAfterSeconds: outcome.retryAfterSeconds });
      return showOver(ctx);
    }
    const { proved: userId, amr, kind } = outcome;
    await announce(userId, request);
    await deps.signInHere(ctx, { userId, method: 'email', amr, kind });
  }

  async function announce(userId: string, request: RequestInfo): Promise<void> {
    await audit.record(emailUsedElsewhere, {
      outcome: 'success',
      actor: { type: 'person', id: userId },
      userId,
      request,
    });
    const user = await users.find(userId);
    if (!user) return;
    await mail.send({
      to: user.email,
      template: 'link-used',
      data: {
        when: clock.now(),
        device: browserName(request.userAgent),
        network: request.network,
        sessionsUrl: `${config.issuer}/account/sessions`,
      },
      locale: localeOf(user, request.locale),
    });
  }

  function withLink(handle: (ctx: RouteContext, link: EmailLink, token: string) => Promise<void> | void) {
    return async (ctx: RouteContext): Promise<void> => {
      const token = ctx.method === 'POST' ? ctx.state.form.token : ctx.query.token;
      const link = typeof token === 'string' ? await email.readLink(token) : undefined;
      if (!link || typeof token !== 'string') return showOver(ctx);
      await handle(ctx, link, token);
    };
  }

  function showOver(ctx: RouteContext): void {
    pages.show(
      ctx,
      'error',
      {
        why: 'link_used',
        referenceId: requestInfo(ctx).id,
        back: { href: `${base}/account`, label: { key: 'error.to_account' } },
      },
      { status: 410 },
    );
  }

  function withToken(page: 'link' | 'here', token: string): string {
    return `${base}/email/${page}?${new URLSearchParams({ token })}`;
  }
}

/** The mark is of this browser: it is worth nothing with the secret of another one. */
function scopeOf(ctx: RouteContext, { id }: EmailLink): MemoryScope {
  const { browserHash = '' } = requestInfo(ctx);
  return { method: 'email', purpose: 'here', boundTo: `${id}:${browserHash}` };
}
