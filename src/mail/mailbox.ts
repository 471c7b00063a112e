import type { IncomingMessage } from 'node:http';
import { isLoopbackPeer } from '../http/client-address.ts';
import { notFound } from '../http/errors.ts';
import type { Pages } from '../http/page.ts';
import type { Route } from '../http/routes.ts';

/** A mail in the mailbox of a machine without a mail server. */
export type MailboxMail = {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  /** ISO 8601. */
  date: string;
};

export type Mailbox = { list(): Promise<MailboxMail[]> };

/**
 * `/dev/mailbox`, `/dev/mailbox.json` and the HTML part of each mail: what a mail server would have got. Links in it open doors, so it is only for
 * who sits at this machine: the connection itself comes from it, no proxy passed the request on, and the address in the
 * browser is a loopback one (else a page of another host, pointed at 127.0.0.1 by its own DNS, could read it).
 */
export function createMailboxRoutes({
  mailbox,
  pages,
  base = '',
}: {
  mailbox: Mailbox | undefined;
  pages: Pages;
  base?: string;
}): Route[] {
  if (!mailbox) return [];
  const here = `${base}${PATH}`;
  return [
    {
      method: 'GET',
      path: PATH,
      async handle(ctx) {
        requireLocal(ctx.req);
        const search = String(ctx.query.q ?? '').trim();
        const mails = (await mailbox.list()).filter((mail) => isAbout(mail, search));
        const shown = mails.map(({ html: _, ...mail }) => ({ ...mail, htmlUrl: `${here}/${mail.id}` }));
        pages.show(ctx, 'mail/mailbox', { mails: shown, action: here, search }, { framesOwn: true });
      },
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      headers: 'api',
      async handle(ctx) {
        requireLocal(ctx.req);
        const mail = (await mailbox.list()).find(({ id }) => id === ctx.params.id);
        if (!mail) throw notFound();
        ctx.set('Content-Security-Policy', POLICY_OF_A_MAIL);
        ctx.set('Cache-Control', 'no-store');
        ctx.status = 200;
        ctx.type = 'text/html; charset=utf-8';
        ctx.body = withLinksBeside(mail.html);
      },
    },
    {
      method: 'GET',
      path: `${PATH}.json`,
      headers: 'api',
      async handle(ctx) {
        requireLocal(ctx.req);
        ctx.status = 200;
        ctx.type = 'application/json';
        ctx.body = JSON.stringify(await mailbox.list());
      },
    },
  ];
}

/** Where this browser finds the mailbox, when it may see it. */
export function createMailboxAddress({ mailbox, base }: { mailbox: Mailbox | undefined; base: string }) {
  return (req: IncomingMessage): string | undefined =>
    mailbox && isLocal(req) ? `${base}${PATH}` : undefined;
}

const PATH = '/dev/mailbox';

/** A mail has its styles in attributes, and nothing else: it runs nothing, and is drawn in a page of ours alone. */
const POLICY_OF_A_MAIL =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** What a link leads to is no page for a frame. */
function withLinksBeside(html: string): string {
  const base = '<base target="_blank">';
  return html.includes('<head>') ? html.replace('<head>', `<head>${base}`) : base + html;
}

function isAbout({ to, subject }: MailboxMail, search: string): boolean {
  return `${to}\n${subject}`.toLowerCase().includes(search.toLowerCase());
}

function requireLocal(req: IncomingMessage): void {
  if (!isLocal(req)) throw notFound();
}

function isLocal(req: IncomingMessage): boolean {
  const isLocalHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(req.headers.host ?? '');
  const isPassedOn = FORWARDING.some((name) => req.headers[name] !== undefined);
  return isLocalHost && !isPassedOn && isLoopbackPeer(req);
}

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
