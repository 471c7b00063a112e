import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SYSTEM } from '../../src/lib/actor.ts';
import type { TestApp } from '../support/app.ts';
import { repository } from '../support/processes.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { totpCode } from '../support/totp-code.ts';
import { type Example, reserveOrigin, startExample } from './example-process.ts';

/** The API of the examples, registered and running. */
export async function startNotesApi({ url, modules }: TestApp): Promise<Example> {
  const origin = await reserveOrigin();
  await modules.resourceServers.create(
    {
      identifier: origin,
      scopes: [
        { name: 'notes:read', sentence: 'Read your notes' },
        { name: 'notes:write', sentence: 'Add notes' },
      ],
    },
    SYSTEM,
  );
  return startExample('resource-server', origin, { ISSUER: url });
}

/** The single-page app, registered as its README says and running. Another `host` is another site. */
export async function startSpa(
  { url, modules }: TestApp,
  { host = 'localhost', api, refreshes = true }: { host?: string; api?: string; refreshes?: boolean } = {},
): Promise<Example> {
  const origin = await reserveOrigin(host);
  const { client } = await modules.clients.create(
    {
      name: 'Notes in the browser',
      type: 'spa',
      grants: refreshes ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
      redirectUris: [`${origin}/callback`, `${origin}/silent`],
      postLogoutRedirectUris: [`${origin}/`],
    },
    SYSTEM,
  );
  return startExample('spa', origin, { ISSUER: url, CLIENT_ID: client.id, ...(api ? { API: api } : {}) });
}

/** What a person does on our pages: e-mail, password, and a decision where it is asked. */
export async function signInOnPages(
  page: Page,
  email: string,
  { password = PASSWORD, decision = 'allow' }: { password?: string; decision?: 'allow' | 'deny' } = {},
): Promise<void> {
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', password);
  await clickThrough(page, 'main form button.go');
  const button = `[name=decision][value=${decision}]`;
  if ((await page.locator(button).count()) > 0) await clickThrough(page, button);
}

/** Clicks, and waits until the page that follows stands. */
async function clickThrough(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click(selector)]);
}

/** Lines of an example's own code; its README, its package.json, blank lines and comments are not counted. */
export function countLines(name: string): number {
  const folder = join(repository, 'examples', name);
  const code = readdirSync(folder).filter((file) => /\.(js|html)$/.test(file));
  const lines = code.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  return lines.filter((line) => !/^\s*($|\/\/|\/\*|\*)/.test(line)).length;
}

/** The code of so many steps from now; one step of drift is allowed. */
export const codeAfter = (secret: string, steps: number): string =>
  totpCode(secret, Date.now() + steps * 30_000);
