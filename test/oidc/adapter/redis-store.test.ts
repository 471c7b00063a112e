import { afterAll, beforeAll, describe } from 'vitest';
import { createRedisStore } from '../../../src/oidc/adapter/redis-store.ts';
import type { ShortLivedStore } from '../../../src/oidc/adapter/storage.ts';
import { createTestRedis, startRedisCluster } from '../../support/redis.ts';
import { type StoreUnderTest, shortLivedContract } from '../../support/storage-contract.ts';

shortLivedContract('redis', () => open());

describe('three masters', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  shortLivedContract('redis cluster', () => open(cluster.url));
});

async function open(url?: string): Promise<StoreUnderTest<ShortLivedStore>> {
  const test = await createTestRedis(url);
  return {
    store: createRedisStore({ redis: test.redis }),
    other: createRedisStore({ redis: await test.connect() }),
    userId: 'usr_ana',
    pass: test.pass,
    dump: test.dump,
    close: test.close,
  };
}
