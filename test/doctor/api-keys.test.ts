import { expect, onTestFinished, test } from 'vitest';
import { checkApiKeys } from '../../src/doctor/api-keys.ts';
import { startApiKeys, TIERS } from '../api-keys/set-up.ts';
import { eachDatabase } from '../support/database.ts';

eachDatabase('API keys in the doctor', (dialect) => {
  test('tells of tiers that the settings name no more, until no key has one', async () => {
    const house = await startApiKeys({ dialect });
    onTestFinished(() => house.close());
    const { db } = house.modules;
    const { small, ...others } = TIERS;
    const found = async (tiers: Record<string, object> = others) => {
      const all = await checkApiKeys({ config: { apiKeys: { tiers } }, db, clock: house.clock });
      return all.map(({ check, level, what }) => `${check} ${level}: ${what}`);
    };
    const { id } = await house.createPerson();
    expect(await found()).toEqual([expect.stringMatching(/^api_keys ok: /)]);
    const { apiKey, key } = await house.createKey({ userId: id }, { tier: 'small' });
    expect(await found()).toEqual([expect.stringMatching(/^api_keys\.tiers warning: .*: small\.$/)]);
    expect(await found({ ...others, small })).toEqual([expect.stringMatching(/^api_keys ok: /)]);

    // Meanwhile it has the smallest tier that there is.
    const node = await house.startNode({ apiKeys: { tiers: { ...others, tiny: { perMinute: 2 } } } });
    const verdict = await node.app.modules.apiKeys.use(key);
    await node.close();
    expect(verdict).toMatchObject({ isActive: true, counted: { windows: [{ points: 2, remaining: 1 }] } });

    await house.json('api-keys', 'revoke', apiKey.id);
    expect(await found()).toEqual([expect.stringMatching(/^api_keys ok: /)]);
  });
});
