import { createServer, type Server, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setPageHeaders } from '../../src/http/security-headers.ts';
import { createI18n } from '../../src/i18n/i18n.ts';
import { builtInMethods } from '../../src/methods/built-in.ts';
import { contributionsOf } from '../../src/methods/plugged.ts';
import { readAssets } from '../../src/views/assets.ts';
import { ownPalette } from '../../src/views/brand-color.ts';
import { html, markupOf } from '../../src/views/html.ts';
import { judgeOverrides } from '../../src/views/judge-overrides.ts';
import { loadOverrides } from '../../src/views/load-overrides.ts';
import type { Overrides } from '../../src/views/override.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import type { Frame, MailName, Mails, Samples, ScreenName, Screens } from '../../src/views/views.ts';
import { createViews, getMailSamples, getSamples, mailNames, screenNames } from '../../src/views/views.ts';

const words = { i18n: { defaultLocale: 'en', timeZone: 'UTC' } };

/**
 * `npm run dev:pages`: one index page that lists every screen in every state, and each of them under the headers that
 * the real server sends. The browser tests look at the same pages.
 *
 * `VIEWS_DIR=./my-views npm run dev:pages`: with the views of an operator, and what is wrong with them.
 *
 * `/page/<screen>?state=<state>&locale=de&theme=dark&dir=rtl`, `/mail/<name>?state=<state>&part=html|text&locale=de`
 */
export function createDevPages(overrides?: Overrides): Server {
  const i18n = createI18n(words);
  const { icons } = contributionsOf(builtInMethods);
  const views = createViews({ config: sampleFrame, i18n, icons, overrides });

  return createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const [, kind, ...rest] = url.pathname.split('/');
    const name = rest.join('/');
    const switches = Object.fromEntries(url.searchParams);
    if (url.pathname === '/') return sendPage(res, indexPage(i18n.locales, switches));
    const screen = screenNames.find((each) => kind === 'page' && each === name);
    if (screen) return sendPage(res, screenPage(screen, url), name);
    const mail = mailNames.find((each) => kind === 'mail' && each === name);
    if (mail) return sendMail(res, mail, switches);
    if (kind === 'clients') return void res.setHeader('Content-Type', 'image/svg+xml').end(BOOKS_LOGO);
    if (url.pathname.startsWith('/dev/mailbox/')) return sendMail(res, 'sign-in', {});
    // What a page's script asks for while it is looked at: there is no passkey here.
    if (url.pathname.endsWith('/options')) return void res.end('{}');
    res.writeHead(404, { 'Content-Type': 'text/plain' }).end('not here: this server only shows pages\n');
  });

  function screenPage<Screen extends ScreenName>(screen: Screen, url: URL): string {
    const { state = '', theme, dir, locale } = Object.fromEntries(url.searchParams);
    const data = stateOf<Screens[Screen]>(getSamples(screen), state);
    const asked = url.searchParams.get('ui_locales') ?? undefined;
    const frame: Frame = {
      ...sampleFrame,
      locale: i18n.choose({ uiLocales: asked, cookie: locale }),
      here: url.pathname + url.search,
    };
    // A page that goes on by itself stands still here, to be looked at.
    const drawn = views.html(screen, data, frame).replace(' data-goes-on', '');
    return dressed(drawn, { theme, dir });
  }

  function sendMail<Mail extends MailName>(
    res: ServerResponse,
    name: Mail,
    { state = '', part = 'html', locale = 'en' },
  ): void {
    const { issuer, brand } = sampleFrame;
    const mail = views.mail(name, stateOf<Mails[Mail]>(getMailSamples(name), state), {
      locale: i18n.choose({ cookie: locale }),
      issuer,
      brand,
    });
    const isText = part === 'text';
    // A mail has its styles in attributes, which no page of ours may have: it is shown under its own policy.
    res.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    res.setHeader('Content-Type', `text/${isText ? 'plain' : 'html'}; charset=utf-8`);
    res.end(isText ? `Subject: ${mail.subject}\n\n${mail.text}` : mail.html);
  }
}

/** What the app of the samples has handed over. */
const BOOKS_LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="8" fill="#7a1fa2"/><path fill="#fff" d="M23 14c-3-3-8-4-13-4v25c5 0 10 1 13 4zm2 0c3-3 8-4 13-4v25c-5 0-10 1-13 4z"/></svg>';

/** The state that the address names, or the first one. */
function stateOf<Data>(samples: Samples<Data>, state: string): Data {
  return samples[state] ?? (Object.values(samples)[0] as Data);
}

function sendPage(res: ServerResponse, text: string, name = ''): void {
  setPageHeaders(res, {
    nonce: sampleFrame.nonce,
    kind: name.startsWith('account/') ? 'account' : 'flow',
    framesOwn: name === 'mail/mailbox',
    scriptHash: name === 'oidc/go-on' ? readAssets(ownPalette).goOnScriptHash : undefined,
  });
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.end(text);
}

/** Dark and right-to-left by force, for looking at them; the pages themselves follow the browser and the language. */
function dressed(
  text: string,
  { theme, dir }: { theme?: string | undefined; dir?: string | undefined },
): string {
  const scheme = theme === 'dark' || theme === 'light' ? theme : undefined;
  const css = `<style nonce="${sampleFrame.nonce}">:root{color-scheme:${scheme}}</style></head>`;
  const themed = scheme ? text.replace('</head>', css) : text;
  return dir === 'rtl' ? themed.replace(/ dir="ltr"/, ' dir="rtl"') : themed;
}

function indexPage(locales: readonly string[], switches: Record<string, string>): string {
  const query = (more: Record<string, string>) => `?${new URLSearchParams({ ...switches, ...more })}`;
  const choices = [
    ...locales.map((locale) => ({ label: locale, more: { locale } })),
    ...['light', 'dark'].map((theme) => ({ label: theme, more: { theme } })),
    ...['ltr', 'rtl'].map((dir) => ({ label: dir, more: { dir } })),
  ];
  const pages = screenNames.map(
    (screen) =>
      html`<h2>${screen}</h2><ul>${Object.keys(getSamples(screen)).map(
        (state) => html`<li><a href="/page/${screen}${query({ state })}">${state}</a></li>`,
      )}</ul>`,
  );
  const mails = mailNames.flatMap((name) =>
    Object.keys(getMailSamples(name)).map(
      (state) =>
        html`<li>${name}, ${state}: <a href="/mail/${name}${query({ state, part: 'html' })}">html</a>, <a href="/mail/${name}${query({ state, part: 'text' })}">text</a></li>`,
    ),
  );
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pages</title><style nonce="${sampleFrame.nonce}">:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}body{margin:2rem;columns:18rem}h1,nav{column-span:all}h2{font-size:1rem;margin-block:1rem 0;break-after:avoid}ul{margin:0}nav a{margin-inline-end:1rem}</style></head><body><h1>Every screen in every state</h1><nav>${choices.map(
    ({ label, more }) => html`<a href="${query(more)}">${label}</a>`,
  )}</nav><p>Now: ${Object.entries(switches).map(([name, value]) => `${name}=${value} `)}</p>${pages}<h2>mail</h2><ul>${mails}</ul></body></html>`;
  return `<!doctype html>${markupOf(page)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 3100);
  const folder = process.env.VIEWS_DIR;
  for (const mistake of folder ? judgeOverrides(resolve(folder), words) : []) console.error(mistake);
  const overrides = folder ? loadOverrides(resolve(folder)).overrides : undefined;
  createDevPages(overrides).listen(port, 'localhost', () =>
    console.log(`every page: http://localhost:${port}/`),
  );
}
