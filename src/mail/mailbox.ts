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
 * `/dev/mailbox` and `/dev/mailbox.json`: what a mail server would have got. Links in it open doors, so it is only for
 * who sits at this machine: the connection itself comes from it, no proxy passed the request on, and the address in the
 * browser is a loopback one (else a page of another host, pointed at 127.0.0.1 by its own DNS, could read it).
 */
export function createMailboxRoutes({
  mailbox,
  pages,
}: {
  mailbox: Mailbox | undefined;
  pages: Pages;
}): Route[] {
  if (!mailbox) return [];
  return [
    {
      method: 'GET',
      path: '/dev/mailbox',
      async handle(ctx) {
        requireLocal(ctx.req);
        const mails = await mailbox.list();
        pages.show(ctx, 'mail/mailbox', { mails: mails.map(({ html: _, ...mail }) => mail) });
      },
    },
    {
      method: 'GET',
      path: '/dev/mailbox.json',
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

function requireLocal(req: IncomingMessage): void {
  const isLocalHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(req.headers.host ?? '');
  const isPassedOn = FORWARDING.some((name) => req.headers[name] !== undefined);
  if (!isLocalHost || isPassedOn || !isLoopbackPeer(req)) throw notFound();
}

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
