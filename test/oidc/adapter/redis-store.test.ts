import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/lib/secret.ts';
import { createRedisStore } from '../../../src/oidc/adapter/short-lived/redis-store.ts';
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

test('a sign-in that an earlier release wrote, without whose it is, is found and ended', async () => {
  const { redis, close } = await createTestRedis();
  const store = createRedisStore({ redis });
  const expiresAt = Date.now() + 60_000;
  await redis.send(
    'set',
    redis.key(`Interaction:${sha256('id')}`),
    `${'0'.repeat(13)}{"a":1}`,
    'PXAT',
    expiresAt,
  );
  await redis.send('zadd', redis.key('sign-ins-of:usr_ana'), expiresAt, sha256('id'));
  await redis.send('pexpireat', redis.key('sign-ins-of:usr_ana'), expiresAt);
  expect(await store.findArtifact('Interaction', 'id')).toEqual({ payload: '{"a":1}', isInGrace: false });
  await store.deletePendingSignIns('usr_ana');
  expect(await store.findArtifact('Interaction', 'id')).toBeUndefined();
  await close();
});

test('whose a sign-in is goes with it, and every key of one has its time', async () => {
  const { redis, keys, prefix, close } = await createTestRedis();
  const store = createRedisStore({ redis });
  const names = async () => [...(await keys()).keys()].map((key) => key.slice(prefix.length).split(':')[0]);
  const row = { payload: '{}', userId: 'usr_ana', expiresAt: Date.now() + 60_000 };
  await store.saveArtifact('Interaction', 'id', { ...row, userId: undefined });
  await store.updateArtifact('Interaction', 'id', row);
  expect((await names()).sort()).toEqual(['Interaction', 'sign-in', 'sign-ins-of']);
  for (const left of (await keys()).values()) expect(left).toBeGreaterThan(0);
  await store.deleteArtifact('Interaction', 'id');
  expect(await names()).toEqual(['sign-ins-of']);

  await store.saveArtifact('Interaction', 'another', row);
  await store.completeSignIn('another', { userId: 'usr_ana', expiresAt: row.expiresAt });
  expect((await names()).sort()).toEqual(['sign-in', 'sign-ins-of']);
  for (const left of (await keys()).values()) expect(left).toBeGreaterThan(0);
  await close();
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
