import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRedis, type RedisScript } from '../../src/database/redis/redis.ts';
import { redisConfig } from '../../src/database/redis/redis-config.ts';
import { parseRedisUrl } from '../../src/database/redis/redis-url.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { startProxyTo } from '../support/proxy.ts';
import { startRedisCluster, startRedisSentinel, startRedisWith } from '../support/redis.ts';
import { findFreePort, type Service, startRedis } from '../support/services.ts';

const ADD: RedisScript = { keys: 1, lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" };

async function open(url: string, input: { commandTimeoutSeconds?: number } = {}) {
  const config = redisConfig.parse({ connectTimeoutSeconds: 2, ...input });
  const redis = await createRedis({ url, config });
  onTestFinished(redis.close);
  return redis;
}

/** What a request would meet. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

describe('REDIS_URL', () => {
  test.each([
    ['redis://localhost', { kind: 'single', hosts: [{ host: 'localhost', port: 6379 }], db: 0 }],
    [
      'rediss://ada:p%40ss@redis.example:6380/3?ca=/etc/ca.pem',
      {
        kind: 'single',
        hosts: [{ host: 'redis.example', port: 6380 }],
        username: 'ada',
        password: 'p@ss',
        db: 3,
        tls: { ca: '/etc/ca.pem' },
      },
    ],
    ['redis://:secret@[::1]:7000', { password: 'secret', hosts: [{ host: '::1', port: 7000 }] }],
    [
      'redis+sentinel://:secret@one,two:26380/group/2?sentinelPassword=other',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'one', port: 26379 },
          { host: 'two', port: 26380 },
        ],
        masterName: 'group',
        db: 2,
        password: 'secret',
        sentinelPassword: 'other',
      },
    ],
    [
      'rediss+cluster://one:7001,two:7002',
      {
        kind: 'cluster',
        hosts: [
          { host: 'one', port: 7001 },
          { host: 'two', port: 7002 },
        ],
        tls: {},
      },
    ],
  ])('%s is understood', (url, expected) => {
    expect(parseRedisUrl(url)).toMatchObject({ address: expected });
  });

  test.each([
    ['http://:secret@localhost', 'must look like'],
    ['redis://', 'must look like'],
    ['redis://:secret@host:99999', 'host or port'],
    ['redis://:secret@one,two', 'redis+sentinel:// or redis+cluster://'],
    ['redis://:secret%zz@one', 'write %25 for %'],
    ['redis://:secret#1@one', 'write %23 for #'],
    ['redis+sentinel://:secret@one', 'add its name'],
    ['redis+cluster://:secret@one/2', 'a cluster has 0 only'],
    ['redis://:secret@one/first', 'number of a database'],
    ['redis://:secret@one?ca=/ca.pem', 'must start with rediss'],
    ['rediss://:secret@one?verify=secret', 'means nothing here'],
  ])('%s is refused in a sentence that repeats no secret', (url, words) => {
    const parsed = parseRedisUrl(url);
    expect(parsed).toMatchObject({ mistake: expect.stringContaining(words) });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });
});

describe('the connection to Redis', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startRedis();
  });
  afterAll(() => service.stop());

  test('runs a script that the server does not know, or has forgotten', async () => {
    const redis = await open(service.url);
    const key = redis.key('sum');
    expect(await redis.run(ADD, [key], [2])).toBe(2);
    await redis.send('script', 'FLUSH');
    expect(await redis.run(ADD, [key], [2])).toBe(4);
    await redis.send('flushall');
    expect(await redis.run(ADD, [key], [2])).toBe(2);
  });

  test('that is cut or refused is redis.away at once, and comes back by itself', async () => {
    const proxy = await startProxyTo(service.url);
    onTestFinished(proxy.close);
    const redis = await open(proxy.url);
    for (const unplug of [proxy.cut, proxy.refuse]) {
      await unplug();
      await expect.poll(() => outcome(redis.ping())).toBe('redis.away');
      await proxy.mend();
      await expect.poll(() => outcome(redis.ping())).toBe('ok');
    }
  });

  test('that swallows everything is redis.away after the time a command may take, and comes back', async () => {
    const proxy = await startProxyTo(service.url);
    onTestFinished(proxy.close);
    const redis = await open(proxy.url, { commandTimeoutSeconds: 0.3 });
    for (const unplug of [proxy.silence, proxy.hang]) {
      unplug();
      const asked = Array.from({ length: 20 }, () => outcome(redis.run(ADD, [redis.key('silent')], [1])));
      expect(new Set(await Promise.all(asked))).toEqual(new Set(['redis.away']));
      await proxy.mend();
      await expect.poll(() => outcome(redis.ping())).toBe('ok');
    }
  });

  test('sends nothing twice: what may have been done is not done again', async () => {
    const proxy = await startProxyTo(service.url);
    onTestFinished(proxy.close);
    const redis = await open(proxy.url);
    const key = redis.key('once');
    await redis.send('set', key, 0);
    proxy.resetMidAnswer();
    expect(await outcome(redis.send('incr', key))).toBe('redis.away');
    await proxy.mend();
    await expect.poll(() => outcome(redis.ping())).toBe('ok');
    expect(await redis.send('get', key)).toBe('1');
  });

  test('does not begin without a Redis, and says why without the password', async () => {
    const url = 'redis://:opensesame@127.0.0.1:1';
    const failure = await createRedis({ url }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'redis.away',
      sentence: expect.stringMatching(/ECONNREFUSED.*check that it runs and that REDIS_URL is right/),
    });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('opensesame');
  });

  test('when Redis has no memory left, it is redis.full', async () => {
    const small = await startRedisWith(['--maxmemory', '1mb']);
    onTestFinished(small.stop);
    const redis = await open(small.url);
    expect(await outcome(redis.send('set', redis.key('a'), 'x'.repeat(2_000_000)))).toBe('redis.full');
  });

  test('tells no value in its errors', async () => {
    const redis = await open(service.url);
    const failure = await redis
      .send('zadd', redis.key('z'), 'no number', 'ada@example.com')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(JSON.stringify(failure) + String(failure)).not.toContain('ada@');
  });
});

test('a password, or a user who may touch our keys only, opens Redis', async () => {
  const rules = ['on', '>opensesame', '~gatehouse:*', '+@all', '-@dangerous', '+info'];
  const service = await startRedisWith(['--requirepass', 'master', '--user', 'gatehouse', ...rules]);
  onTestFinished(service.stop);
  const { host } = new URL(service.url);
  const owner = await open(`redis://:master@${host}`);
  await owner.ping();
  const user = await open(`redis://gatehouse:opensesame@${host}`);
  expect(await user.run(ADD, [user.key('sum')], [3])).toBe(3);
  expect(await outcome(user.send('set', 'elsewhere', '1'))).toBe('redis.away');
  const refused = await createRedis({ url: `redis://:wrong@${host}` }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'redis.away', sentence: expect.stringMatching(/WRONGPASS/) });
});

test('rediss:// speaks TLS, and only with whom the authority vouches for', async () => {
  const certificate = await createTestCertificate();
  const service = await startRedisWith(
    [
      ...['--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key],
      ...['--tls-ca-cert-file', certificate.ca, '--tls-auth-clients', 'no'],
    ],
    { isTls: true },
  );
  onTestFinished(async () => {
    await service.stop();
    await certificate.remove();
  });
  const { port } = new URL(service.url);
  const redis = await open(`rediss://localhost:${port}?ca=${certificate.ca}`);
  expect(await redis.run(ADD, [redis.key('sum')], [3])).toBe(3);
  expect(await outcome(createRedis({ url: `rediss://localhost:${port}` }))).toBe('redis.away');
  const other = await createTestCertificate();
  onTestFinished(other.remove);
  expect(await outcome(createRedis({ url: `rediss://localhost:${port}?ca=${other.ca}` }))).toBe('redis.away');
  expect(await outcome(createRedis({ url: `redis://localhost:${port}` }))).toBe('redis.away');
});

test('rediss+cluster:// speaks TLS with every node that it is told of', async () => {
  const certificate = await createTestCertificate();
  const tls = ['--tls-cert-file', certificate.cert, '--tls-key-file', certificate.key];
  const bus = String(await findFreePort());
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-announce-ip', '127.0.0.1'];
  const service = await startRedisWith(
    [
      ...tls,
      '--tls-ca-cert-file',
      certificate.ca,
      '--tls-auth-clients',
      'yes',
      '--tls-cluster',
      'yes',
      ...cluster,
    ],
    { isTls: true },
  );
  onTestFinished(async () => {
    await service.stop();
    await certificate.remove();
  });
  const { port } = new URL(service.url);
  const files = `ca=${certificate.ca}&cert=${certificate.cert}&key=${certificate.key}`;
  const plain = await open(`rediss://localhost:${port}?${files}`);
  await plain.send('cluster', 'ADDSLOTSRANGE', 0, 16_383);
  await expect.poll(() => plain.send<string>('cluster', 'INFO')).toContain('cluster_state:ok');
  const redis = await open(`rediss+cluster://localhost:${port}?${files}`);
  expect(await redis.run(ADD, [redis.key('sum')], [3])).toBe(3);
  expect(await outcome(createRedis({ url: `rediss+cluster://localhost:${port}?ca=${certificate.ca}` }))).toBe(
    'redis.away',
  );
});

test('Sentinel: when the master is gone, the replica is used, and has what was there', async () => {
  const group = await startRedisSentinel();
  onTestFinished(group.stop);
  const redis = await open(group.url);
  const key = redis.key('sum');
  await redis.run(ADD, [key], [40]);
  expect(await redis.send('wait', 1, 5000)).toBe(1);
  await group.master.halt();
  await expect.poll(() => outcome(redis.run(ADD, [key], [1])), { interval: 200 }).toBe('ok');
  expect(Number(await redis.send('get', key))).toBeGreaterThanOrEqual(41);
});

test('a cluster that lost a node is redis.away, and comes back with it', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(cluster.stop);
  const redis = await open(cluster.url, { commandTimeoutSeconds: 0.5 });
  const everywhere = () =>
    Promise.all(
      Array.from({ length: 30 }, (_, index) => outcome(redis.run(ADD, [redis.key(`k${index}`)], [1]))),
    );
  expect(new Set(await everywhere())).toEqual(new Set(['ok']));
  await cluster.nodes[1]?.halt();
  expect(new Set(await everywhere())).toContain('redis.away');
  const pings = () => Promise.all(Array.from({ length: 20 }, () => outcome(redis.ping())));
  await expect.poll(async () => [...new Set(await pings())]).toEqual(['redis.away']);
  await cluster.nodes[1]?.resume();
  await expect.poll(async () => [...new Set(await everywhere())], { interval: 200 }).toEqual(['ok']);
});

test('a cluster whose master died goes on with its replica, and has what was there', async () => {
  const cluster = await startRedisCluster({ withReplicas: true });
  onTestFinished(cluster.stop);
  const redis = await open(cluster.url, { commandTimeoutSeconds: 0.5 });
  const keys = Array.from({ length: 30 }, (_, index) => redis.key(`k${index}`));
  const add = () => Promise.all(keys.map((key) => outcome(redis.run(ADD, [key], [1]))));
  expect(new Set(await add())).toEqual(new Set(['ok']));
  // A server that is told to end waits until its replicas have everything.
  await cluster.nodes[1]?.halt();
  await expect.poll(async () => [...new Set(await add())], { interval: 300 }).toEqual(['ok']);
  for (const key of keys) expect(Number(await redis.send('get', key))).toBeGreaterThanOrEqual(2);
});
