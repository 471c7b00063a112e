import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { type Account, FIVE_MINUTES, startAccount } from './set-up.ts';

const ORDERS = 'https://orders.example.com';
const SHELF = 'https://shelf.example.com';
const READ_AGAIN_MS = 1001;

describe('/account/api-keys', () => {
  let account: Account;
  let person: { id: string; email: string };
  let visitor: Visitor;
  beforeAll(async () => {
    account = await startAccount();
    const scopes = ['orders:read=See your orders', 'orders:write=Change your orders'];
    await account.command('resource-servers create', {
      identifier: ORDERS,
      name: 'Orders',
      scope: scopes,
      'api-keys': 'self-service',
    });
    await account.command('resource-servers create', {
      identifier: SHELF,
      scope: ['shelf:read=See your shelf'],
    });
  });
  afterAll(() => account?.close());
  beforeEach(async () => {
    person = await account.createPerson();
    visitor = (await account.signIn(person)).visitor;
  });

  const keys = () => account.modules.apiKeys;
  const ownKeys = (whose = person) => keys().listOf({ userId: whose.id });
  const shownKey = ({ html }: Page) => /<textarea id="key"[^>]*>([^<]*)</.exec(html)?.[1] ?? '';
  const make = async (typed: Record<string, string> = {}): Promise<Page> =>
    await visitor.submit(
      await visitor.open('/account/api-keys/add'),
      { name: 'Backup', 'scope:orders:read': 'yes', expiry: '30', ...typed },
      { form: 'api-keys/add' },
    );

  test('a key is made, shown this once, and works; without JavaScript', async () => {
    expect((await visitor.open('/account/applications')).html).toContain('/account/api-keys');
    const page = await make({ networks: '203.0.113.0/24\n2001:db8::/32' });
    const key = shownKey(page);
    const [apiKey] = await ownKeys();
    expect(apiKey).toMatchObject({
      name: 'Backup',
      resource: ORDERS,
      scopes: ['orders:read'],
      networks: ['203.0.113.0/24', '2001:db8::/32'],
      tier: keys().tiers[0],
    });
    const days = ((apiKey?.expiresAt ?? 0) - account.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
    expect(page.html).toContain(apiKey?.id ?? '-');
    expect(await keys().use(key, { address: '203.0.113.7' })).toMatchObject({ isActive: true });

    const list = await visitor.open('/account/api-keys');
    expect(list.html).not.toContain(key);
    expect(list.html).toContain('Used once in the last 30 days');
    expect(list.html).toContain('<svg class="uses"');
    expect(list.html).toContain('203.0.113.0/24, 2001:db8::/32');
    expect(await account.eventsOf(person)).toContain('api_keys.created');
  });

  test('what is wrong is said at its field, and nothing is made', async () => {
    const page = await visitor.submit(
      await visitor.open('/account/api-keys/add'),
      { name: ' ', networks: 'here' },
      { form: 'api-keys/add' },
    );
    expect(page.status).toBe(422);
    for (const sentence of ['Give the key a name', 'Choose at least one.', 'Write each network as'])
      expect(page.html).toContain(sentence);
    expect(await ownKeys()).toEqual([]);
    // And the same page makes one, once it is right.
    const typed = { name: 'Right', 'scope:orders:write': 'yes', networks: '' };
    expect(shownKey(await visitor.submit(page, typed, { form: 'api-keys/add' }))).not.toBe('');
  });

  test('the same form, sent again, makes no second key', async () => {
    const form = await visitor.open('/account/api-keys/add');
    const typed = { name: 'Twice', 'scope:orders:read': 'yes' };
    expect(shownKey(await visitor.submit(form, typed, { form: 'api-keys/add' }))).not.toBe('');
    const again = await visitor.submit(form, typed, { form: 'api-keys/add' });
    expect(again.html).toContain('This form was sent before');
    expect(await ownKeys()).toHaveLength(1);
  });

  test('making and renewing ask for fresh proofs, ending does not', async () => {
    await make();
    const [apiKey] = await ownKeys();
    account.passTime(FIVE_MINUTES + 1000);
    const asked = await visitor.open('/account/api-keys/add');
    const back = await account.proveAgain(visitor, asked);
    expect(back.heading).toBe('Make an API key');
    account.passTime(FIVE_MINUTES + 1000);
    const late = await visitor.submit(
      back,
      { name: 'Late', 'scope:orders:read': 'yes' },
      { form: 'api-keys/add' },
    );
    expect(late.heading).toBe('Sign in');
    expect(await ownKeys()).toHaveLength(1);
    expect((await visitor.open(`/account/api-keys/renew?key=${apiKey?.id}`)).heading).toBe('Sign in');
    const end = await visitor.open(`/account/api-keys/end?key=${apiKey?.id}`);
    expect(end.heading).toBe('End the API key');
    await visitor.submit(end, {}, { form: 'api-keys/end' });
    expect((await ownKeys())[0]?.ended).toMatchObject({ by: 'revoked' });
  });

  test('a key is renewed, and the one before works for as long as was chosen', async () => {
    const before = shownKey(await make());
    const [apiKey] = await ownKeys();
    const renew = await visitor.open(`/account/api-keys/renew?key=${apiKey?.id}`);
    const page = await visitor.submit(renew, { overlap: '1' }, { form: 'api-keys/renew' });
    const after = shownKey(page);
    expect(page.html).toContain('Your old key works until');
    expect(await keys().look(before)).toMatchObject({ isActive: true });
    account.passTime(3_601_000);
    expect(await keys().look(before)).toMatchObject({ isActive: false });
    expect(await keys().look(after)).toMatchObject({ isActive: true });
  });

  test('a key that was not used says so, and one that was not used lately says when it was', async () => {
    const key = shownKey(await make());
    const shown = async () =>
      /<span>((?:Not u|U)sed [^<]*)<\/span>/.exec((await visitor.open('/account/api-keys')).html)?.[1];
    expect(await shown()).toBe('Not used yet');
    const [apiKey] = await ownKeys();
    const { db } = account.modules;
    await db('api_keys')
      .where({ id: apiKey?.id })
      .update({ last_used_at: Date.now() - 40 * 86_400_000 });
    expect(await shown()).toBe('Not used in the last 30 days');
    await keys().use(key);
    expect(await shown()).toBe('Used once in the last 30 days');
  });

  test('an ended key is refused at once, is told as ended, and can be ended by nobody else', async () => {
    const key = shownKey(await make());
    const [apiKey] = await ownKeys();
    const other = await account.createPerson();
    const stranger = (await account.signIn(other)).visitor;
    for (const page of ['end', 'renew'])
      expect((await stranger.open(`/account/api-keys/${page}?key=${apiKey?.id}`)).status).toBe(404);
    const form = await visitor.open(`/account/api-keys/end?key=${apiKey?.id}`);
    expect((await stranger.submit(form, {}, { form: 'api-keys/end' })).status).toBeGreaterThanOrEqual(400);
    expect(await keys().look(key)).toMatchObject({ isActive: true });
    const list = await visitor.submit(form, {}, { form: 'api-keys/end' });
    expect(await keys().look(key)).toMatchObject({ isActive: false, why: 'revoked' });
    expect(list.html).toContain('The key has ended.');
    expect(list.html).not.toContain('/account/api-keys/renew');
    expect((await visitor.open(`/account/api-keys/renew?key=${apiKey?.id}`)).status).toBe(404);
  });

  test('people make keys only where the API says so, and only of what they may', async () => {
    const one = await visitor.open('/account/api-keys/add');
    expect(one.heading).toBe('Make an API key');
    const shelf = await account.modules.resourceServers.get(SHELF);
    const forced = await visitor.submit(
      one,
      { name: 'Forced', api: shelf.id, 'scope:shelf:read': 'yes' },
      { form: 'api-keys/add' },
    );
    expect(forced.heading).toBe('API keys');
    expect(await ownKeys()).toEqual([]);

    // One that the operator made there can be ended, and not renewed.
    await keys().create(
      { userId: person.id },
      { resource: SHELF, name: 'Given', scopes: ['shelf:read'] },
      SYSTEM,
    );
    const list = await visitor.open('/account/api-keys');
    expect(list.html).toContain('Given');
    expect(list.html).not.toContain('/account/api-keys/renew');

    await account.command(
      'resource-servers update',
      { 'api-keys': 'self-service', roles: 'enforce' },
      { positionals: [SHELF] },
    );
    account.passTime(READ_AGAIN_MS);
    expect((await visitor.open(`/account/api-keys/add?api=${shelf.id}`)).html).not.toContain('shelf:read');
    await account.command('resource-servers update', { roles: 'open' }, { positionals: [SHELF] });
    account.passTime(READ_AGAIN_MS);
    const which = await visitor.open('/account/api-keys/add');
    expect(which.html).toContain('Which API is it for?');
    expect((await visitor.open(`/account/api-keys/add?api=${shelf.id}`)).html).toContain('See your shelf');
    await account.command('resource-servers update', { 'api-keys': 'operator' }, { positionals: [SHELF] });
    account.passTime(READ_AGAIN_MS);
  });

  test('nobody sees them who is not signed in', async () => {
    expect((await createVisitor(account.issuer).open('/account/api-keys')).heading).toBe('Sign in');
  });
});
