import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { defined } from '../lib/defined.ts';
import type { Brand, Frame, ScreenName, Screens } from '../views/views.ts';
import type { Csrf } from './csrf.ts';
import type { IssuerConfig } from './issuer.ts';
import { requestInfo } from './request.ts';
import { type HeaderKind, setPageHeaders } from './security-headers.ts';

/** What `show` needs of a Koa context: ours, and oidc-provider's as well. */
export type PageContext = {
  req: IncomingMessage & { originalUrl?: string };
  res: ServerResponse;
  status: number;
  body: unknown;
  state: { route?: { headers?: HeaderKind } };
};

export type PageOptions = {
  /** 200 unless said. */
  status?: number;
  /** The route's own kind unless said. */
  headers?: 'flow' | 'account';
  /** The page has a form that sends itself (`views/layout/go-on.ts`): its policy allows that script. */
  goesOn?: boolean;
  /** The page draws documents of ours in frames. */
  framesOwn?: boolean;
};

export type Pages = {
  /** Answers with a screen: html, never stored, with the policy for its nonce; compressed when the browser takes it. */
  show<S extends ScreenName>(ctx: PageContext, screen: S, data: Screens[S], options?: PageOptions): void;
};

export type PageViews = {
  html<S extends ScreenName>(screen: S, data: Screens[S], frame: Frame): string;
  goOnScriptHash: string;
};

export function createPages(deps: {
  views: PageViews;
  csrf: Pick<Csrf, 'token'>;
  config: IssuerConfig & { brand: Brand };
  /** Where this browser finds the mails of a machine without a mail server. */
  mailboxUrl?(req: IncomingMessage): string | undefined;
}): Pages {
  const { views, csrf, config } = deps;
  const frame = (ctx: PageContext): Frame => {
    const { locale, nonce } = requestInfo(ctx);
    const { issuer, base, brand } = config;
    return {
      issuer,
      base,
      locale,
      nonce,
      csrf: csrf.token(ctx),
      here: hereOf(ctx.req),
      brand,
      ...defined({ mailboxUrl: deps.mailboxUrl?.(ctx.req) }),
    };
  };

  return {
    show(ctx, screen, data, options = {}) {
      const html = Buffer.from(views.html(screen, data, frame(ctx)));
      const kind = options.headers ?? (ctx.state.route?.headers === 'account' ? 'account' : 'flow');
      const scriptHash = options.goesOn ? views.goOnScriptHash : undefined;
      const { framesOwn } = options;
      setPageHeaders(ctx.res, { nonce: requestInfo(ctx).nonce, kind, scriptHash, framesOwn });
      ctx.res.setHeader('Vary', 'Accept-Encoding, Accept-Language, Cookie');
      ctx.status = options.status ?? 200;
      ctx.body = compressed(ctx, html);
      ctx.res.setHeader('Content-Type', 'text/html; charset=utf-8');
    },
  };
}

/**
 * At a sign-out: whoever uses this browser next finds none of the pages by going back. They say `no-store`, and still a
 * browser may keep them for that (W3C Clear Site Data §3.1: `cache`). Cookies stay: without a session they open nothing,
 * and they tell that this browser is known.
 */
export function forgetPages(res: ServerResponse): void {
  res.setHeader('Clear-Site-Data', '"cache"');
}

/** Compressing reflects no secret: the CSRF token is masked anew for each answer. */
function compressed({ req, res }: PageContext, html: Buffer): Buffer {
  const accepted = String(req.headers['accept-encoding'] ?? '');
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\s|,|$))/.test(accepted)) return html;
  res.setHeader('Content-Encoding', 'gzip');
  return gzipSync(html, { level: 9 });
}

/** Path and query as they were asked for; never one that a browser would read as another host (`//evil`, `/\evil`). */
function hereOf(req: PageContext['req']): string {
  return (req.originalUrl ?? req.url ?? '/').replace(/^[/\\]+/, '/');
}
