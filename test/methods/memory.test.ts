import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecret, sha256 } from '../../src/lib/secret.ts';
import { createOneTimeMemory, type OneTimeMemory } from '../../src/methods/memory.ts';
import { createMemoryRedisStore } from '../../src/methods/redis-store.ts';
import { createMethodsStore } from '../../src/methods/store.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { createTestRedis, startRedisCluster } from '../support/redis.ts';

type MemoryScope = Parameters<OneTimeMemory['remember']>[0];
type Subject = {
  store: Parameters<typeof createOneTimeMemory>[0]['store'];
  dump(): Promise<string>;
  close(): Promise<void>;
};

async function openDatabase(dialect: Dialect): Promise<Subject> {
  const { db, close } = await createTestDatabase(dialect);
  return {
    store: createMethodsStore(db),
    dump: async () => JSON.stringify(await db('one_time_memory').select('*')),
    close,
  };
}

async function openRedis(url?: string): Promise<Subject> {
  const { redis, dump, close } = await createTestRedis(url);
  return { store: createMemoryRedisStore(redis), dump, close };
}

async function openCluster(): Promise<Subject> {
  const cluster = await startRedisCluster();
  const subject = await openRedis(cluster.url);
  return {
    ...subject,
    async close() {
      await subject.close();
      await cluster.stop();
    },
  };
}

const scope: MemoryScope = { method: 'email', purpose: 'sign-in', boundTo: 'interaction', userId: 'usr_ana' };

describe.each([
  ['postgres', () => openDatabase('postgres')],
  ['sqlite', () => openDatabase('sqlite')],
  ['redis', () => openRedis()],
  ['redis cluster', openCluster],
] as const)('one-time memory (%s)', (_name, open) => {
  let subject: Subject;
  let memory: OneTimeMemory;
  let now = Date.now();
  beforeAll(async () => {
    subject = await open();
    memory = createOneTimeMemory({
      store: subject.store,
      clock: { now: () => now },
      config: { memoryTtlSeconds: 600 },
    });
  });
  afterAll(() => subject.close());

  test('gives what was kept to the first of 50 simultaneous answers', async () => {
    const handle = await memory.remember(scope, { a: 1 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => memory.consume(scope, handle)));
    expect(answers.filter(Boolean)).toEqual([{ a: 1 }]);
  });

  test('takes as many answers as it was made for, however many come at once', async () => {
    const handle = await memory.remember(scope, { a: 1 }, 3);
    const answers = await Promise.all(Array.from({ length: 50 }, () => memory.answer(scope, handle)));
    expect(answers.filter(Boolean)).toHaveLength(3);
    expect(await memory.consume(scope, handle)).toEqual({ a: 1 });
    expect(await memory.consume(scope, handle)).toBeUndefined();
  });

  test.each([
    ['method', { ...scope, method: 'totp' }],
    ['purpose', { ...scope, purpose: 'enrolment' }],
    ['interaction', { ...scope, boundTo: 'another' }],
    ['person', { ...scope, userId: 'usr_bob' }],
  ])('is nothing for another %s, and is not spent by the attempt', async (_what, elsewhere) => {
    const handle = await memory.remember(scope, { a: 1 });
    expect(await memory.answer(elsewhere, handle)).toBeUndefined();
    expect(await memory.consume(elsewhere, handle)).toBeUndefined();
    expect(await memory.consume(scope, handle)).toEqual({ a: 1 });
  });

  test('is nothing when its time is over', async () => {
    const handle = await memory.remember(scope, { a: 1 });
    now += 600_000;
    expect(await memory.answer(scope, handle)).toBeUndefined();
    expect(await memory.consume(scope, handle)).toBeUndefined();
    now -= 600_000;
  });

  test('takes no second memory under the same handle', async () => {
    const handle = await memory.remember(scope, { a: 1 });
    await expect(memory.remember(scope, { a: 2 }, 1, handle)).rejects.toThrow();
    expect(await memory.consume(scope, handle)).toEqual({ a: 1 });
  });

  test('keeps neither the handle nor what was kept readable', async () => {
    const handle = await memory.remember(scope, { word: 'plum teapot' }, 1, createSecret());
    const bytes = await subject.dump();
    expect(bytes).toContain(sha256(handle));
    expect(bytes).not.toContain(handle);
    expect(bytes).not.toContain('plum teapot');
  });
});
