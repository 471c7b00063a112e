import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { GatehouseError } from '../../src/lib/errors.ts';
import { builtInMethods } from '../../src/methods/built-in.ts';
import type { MethodPlugIn } from '../../src/methods/plug-in.ts';
import { badgeOf, workplace } from '../methods/workplace/workplace.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

const CALLBACK = 'http://localhost:9999/callback';
const SECRET = 'one secret of two houses';
/** All that there are, and one more. */
const methods = [...builtInMethods, workplace];

let gatehouse: Gatehouse;
let person: { id: string; email: string };
let start: string;

async function createApp(more: Record<string, string | string[]> = {}): Promise<string> {
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [CALLBACK],
    'auth-method': 'none',
    type: 'spa',
    ...more,
  });
  return `${gatehouse.issuer}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;
}

/** By the row on the login page to where it leads. */
async function leave(visitor: Visitor): Promise<URL> {
  const login = await visitor.open(start);
  const row = /<(?:a href|button form="login" formaction)="([^"]*\/workplace\b[^"]*)"/
    .exec(login.html)?.[1]
    ?.replaceAll('&amp;', '&');
  return new URL((await visitor.open(new URL(row ?? '', login.url).href)).url);
}

/** What the provider answers: the browser is sent back with a badge. */
function backFrom(away: URL, email: string, nonce = away.searchParams.get('nonce') ?? ''): string {
  const state = away.searchParams.get('state') ?? '';
  return `/workplace/back?${new URLSearchParams({ state, badge: badgeOf(email, nonce, SECRET) })}`;
}

const isAtApp = (page: Page) => page.url.startsWith(`${CALLBACK}?code=`);
const isSignedIn = async (visitor: Visitor) =>
  new URL((await visitor.open('/account')).url).pathname === '/account';

eachDatabase('a way to sign in that leads away, plugged into the whole server', (dialect) => {
  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect, methods });
  });
  afterAll(() => gatehouse?.close());
  beforeEach(async () => {
    person = await createPerson(gatehouse);
    start = await createApp();
  });

  test('who comes back with a proof goes on to the app', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const away = await leave(visitor);
    expect(away.origin + away.pathname).toBe('https://workplace.example/enter');
    const consent = await visitor.open(backFrom(away, person.email));
    expect(isAtApp(await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' }))).toBe(true);
    const [event] = await gatehouse.modules.audit.list({
      userId: person.id,
      event: 'workplace.proved',
      limit: 1,
    });
    expect(event).toMatchObject({ outcome: 'success' });
  });

  test('who is proved and is no person here is told so, and may go on another way', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const stranger = `nobody-${randomBytes(4).toString('hex')}@elsewhere.example`;
    const page = await visitor.open(backFrom(await leave(visitor), stranger));
    expect([page.status, page.heading]).toEqual([403, 'No account is connected']);
    expect(page.html).not.toContain(stranger);
    expect(await isSignedIn(visitor.copy())).toBe(false);
    const other = /class="btn go" href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const login = await visitor.open(new URL(other, page.url).href);
    // The page still knows which app waits.
    expect(new URL(login.url).searchParams.get('app')).not.toBeNull();
    const consent = await visitor.submit(login, { identifier: person.email, password: PASSWORD });
    expect(isAtApp(await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' }))).toBe(true);
  });

  test('an answer counts once, in the browser that had left, and for what it was asked for', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const thief = createVisitor(gatehouse.issuer);
    const away = await leave(visitor);
    const back = backFrom(away, person.email);
    // Somebody else's browser, with a sign-in of its own and without one.
    await thief.open(start);
    for (const other of [thief, createVisitor(gatehouse.issuer)]) {
      const page = await other.open(back);
      expect(isAtApp(page) || page.html.includes('name="decision"')).toBe(false);
      expect(await isSignedIn(other)).toBe(false);
    }
    const replay = visitor.copy();
    const wrong = await visitor.open(backFrom(away, person.email, 'another nonce'));
    expect([wrong.status, wrong.html.includes('Try again')]).toEqual([422, true]);
    expect(wrong.html).toContain('Password');
    // The attempt is used up: the right answer comes too late.
    const late = await replay.open(back);
    expect([late.status, isAtApp(late)]).toEqual([422, false]);
    expect(await isSignedIn(replay)).toBe(false);
    // A reload of what was refused is told so, and is no second refusal.
    const refusals = async () =>
      (await gatehouse.modules.audit.list({ event: 'workplace.refused', limit: 100 })).length;
    const before = await refusals();
    expect((await visitor.open(wrong.url)).status).toBe(422);
    expect([before > 0, await refusals()]).toEqual([true, before]);
    // What it was handed on with works once as well.
    const again = await leave(visitor);
    const consent = await visitor.open(backFrom(again, person.email));
    expect(consent.html).toContain('name="decision"');
    const mark = consent.trail.find((address) => address.includes('/workplace/back?mark=')) ?? '';
    expect(mark).toContain('/interaction/');
    const second = await visitor.open(mark);
    expect(second.trail.some((address) => address.includes('code='))).toBe(false);
  });

  test('the only way of an app leads away at once, and comes back with a page when it proves nothing', async () => {
    start = await createApp({ method: ['workplace'] });
    const visitor = createVisitor(gatehouse.issuer);
    const away = new URL((await visitor.open(start)).url);
    expect(away.hostname).toBe('workplace.example');
    const page = await visitor.open(backFrom(away, person.email, 'another nonce'));
    expect([page.status, page.heading]).toEqual([422, 'Sign in']);
  });

  test('50 comings back at once with one answer are one sign-in', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const back = backFrom(await leave(visitor), person.email);
    await Promise.all(Array.from({ length: 50 }, () => visitor.copy().open(back)));
    const proved = await gatehouse.modules.audit.list({
      userId: person.id,
      event: 'workplace.proved',
      limit: 100,
    });
    expect(proved).toHaveLength(1);
  });
});

describe('the settings of a way to sign in that is plugged in', () => {
  const wrong = (environment: Record<string, string>, plugIns: readonly MethodPlugIn[] = methods) => {
    try {
      loadConfig(environment, { methods: plugIns });
    } catch (error) {
      return (error as GatehouseError).detail.mistakes;
    }
    return [];
  };
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-plugged-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const withFile = (yaml: string) => {
    const path = join(folder, `${randomBytes(4).toString('hex')}.yaml`);
    writeFileSync(path, yaml);
    return { CONFIG: path };
  };

  test('have their defaults, and are judged by it', () => {
    expect(loadConfig({}, { methods })).toMatchObject({ workplace: { secret: SECRET } });
    expect(wrong(withFile('workplace: { address: "http://workplace.example" }'))).toEqual([
      'workplace.address must start with https://.',
    ]);
    expect(wrong(withFile('workplace: { adress: "" }'))).toHaveLength(1);
  });

  test('it may be the one that is offered, and is none without the plug-in', () => {
    const file = withFile('methods: { offered: [workplace] }');
    expect(wrong(file)).toEqual([]);
    expect(wrong(file, builtInMethods)).toHaveLength(1);
  });
});
