import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import type { TestApp } from '../support/app.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { startSite } from '../support/site.ts';

type Handler = Parameters<typeof startSite>[1];

/** An app of somebody else, which needs to know its own origin before it can be made. */
export async function startRelyingParty(create: (origin: string) => Promise<Handler>) {
  let handler: Handler = (_req, res) => res.end();
  const site = await startSite('localhost', (req, res) => handler(req, res));
  handler = await create(site.origin);
  return site;
}

/** From the app's address of "sign in" through our pages and back into the app, until it shows something. */
export async function signInThrough(
  { url }: Pick<TestApp, 'url'>,
  address: string,
  person: { email: string },
  app: Visitor = createVisitor(address),
): Promise<{ page: Page; app: Visitor; gatehouse: Visitor }> {
  const gatehouse = createVisitor(url);
  const page = await throughGatehouse(gatehouse, (await app.open(address)).url, person);
  return { page: await app.open(page.url), app, gatehouse };
}

/** Sign-in and consent, as far as either is asked, up to the address with which the browser returns to the app. */
export async function throughGatehouse(
  gatehouse: Visitor,
  address: string,
  person: { email: string },
): Promise<Page> {
  let page = await gatehouse.open(address);
  if (page.forms.some(({ action }) => action.includes('/login')))
    page = await gatehouse.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  if (page.forms.some(({ action }) => action.includes('/consent')))
    page = await gatehouse.submit(page, { decision: 'allow' }, { form: '/consent' });
  return page;
}
