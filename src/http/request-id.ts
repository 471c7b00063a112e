import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { withHints } from '../lib/browser-name.ts';
import { randomText } from '../lib/random.ts';
import { sha256 } from '../lib/secret.ts';
import { wellFormedSecret } from './browser-secret.ts';
import { type AddressReader, networkOf } from './client-address.ts';
import { type CookieNames, readCookie } from './cookies.ts';
import { type RequestInfo, setRequestInfo } from './request.ts';

export type LocaleChooser = (wanted: {
  uiLocales?: string;
  cookie?: string;
  acceptLanguage?: string;
}) => string;

/**
 * First in the list: makes the `RequestInfo` that everything later reads, and tells the id in `X-Request-Id`. An id
 * that comes with the request is kept only when one of our own proxies sent it.
 */
export function createRequestId(deps: {
  addresses: AddressReader;
  cookies: CookieNames;
  chooseLocale: LocaleChooser;
}): Middleware {
  const { addresses, cookies, chooseLocale } = deps;
  const localeOf = createRememberingChooser(chooseLocale);
  return function requestId(ctx, next) {
    const { req } = ctx;
    const address = addresses.address(req);
    const id = givenId(req, addresses) ?? randomText(12);
    // No getters, although programs need neither nonce nor language: V8 would keep each request (`oidc/answered.ts`).
    const info: RequestInfo = {
      id,
      address,
      network: networkOf(address),
      userAgent: userAgentOf(req),
      nonce: randomText(16),
      locale: localeOf(wantedLocales(req, cookies)),
    };
    if (req.headers.cookie !== undefined) {
      const device = wellFormedSecret(readCookie(req, cookies.device));
      const browser = wellFormedSecret(readCookie(req, cookies.csrf));
      if (device !== undefined) info.knownBrowserHash = sha256(device);
      if (browser !== undefined) info.browserHash = sha256(browser);
    }
    setRequestInfo(req, info);
    ctx.res.setHeader('X-Request-Id', id);
    return next();
  };
}

/** Browsers have few lists of languages, and programs none; choosing among ours costs more than remembering. */
function createRememberingChooser(choose: LocaleChooser): LocaleChooser {
  const chosen = new Map<string, string>(); // at most MOST_CHOICES
  return (wanted) => {
    const { uiLocales, cookie, acceptLanguage = '' } = wanted;
    if (uiLocales !== undefined || cookie !== undefined || acceptLanguage.length > LONGEST_CHOICE)
      return choose(wanted);
    const known = chosen.get(acceptLanguage);
    if (known !== undefined) return known;
    const locale = choose(wanted);
    if (chosen.size < MOST_CHOICES) chosen.set(acceptLanguage, locale);
    return locale;
  };
}

const MOST_CHOICES = 500;
const LONGEST_CHOICE = 60;

/** With what the browser says of its device, when one of our pages has asked (`security-headers.ts`). */
function userAgentOf({ headers }: IncomingMessage): string {
  const userAgent = (headers['user-agent'] ?? '').slice(0, 256);
  if (!('sec-ch-ua-model' in headers) && !('sec-ch-ua-platform-version' in headers)) return userAgent;
  const hint = (name: string) => {
    const value = headers[`sec-ch-ua-${name}`];
    return typeof value === 'string' ? value.slice(0, 80) : '';
  };
  return withHints(userAgent, { model: hint('model'), platformVersion: hint('platform-version') });
}

/** What a reference id looks like: ours, or one that a proxy gave. */
export const isRequestId = (text: string): boolean => /^[\w.-]{8,64}$/.test(text);

function givenId(req: IncomingMessage, addresses: AddressReader): string | undefined {
  const given = req.headers['x-request-id'];
  if (typeof given !== 'string' || !isRequestId(given)) return undefined;
  return addresses.isTrusted(req) ? given : undefined;
}

function wantedLocales(req: IncomingMessage, cookies: CookieNames): Parameters<LocaleChooser>[0] {
  const query = req.url?.split('?', 2)[1];
  const uiLocales = query?.includes('ui_locales=') ? new URLSearchParams(query).get('ui_locales') : undefined;
  const cookie = readCookie(req, cookies.locale);
  const acceptLanguage = req.headers['accept-language'];
  return {
    ...(uiLocales ? { uiLocales: uiLocales.slice(0, 200) } : {}),
    ...(cookie ? { cookie: cookie.slice(0, 35) } : {}),
    ...(acceptLanguage ? { acceptLanguage: acceptLanguage.slice(0, 500) } : {}),
  };
}
