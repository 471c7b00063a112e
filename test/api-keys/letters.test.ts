import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailsTo } from '../flows/mailbox.ts';
import { eachDatabase } from '../support/database.ts';
import { API, type Started, startApiKeys } from './set-up.ts';

const DAY = 86_400_000;

eachDatabase('mails about API keys', (dialect) => {
  let house: Started;
  beforeAll(async () => {
    house = await startApiKeys({ dialect });
    await house.json('resource-servers', 'update', API, '--name', 'Orders');
  });
  afterAll(() => house?.close());

  const keys = () => house.modules.apiKeys;
  const mailsAbout = async (email: string, word: string) =>
    (await mailsTo(house, email)).filter(({ subject }) => subject.includes(word));
  const runJobs = async () => {
    for (const job of keys().jobs) await job.run();
  };

  test('say that one was made, what it opens, and where they are', async () => {
    const { email } = await house.createPerson();
    const options = ['--resource', API, '--scope', 'orders:read', '--name', 'Report'];
    const { key } = await house.json('api-keys', 'create', '--user', email, ...options);
    const [mail, ...others] = await mailsAbout(email, 'New API key');
    expect(others).toEqual([]);
    expect(mail?.text).toContain('Report');
    expect(mail?.text).toContain('Orders');
    expect(mail?.text).toContain(`${house.url}/account/api-keys`);
    // Whoever reads the mail has not got the key.
    expect(mail?.text).not.toContain(key.slice(28));
  });

  test('tell of a network that is new, and not of the first, of one known, or twice a day', async () => {
    const { id, email } = await house.createPerson();
    const { key, apiKey } = await house.createKey({ userId: id }, { tier: 'free' });
    const useFrom = async (address: string) => {
      await keys().use(key, { address });
      await keys().flush();
      return (await mailsAbout(email, 'new network')).length;
    };
    expect(await useFrom('203.0.113.7')).toBe(0);
    expect(await useFrom('203.0.113.7')).toBe(0);
    expect(await useFrom('198.51.100.4')).toBe(1);
    expect(await useFrom('198.51.100.5')).toBe(1);
    house.pass(DAY + 1);
    expect(await useFrom('198.51.100.5')).toBe(1);
    expect(await useFrom('2001:db8::1')).toBe(2);
    // The audit has every one, with the network.
    const events = await house.modules.audit.list({ event: 'api_keys', userId: id });
    expect(
      events
        .filter(({ detail }) => detail?.apiKeyId === apiKey.id)
        .map(({ event, network }) => [event, network]),
    ).toEqual([
      ['api_keys.new_network', '2001:db8:0:0::/64'],
      ['api_keys.new_network', '198.51.100.5'],
      ['api_keys.new_network', '198.51.100.4'],
      ['api_keys.first_used', '203.0.113.7'],
      ['api_keys.created', undefined],
    ]);
  });

  test('tell of another network after 90 idle days, which the audit calls no first use', async () => {
    const { id, email } = await house.createPerson();
    const { key } = await house.createKey({ userId: id });
    const useFrom = async (address: string) => {
      await keys().use(key, { address });
      await keys().flush();
      return (await mailsAbout(email, 'new network')).length;
    };
    const idle = async () => {
      house.pass(91 * DAY);
      // As the sweeper does.
      await house.modules.db('api_key_networks').where('expires_at', '<=', house.clock.now()).delete();
    };
    expect(await useFrom('203.0.113.7')).toBe(0);
    await idle();
    expect(await useFrom('203.0.113.7')).toBe(0); // at home, where it was used last
    await idle();
    expect(await useFrom('198.51.100.66')).toBe(1);
    const events = await house.modules.audit.list({ event: 'api_keys', userId: id });
    expect(events.map(({ event, network }) => [event, network])).toEqual([
      ['api_keys.new_network', '198.51.100.66'],
      ['api_keys.new_network', '203.0.113.7'],
      ['api_keys.first_used', '203.0.113.7'],
      ['api_keys.created', undefined],
    ]);
  });

  test('tell of the end a week before it, once, and not of what was made for a week', async () => {
    const { id, email } = await house.createPerson();
    const in30 = { expiresAt: house.clock.now() + 30 * DAY };
    const { apiKey } = await house.createKey({ userId: id }, { ...in30, name: 'Long' });
    await house.createKey({ userId: id }, { expiresAt: house.clock.now() + 5 * DAY, name: 'Short' });
    await house.createKey({ userId: id }, { ...in30, name: 'Gone' });
    const gone = (await keys().listOf({ userId: id })).find(({ name }) => name === 'Gone');
    await house.json('api-keys', 'revoke', gone?.id ?? '');
    await runJobs();
    expect(await mailsAbout(email, 'expires soon')).toEqual([]);
    house.pass(23 * DAY + 1);
    await Promise.all([runJobs(), runJobs(), runJobs()]);
    const told = await mailsAbout(email, 'expires soon');
    expect(told.map(({ subject }) => subject)).toEqual(['Your API key Long expires soon']);
    expect((await keys().get(apiKey.id)).ended).toBeUndefined();
  });

  test('are not written to services, whose keys the audit tells of', async () => {
    const client = await house.createService('--grant', 'client_credentials');
    const { apiKey } = await house.createKey({ clientId: client });
    const [event] = await house.modules.audit.list({ event: 'api_keys.created', clientId: client });
    expect(event?.detail).toMatchObject({ apiKeyId: apiKey.id, after: { key: 'set', tier: 'free' } });
  });
});
