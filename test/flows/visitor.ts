/** A browser without a screen: cookies by path, redirects, and forms as the page has them. No JavaScript. */

export type Page = {
  /** Where the browser ended. */
  url: string;
  status: number;
  headers: Headers;
  html: string;
  title: string;
  heading: string;
  forms: readonly PageForm[];
  /** Addresses passed on the way, the last one included. */
  trail: readonly string[];
};

export type PageForm = { action: string; method: string; fields: Record<string, string> };

export type Visitor = {
  readonly cookies: Cookie[];
  request(method: string, address: string, body?: URLSearchParams, more?: object): Promise<Response>;
  open(address: string): Promise<Page>;
  /** Sends a form as the page has it, with what the person typed. `more`: headers that a browser would not send. */
  submit(
    page: Page,
    typed?: Record<string, string>,
    options?: { form?: number | string; more?: Record<string, string> },
  ): Promise<Page>;
  post(address: string, fields: Record<string, string>, more?: Record<string, string>): Promise<Page>;
  /** A second browser with the cookies as they are now. */
  copy(): Visitor;
};

type Cookie = { name: string; value: string; path: string };

/** How a request leaves: `fetch`, unless a test sends it through another node. */
export type Send = (url: URL, init: RequestInit) => Promise<Response>;

/** `issuer`: redirects that leave its origin are not followed; the page then has the foreign address and no html. */
export function createVisitor(
  issuer: string,
  headers: Record<string, string> = {},
  send: Send = fetch,
): Visitor {
  const origin = new URL(issuer).origin;
  const cookies: Cookie[] = [];

  async function request(method: string, address: string, body?: URLSearchParams, more = {}) {
    const url = new URL(address);
    const response = await send(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
        ...headers,
        ...(cookies.length > 0 ? { cookie: headerFor(url) } : {}),
        ...(body ? { origin, 'sec-fetch-site': 'same-origin' } : {}),
        ...more,
      },
      ...(body ? { body } : {}),
    });
    for (const line of response.headers.getSetCookie()) take(line, url);
    return response;
  }

  async function go(method: string, address: string, body?: URLSearchParams, more = {}): Promise<Page> {
    const trail = [address];
    let response = await request(method, address, body, more);
    while (response.status >= 300 && response.status < 400) {
      await response.arrayBuffer();
      const next = new URL(response.headers.get('location') ?? '', trail.at(-1)).href;
      trail.push(next);
      if (trail.length > 20) throw new Error(`a circle of redirects: ${trail.join('\n')}`);
      if (new URL(next).origin !== origin) return pageOf(next, response, '', trail);
      response = await request('GET', next);
    }
    return pageOf(trail.at(-1) ?? '', response, await response.text(), trail);
  }

  function headerFor(url: URL): string {
    const fitting = cookies.filter(({ path }) => isBelow(url.pathname, path));
    // RFC 6265 §5.4: longer paths first.
    fitting.sort((a, b) => b.path.length - a.path.length);
    return fitting.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  function take(line: string, url: URL): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? (url.pathname.slice(0, url.pathname.lastIndexOf('/')) || '/');
    const known = cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
    if (known >= 0) cookies.splice(known, 1);
    const expires = attribute('expires');
    const isGone =
      attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now());
    if (!isGone && value !== '') cookies.push({ name, value, path });
  }

  return {
    cookies,
    request,
    open: (address) => go('GET', new URL(address, issuer).href),

    submit(page, typed = {}, { form = 0, more = {} } = {}) {
      const posts = page.forms.filter(({ method }) => method === 'post');
      const chosen =
        typeof form === 'number' ? posts[form] : posts.find(({ action }) => action.includes(form));
      if (!chosen) throw new Error(`no such form on ${page.url} (${page.status} ${page.title})`);
      const body = new URLSearchParams({ ...chosen.fields, ...typed });
      return go('POST', new URL(chosen.action, page.url).href, body, more);
    },

    post: (
      address: string,
      fields: Record<string, string>,
      more: Record<string, string> = {},
    ): Promise<Page> => go('POST', new URL(address, issuer).href, new URLSearchParams(fields), more),

    copy() {
      const other = createVisitor(issuer, headers, send);
      other.cookies.push(...cookies.map((cookie) => ({ ...cookie })));
      return other;
    },
  };
}

function pageOf(url: string, response: Response, html: string, trail: readonly string[]): Page {
  return {
    url,
    status: response.status,
    headers: response.headers,
    html,
    title: unescaped(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? ''),
    heading: unescaped((/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '')),
    forms: [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, attributes = '', inside = '']) => ({
      action: unescaped(attributeOf(attributes, 'action') ?? url),
      method: (attributeOf(attributes, 'method') ?? 'get').toLowerCase(),
      fields: Object.fromEntries(
        [...inside.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) => {
          const name = attributeOf(input, 'name');
          const isUnchecked = attributeOf(input, 'type') === 'checkbox' && !/\schecked\b/.test(input);
          return name === undefined || isUnchecked
            ? []
            : [[unescaped(name), unescaped(attributeOf(input, 'value') ?? '')]];
        }),
      ),
    })),
    trail,
  };
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|([^\\s>]+))`).exec(attributes);
  return found?.[1] ?? found?.[2];
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

function isBelow(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}
