import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errorUri } from '../http/error-uri.ts';
import type { IssuerConfig } from '../http/issuer.ts';
import type { Pages } from '../http/page.ts';
import { requestInfo } from '../http/request.ts';
import { seeOther } from '../http/routes.ts';
import { defined } from '../lib/defined.ts';
import { decodeEntities } from '../lib/entities.ts';
import type { App } from '../views/views.ts';
import { wasRefused } from './events.ts';
import { appOf } from './pages.ts';

export type LibraryPagesDeps = {
  config: Pick<IssuerConfig, 'issuer'>;
  pages: Pages;
  /** Answers a sign-out of nobody; false when it is none. */
  endedAlready(ctx: KoaContextWithOIDC): Promise<boolean>;
};

/**
 * oidc-provider writes some pages itself, and leaves nobody a hook: `response_mode=form_post`, and the forms by which it
 * signs somebody out. Behind it each gives way to a page of ours with the same form. A page that we do not know is an
 * error: nobody sees one of the library.
 */
export function createLibraryPages({ config, pages, endedAlready }: LibraryPagesDeps) {
  return {
    async takeOver(ctx: Context): Promise<void> {
      if (!isPage(ctx)) return;
      const { oidc } = ctx as unknown as KoaContextWithOIDC;
      if (oidc?.route === 'end_session' && (await endedAlready(ctx as unknown as KoaContextWithOIDC))) return;
      const form = WITH_FORMS.includes(oidc?.route) ? readForm(ctx.body) : undefined;
      if (!form) throw new Error(`oidc-provider answered ${ctx.path} with a page that is none of ours`);
      const { action, fields } = form;
      const isOurs = action === `${config.issuer}/session/end/confirm`;
      if (!isOurs && 'error' in fields && wasRefused(ctx.req))
        fields.error_uri = errorUri(config, fields.error ?? '', requestInfo(ctx).id);
      if (!/^https?:/i.test(action)) return goByAddress(ctx, form);
      pages.show(
        ctx,
        'oidc/go-on',
        {
          action,
          fields,
          isOurs,
          why: isOurs ? 'other_person' : 'answer',
          ...defined({ app: await findApp(oidc) }),
        },
        { status: ctx.status, goesOn: true },
      );
    },
  };
}

/** The routes of the library that answer with a form that we know. */
const WITH_FORMS: readonly (string | undefined)[] = ['authorization', 'resume'];

export type LibraryForm = { action: string; fields: Record<string, string> };

/** The form of a page that the library wrote (`lib/response_modes/form_post.js`); `undefined` for any other page. */
export function readForm(markup: string): LibraryForm | undefined {
  const action = /<form method="post" action="([^"]*)">/.exec(markup)?.[1];
  if (action === undefined) return undefined;
  const inputs = markup.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g);
  const fields = [...inputs].map(([, name = '', value = '']) => [name, decodeEntities(value)]);
  return { action: decodeEntities(action), fields: Object.fromEntries(fields) };
}

/** Our own pages are bytes by now, and what leads on (3xx) is drawn by no browser. */
function isPage(ctx: Context): ctx is Context & { body: string } {
  const isRedirect = ctx.status >= 300 && ctx.status < 400;
  return typeof ctx.body === 'string' && ctx.response.type === 'text/html' && !isRedirect;
}

/** No browser posts a form to an app's own scheme; the app asked for a form, and would get nothing. */
function goByAddress(ctx: Context, { action, fields }: LibraryForm): void {
  const address = new URL(action);
  for (const [name, value] of Object.entries(fields)) address.searchParams.set(name, value);
  seeOther(ctx, address.href);
}

/** At a resume the library has not come to its client yet, but has noted it for its form. */
async function findApp({ client, session, provider }: KoaContextWithOIDC['oidc']): Promise<App | undefined> {
  if (client) return appOf(client);
  const { clientId } = (session as unknown as { state?: { clientId?: string } } | undefined)?.state ?? {};
  const found = clientId === undefined ? undefined : await provider.Client.find(clientId);
  return found && appOf(found);
}
