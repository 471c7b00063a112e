import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Owner } from '../../src/api-keys/api-keys.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createId } from '../../src/lib/ids.ts';
import { eachStorage } from '../support/database.ts';
import { API, SHELF, type Started, startApiKeys } from './set-up.ts';

eachStorage('API keys', (dialect) => {
  let house: Started;
  let person: { id: string; email: string };
  beforeAll(async () => {
    house = await startApiKeys({ dialect });
    person = await house.createPerson();
  });
  afterAll(() => house?.close());

  const keys = () => house.modules.apiKeys;
  const owner = () => ({ userId: person.id });
  const why = async (key: string, wish = {}) => {
    const verdict = await keys().look(key, wish);
    return verdict.isActive ? 'active' : verdict.why;
  };

  test('is shown once, and opens what its owner may', async () => {
    const { apiKey, key } = await house.createKey(owner());
    expect(key).toMatch(/^ghk_[0-9a-hjkmnp-tv-z]{63}$/);
    expect(key.slice(4)).toMatch(new RegExp(`^${apiKey.id.slice(4)}`));
    const verdict = await keys().use(key, { scopes: ['orders:read'] });
    expect(verdict).toMatchObject({
      isActive: true,
      apiKey: { id: apiKey.id, owner: owner(), resource: API },
      scopes: ['orders:read'],
      counted: {
        windows: [
          { name: 'minute', points: 10, remaining: 9 },
          { name: 'day', points: 1000, remaining: 999 },
        ],
      },
    });
    const stored = JSON.stringify([
      await house.modules.db('api_keys').select(),
      await house.modules.db('api_key_secrets').select(),
    ]);
    expect(stored).not.toContain(key.slice(28));
  });

  test('is unknown when a character is another one, and asks no database then', async () => {
    const { key } = await house.createKey(owner());
    const last = key.endsWith('0') ? '1' : '0';
    const statements: string[] = []; // at most those of this test
    const listen = ({ sql }: { sql: string }) => void statements.push(sql);
    house.modules.db.knex.on('query', listen);
    for (const wrong of ['', 'ghk_', key.slice(0, -1) + last, `${key}0`, key.toUpperCase(), `${key}\n`])
      expect(await why(wrong)).toBe('unknown');
    expect(statements).toEqual([]);
    house.modules.db.knex.off('query', listen);
    expect(await why(key)).toBe('active');
  });

  test('may do no more than its owner: not other scopes, not another API', async () => {
    const { key } = await house.createKey(owner());
    expect(await why(key, { scopes: ['orders:write'] })).toBe('scope');
    const shelf = await house.modules.resourceServers.get(SHELF);
    const elsewhere = await keys().look(key, { resourceServerId: shelf.id });
    expect(elsewhere).toEqual({ isActive: false, why: 'unknown' });
    await expect(house.createKey(owner(), { scopes: ['orders:none'] })).rejects.toThrow('has no scope');
    await expect(house.createKey(owner(), { scopes: [] })).rejects.toThrow('must name one');
    await expect(house.createKey(owner(), { tier: 'huge' })).rejects.toThrow('must be one of free');
    await expect(house.createKey(owner(), { networks: ['10.0.0.0/33'] })).rejects.toThrow('no network');
  });

  test('works from its networks alone', async () => {
    const { key } = await house.createKey(owner(), { networks: ['203.0.113.0/24', '2001:db8::/32'] });
    expect(await why(key, { address: '203.0.113.9' })).toBe('active');
    expect(await why(key, { address: '2001:db8::1' })).toBe('active');
    for (const address of ['203.0.114.9', '2001:db9::1', undefined])
      expect(await why(key, { address })).toBe('network');
  });

  test('ends at its time, when it is revoked, and when somebody found it', async () => {
    const { key, apiKey } = await house.createKey(owner(), { expiresAt: house.clock.now() + 60_000 });
    house.pass(60_001);
    expect(await why(key)).toBe('expired');
    const other = await house.createKey(owner());
    await keys().revoke(other.apiKey.id, SYSTEM);
    expect(await why(other.key)).toBe('revoked');
    await expect(keys().revoke(other.apiKey.id, SYSTEM)).rejects.toMatchObject({ code: 'api_keys.ended' });
    const found = await house.createKey(owner());
    await keys().endLeaked(found.key, SYSTEM);
    expect(await why(found.key)).toBe('revoked');
    expect((await keys().get(found.apiKey.id)).ended).toMatchObject({ by: 'leaked' });
    await keys().endLeaked('ghk_nothing', SYSTEM);
    expect((await keys().get(apiKey.id)).ended).toBeUndefined();
  });

  test('is rotated: both work for the overlap, then the new one alone', async () => {
    const { key, apiKey } = await house.createKey(owner());
    const rotated = await keys().rotate(apiKey.id, { overlapSeconds: 60 }, SYSTEM);
    expect(await why(key)).toBe('active');
    expect(await why(rotated.key)).toBe('active');
    house.pass(60_001);
    expect(await why(key)).toBe('expired');
    expect(await why(rotated.key)).toBe('active');
    const again = await keys().rotate(apiKey.id, { overlapSeconds: 0 }, SYSTEM);
    expect([await why(rotated.key), await why(again.key)]).toEqual(['unknown', 'active']);
  });

  test('gives 50 at once over two nodes never one too many', async () => {
    const other = await house.startNode();
    try {
      for (let round = 0; round < 3; round += 1) {
        const { key } = await house.createKey(owner());
        for (let used = 0; used < 3; used += 1) await keys().use(key);
        const both = [keys(), other.app.modules.apiKeys];
        const verdicts = await Promise.all(Array.from({ length: 50 }, (_, at) => both[at % 2]?.use(key)));
        const active = verdicts.filter((verdict) => verdict?.isActive);
        expect(active).toHaveLength(7);
        const refused = verdicts.filter((verdict) => verdict?.isActive === false);
        expect(refused.every((verdict) => verdict?.counted?.retryAfterSeconds)).toBe(true);
      }
    } finally {
      await other.close();
    }
  });

  test('of one owner there are a hundred at most, however many are made at once over two nodes', async () => {
    const other = await house.startNode();
    onTestFinished(() => other.close());
    const clientId = await house.createService('--grant', 'client_credentials');
    const input = { resource: API, name: 'One more', scopes: ['orders:read'] };
    for (const whose of [{ userId: (await house.createPerson()).id }, { clientId }]) {
      const { apiKey } = await house.createKey(whose);
      await copy(apiKey.id, 96);
      const both = [keys(), other.app.modules.apiKeys];
      const made = await Promise.allSettled(
        Array.from({ length: 25 }, (_, at) => both[at % 2]?.create(whose, input, SYSTEM)),
      );
      const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
      expect(refused).toEqual(Array(22).fill('api_keys.too_many'));
      expect(await keys().listActive(whose)).toHaveLength(100);
      // One that has ended makes room.
      await keys().revoke(apiKey.id, SYSTEM);
      expect(await why((await house.createKey(whose)).key)).toBe('active');
    }
  });

  test('give no more in the minute in which their day ends', async () => {
    const { key, apiKey } = await house.createKey(owner(), { tier: 'small' });
    for (let at = 0; at < 3; at += 1) expect((await keys().use(key)).isActive).toBe(true);
    if (house.redis) {
      const counts = [...(await house.redis.keys())].filter(([name]) => name.includes('api-key:'));
      const longest = Math.max(...counts.map(([, milliseconds]) => milliseconds));
      expect(longest).toBeGreaterThan(86_400_000);
      return;
    }
    const { db, sweeper } = house.modules;
    await db('api_key_counts')
      .where({ id: apiKey.id })
      .update({ day_ends_at: house.clock.now() - 1000 });
    await sweeper.sweep();
    expect(await keys().use(key)).toMatchObject({ isActive: false, why: 'rate_limited' });
  });

  test('are counted where their owner is shown, until they end', async () => {
    const someone = await house.createPerson();
    const clientId = await house.createService('--grant', 'client_credentials');
    const shown: [Owner, string, string][] = [
      [{ userId: someone.id }, 'users', someone.email],
      [{ clientId }, 'clients', clientId],
    ];
    for (const [whose, noun, named] of shown) {
      const told = async () => {
        const { stdout } = await house.run([noun, 'show', named]);
        const { active_api_keys: count, api_keys: each } = await house.json(noun, 'show', named);
        expect(each).toHaveLength(count);
        return [stdout.match(/apk_\w{24} A key \(not used yet\)$/gm)?.length ?? 0, count];
      };
      expect(await told()).toEqual([0, 0]);
      const { apiKey } = await house.createKey(whose);
      await house.createKey(whose, { expiresAt: house.clock.now() + 60_000 });
      expect(await told()).toEqual([2, 2]);
      house.pass(60_001);
      expect(await told()).toEqual([1, 1]);
      await keys().revoke(apiKey.id, SYSTEM);
      expect(await told()).toEqual([0, 0]);
    }
  });

  if (dialect === 'redis')
    test('leaves no id in Redis, which counts by its hash', async () => {
      const { key, apiKey } = await house.createKey(owner());
      await keys().use(key);
      const names = [...((await house.redis?.keys()) ?? new Map<string, number>()).keys()];
      expect(names.filter((name) => name.includes(':api-key:')).length).toBeGreaterThan(0);
      expect([...names, await house.redis?.dump()].join('\n')).not.toContain(apiKey.id.slice(4));
    });

  /** As many more keys of the same owner, which nobody can open. */
  async function copy(id: string, count: number): Promise<void> {
    const { db } = house.modules;
    const row: object = await db('api_keys').where({ id }).first();
    await db('api_keys').insert(Array.from({ length: count }, () => ({ ...row, id: createId('apk') })));
  }

  test('is counted in no window when one of them is used up', async () => {
    const { key } = await house.createKey(owner(), { tier: 'burst' });
    const counted = [];
    for (let used = 0; used < 4; used += 1) counted.push(await keys().use(key));
    const last = counted.findLast(({ isActive }) => !isActive);
    expect(last).toMatchObject({ why: 'rate_limited', counted: { retryAfterSeconds: 1 } });
    const [burst, minute] = last?.counted?.windows ?? [];
    expect([burst?.remaining, minute?.remaining]).toEqual([0, 48]);
  });
});
