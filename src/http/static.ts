import { createHash } from 'node:crypto';
import type { Picture } from '../lib/picture.ts';
import { type Route, type RouteContext, sendPicture } from './routes.ts';

/** A file of the server: what is asked for without being a page. */
export type StaticFile = { path: string; type: string; body: string | Buffer };

const ONE_DAY = 86_400;

/**
 * The few files that browsers and robots ask for. Pages carry their own style, script and icon, so that each is one
 * request; the icon here (`icon`: SVG) is for what has no page, such as a JSON answer opened in a tab.
 */
export function listStaticFiles({ icon }: { icon: string }): StaticFile[] {
  return [
    // Pages of a sign-in have no place in a search result.
    { path: '/robots.txt', type: 'text/plain; charset=utf-8', body: 'User-agent: *\nDisallow: /\n' },
    { path: '/icon.svg', type: 'image/svg+xml', body: icon },
    { path: '/favicon.ico', type: 'image/svg+xml', body: icon },
  ];
}

/** Routes for files that are the same for everyone: stored for a day, then asked for again by their ETag. */
export function createStaticRoutes(files: readonly StaticFile[]): Route[] {
  return files.map((file) => {
    const etag = `"${createHash('sha256').update(file.body).digest('base64url').slice(0, 16)}"`;
    return {
      method: 'GET',
      path: file.path,
      headers: 'api',
      handle: (ctx) => send(ctx, file, etag),
    };
  });
}

/** The logo of the installation, at an address that names its content. */
export function createLogoRoutes(logo: (Picture & { path: string }) | undefined): Route[] {
  if (!logo) return [];
  return [
    {
      method: 'GET',
      path: logo.path,
      headers: 'api',
      handle(ctx) {
        // An app may show it beside its "sign in with".
        ctx.res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
        sendPicture(ctx, logo);
      },
    },
  ];
}

function send(ctx: RouteContext, { type, body }: StaticFile, etag: string): void {
  ctx.res.setHeader('Cache-Control', `public, max-age=${ONE_DAY}`);
  ctx.res.setHeader('ETag', etag);
  // An app may show the icon beside its "sign in with".
  ctx.res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.body = body;
  ctx.res.setHeader('Content-Type', type);
}
