import { createVisitor, type Page, type Visitor } from '../../flows/visitor.ts';

/** A browser that goes from one server to the other and back. */
export type Traveller = {
  open(address: string): Promise<Page>;
  /** A form, sent to whichever server its action names: to another site without Lax cookies, as browsers do. */
  submit: Visitor['submit'];
  /** What the browser has of one of the servers. */
  at(issuer: string): Visitor;
  /** A second browser with the cookies as they are now. */
  copy(): Traveller;
};

/**
 * Cookies are kept for each server apart, as if they had hosts of their own: they share `localhost` here. `stops`: an
 * address at which it stands still, though it knows the server.
 */
export function createTraveller(
  issuers: readonly string[],
  { stops = () => false }: { stops?(url: URL): boolean } = {},
): Traveller {
  const origins = issuers.map((issuer) => new URL(issuer).origin);
  return travellerOf(new Map(origins.map((origin) => [origin, createVisitor(origin)])), stops);
}

function travellerOf(visitors: ReadonlyMap<string, Visitor>, stops: (url: URL) => boolean): Traveller {
  const at = (address: string) => {
    const visitor = visitors.get(new URL(address).origin);
    if (!visitor) throw new Error(`no such server: ${address}`);
    return visitor;
  };

  /** From server to server, until a page is shown or nobody here has the address. */
  async function follow(page: Page): Promise<Page> {
    const next = new URL(page.url);
    const isRedirected = page.status >= 300 && page.status < 400;
    if (!isRedirected || stops(next) || !visitors.has(next.origin)) return page;
    const arrived = await follow(await at(page.url).open(page.url));
    return { ...arrived, trail: [...page.trail.slice(0, -1), ...arrived.trail] };
  }

  return {
    at,
    open: async (address) => follow(await at(address).open(address)),

    async submit(page, typed = {}, { form = 0, more = {} } = {}) {
      const posts = page.forms.filter(({ method }) => method === 'post');
      const chosen =
        typeof form === 'number' ? posts[form] : posts.find(({ action }) => action.includes(form));
      if (!chosen) throw new Error(`no such form on ${page.url} (${page.status} ${page.title})`);
      const action = new URL(chosen.action, page.url);
      const { origin } = new URL(page.url);
      const crossing = origin === action.origin ? {} : { origin, 'sec-fetch-site': 'cross-site', cookie: '' };
      const fields = { ...chosen.fields, ...typed };
      return follow(await at(action.href).post(action.href, fields, { ...crossing, ...more }));
    },

    copy: () =>
      travellerOf(new Map([...visitors].map(([origin, visitor]) => [origin, visitor.copy()])), stops),
  };
}
