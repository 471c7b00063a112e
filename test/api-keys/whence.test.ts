import { afterAll, beforeAll, expect, test } from 'vitest';
import { down, up } from '../../migrations/202611291414_api_keys_whence.ts';
import { createApiKeyStore } from '../../src/api-keys/store.ts';
import { createUses } from '../../src/api-keys/uses.ts';
import { eachDatabase } from '../support/database.ts';
import { API, post, type Started, startApiKeys } from './set-up.ts';

/** After a leak: when was this key last used, from where, and who has tried it since. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOME = '203.0.113.7';
const THIEF = '198.51.100.66';

eachDatabase('what an operator asks of an API key', (dialect) => {
  let house: Started;
  let authorization: string;
  beforeAll(async () => {
    house = await startApiKeys({ dialect });
    authorization = await house.credentialsOf(API);
  });
  afterAll(() => house?.close());

  const keys = () => house.modules.apiKeys;
  const verify = async (key: string, address?: string) => {
    const { body } = await post(house.url, 'verify', { key, address }, { authorization });
    await keys().flush();
    return body.reason ?? 'active';
  };
  const eventsOf = async (clientId: string) => {
    const argv = ['audit', 'tail', '--client', clientId, '--event', 'api_keys', '--json'];
    const events = (await house.run(argv)).json as { event: string; network?: string; detail: object }[];
    return events.map(({ event, network, detail }) => [
      event.replace('api_keys.', ''),
      network,
      ...('why' in detail ? [detail.why] : []),
    ]);
  };

  test('is told beside its owner: when it was used last, and from where', async () => {
    const person = await house.createPerson();
    const clientId = await house.createService('--grant', 'client_credentials');
    for (const [owner, noun, named] of [
      [{ userId: person.id }, 'users', person.email],
      [{ clientId }, 'clients', clientId],
    ] as const) {
      const { key, apiKey } = await house.createKey(owner, { name: 'Backup' });
      const { id } = apiKey;
      const shown = async () => (await house.json(noun, 'show', named)).api_keys;
      const words = async () => (await house.run([noun, 'show', named])).stdout;
      expect(await shown()).toEqual([{ id, name: 'Backup', last_used_at: null, last_used_from: null }]);
      expect(await words()).toContain(`${id} Backup (not used yet)`);
      expect((await house.run(['api-keys', 'show', id])).stdout).toMatch(/^used +not used yet$/m);
      expect((await house.run(['api-keys', 'list'])).stdout).toMatch(
        new RegExp(`^${id} .* not used yet *$`, 'm'),
      );

      await verify(key, HOME);
      await verify(key, THIEF);
      const hour = new Date(Math.floor(house.clock.now() / HOUR) * HOUR).toISOString();
      expect(await shown()).toEqual([{ id, name: 'Backup', last_used_at: hour, last_used_from: THIEF }]);
      expect(await words()).toContain(`${id} Backup (last used ${hour} from ${THIEF})`);
      // Back home within the hour, as a server that listens on IPv6 names it; then from where nobody said.
      await verify(key, `::ffff:${HOME}`);
      expect((await shown())[0].last_used_from).toBe(HOME);
      house.pass(HOUR);
      await verify(key);
      expect((await shown())[0].last_used_from).toBe(null);
      const { used_from: usedFrom, refused_from: refusedFrom } = await house.json('api-keys', 'show', id);
      expect(usedFrom.map(({ network }: { network: string }) => network).sort()).toEqual([THIEF, HOME]);
      expect(refusedFrom).toEqual([]);
    }
  });

  test('is told by the audit: its first use, each new network, and each refusal, once', async () => {
    const clientId = await house.createService('--grant', 'client_credentials');
    const { key, apiKey } = await house.createKey({ clientId }, { tier: 'small' });
    for (const address of [HOME, HOME, THIEF]) expect(await verify(key, address)).toBe('active');
    for (let at = 0; at < 3; at += 1) expect(await verify(key, THIEF)).toBe('rate_limited');
    await house.json('api-keys', 'revoke', apiKey.id);
    for (const address of [HOME, THIEF, THIEF]) expect(await verify(key, address)).toBe('revoked');
    expect(await verify(key)).toBe('revoked');
    // A day later it is known still; so it is to another process, by its row.
    house.pass(DAY);
    expect(await verify(key, THIEF)).toBe('revoked');
    expect(await eventsOf(clientId)).toEqual([
      ['created', undefined],
      ['first_used', HOME],
      ['new_network', THIEF],
      ['refused', THIEF, 'rate_limited'],
      ['revoked', undefined],
      ['refused', HOME, 'revoked'],
      ['refused', THIEF, 'revoked'],
      ['refused', undefined, 'revoked'],
    ]);
    const { refused_from: refusedFrom } = await house.json('api-keys', 'show', apiKey.id);
    expect(refusedFrom[0]).toMatchObject({
      network: THIEF,
      reason: 'revoked',
      last_on: new Date(house.clock.now()).toISOString().slice(0, 10),
    });
    expect((await house.run(['api-keys', 'show', apiKey.id])).stdout).toContain(`${THIEF} (revoked; first `);
  });

  test('a key that is bound, over or of somebody disabled is told where it is presented, at /token too', async () => {
    const person = await house.createPerson();
    const { key, apiKey } = await house.createKey({ userId: person.id }, { networks: ['192.0.2.0/24'] });
    const exchange = async () => {
      const answer = await fetch(`${house.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: key,
          subject_token_type: `${house.url}/token-type/api-key`,
          client_id: apiKey.id,
        }),
      });
      await keys().flush();
      return answer.status;
    };
    // An API that does not say where the key came from, as none can at introspection, is no thief.
    expect(await verify(key)).toBe('network');
    const introspected = await fetch(`${house.url}/token/introspection`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ token: key }),
    });
    expect(await introspected.json()).toEqual({ active: false });
    expect(await exchange()).toBe(400);
    expect(await verify(key, THIEF)).toBe('network');
    await house.json('users', 'disable', person.email);
    expect(await verify(key, THIEF)).toBe('revoked');
    const events = await house.modules.audit.list({ event: 'api_keys.refused', userId: person.id });
    expect(events.map(({ network, detail, outcome }) => [network, detail?.why, outcome])).toEqual([
      [THIEF, 'revoked', 'refused'],
      [THIEF, 'network', 'refused'],
      [expect.stringMatching(/^127\.|^::1/), 'network', 'refused'],
    ]);
  });

  test('nobody fills the audit with a key that is over: a hundred networks are told of', async () => {
    const clientId = await house.createService('--grant', 'client_credentials');
    const { key, apiKey } = await house.createKey({ clientId });
    await house.json('api-keys', 'revoke', apiKey.id);
    for (let at = 0; at < 130; at += 1) await keys().look(key, { address: `198.51.100.${at}` });
    await keys().flush();
    const events = await house.modules.audit.list({ event: 'api_keys.refused', clientId, limit: 1000 });
    expect(events).toHaveLength(100);
    const rows = await house.modules.db('api_key_networks').where({ api_key_id: apiKey.id });
    expect(rows).toHaveLength(100);
  });

  test('what the audit could not be told at first it is told later, once', async () => {
    const clientId = await house.createService('--grant', 'client_credentials');
    const { apiKey } = await house.createKey({ clientId });
    const told: string[] = [];
    const failOnce = async (what: string) => {
      told.push(what);
      if (told.filter((each) => each === what).length === 1) throw new Error(`no ${what}`);
    };
    const uses = createUses({
      store: createApiKeyStore(house.modules.db),
      clock: house.clock,
      onNewNetwork: (_key, network) => failOnce(network),
      onRefused: (_key, _network, why) => failOnce(why),
      tellOwner: () => failOnce('letter'),
    });
    for (const address of [HOME, THIEF]) uses.note(apiKey, { isRefused: false, address });
    uses.noteRefusal(apiKey, 'expired', THIEF);
    for (let failures = 0; failures < 4; failures += 1) await expect(uses.flush()).rejects.toThrow(/^no /);
    for (let at = 0; at < 2; at += 1) await uses.flush();
    // A letter that fails is not tried again: it would hold up what comes after it.
    expect(told.toSorted()).toEqual([HOME, HOME, THIEF, THIEF, 'expired', 'expired', 'letter'].toSorted());
  });

  test('to the release before, refusals are no uses', async () => {
    const { db } = house.modules;
    const networks = async () => await db('api_key_networks').orderBy('id').pluck('id');
    const uses = await db('api_key_networks').whereNull('refused').orderBy('id').pluck('id');
    expect((await networks()).length).toBeGreaterThan(uses.length);
    await db.transaction((inside) => down(inside.knex));
    expect(await networks()).toEqual(uses);
    await db.transaction((inside) => up(inside.knex));
  });
});
