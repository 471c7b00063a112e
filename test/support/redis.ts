import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis as Client, Cluster } from 'ioredis';
import { createRedis, type Redis } from '../../src/database/redis/redis.ts';
import { redisConfig } from '../../src/database/redis/redis-config.ts';
import { parseRedisUrl } from '../../src/database/redis/redis-url.ts';
import { findFreePort, findRedis, isRedisReady, type Service, startService } from './services.ts';

/** A Redis for a test: keys with a prefix of their own, on the server that all tests share or on `url`. */
export type TestRedis = {
  redis: Redis;
  url: string;
  prefix: string;
  /** Another connection to the same keys: what another node has. */
  connect(): Promise<Redis>;
  /** Lets time pass for all that is stored, as Redis sees it. */
  pass(ms: number): Promise<void>;
  /** Every key and its time to live in milliseconds (-1: none). */
  keys(): Promise<Map<string, number>>;
  /** Every byte of all keys, as text. */
  dump(): Promise<string>;
  /** Removes all keys, as FLUSHALL does on a server of one's own. */
  flush(): Promise<void>;
  /** The server's own word for what a key takes, in bytes. */
  memoryOf(key: string): Promise<number>;
  /** Keeps one key as it is, to bring it back later: what a replica that was behind would hold. */
  snapshot(key: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

export async function createTestRedis(url = process.env.TEST_REDIS_URL ?? ''): Promise<TestRedis> {
  const prefix = `test-${randomBytes(6).toString('hex')}:`;
  const config = redisConfig.parse({ prefix });
  const connect = () => createRedis({ url, config });
  const redis = await connect();
  const opened: Redis[] = [redis];
  const probe = createProbe(url, prefix);
  return {
    redis,
    url,
    prefix,
    async connect() {
      const another = await connect();
      opened.push(another);
      return another;
    },
    ...probe,
    async close() {
      await probe.flush();
      await probe.end();
      await Promise.all(opened.map((each) => each.close()));
    },
  };
}

/** Looks into a Redis from outside, below the code under test. `url` may name a cluster. */
function createProbe(url: string, prefix: string) {
  const client = openPlain(url);
  const servers = () => (client instanceof Cluster ? client.nodes('master') : [client]);

  async function names(): Promise<string[]> {
    if (client instanceof Cluster) await client.ping();
    const found = await Promise.all(servers().map((server) => server.keys(`${prefix}*`)));
    return found.flat();
  }

  return {
    async pass(ms: number): Promise<void> {
      for (const key of await names()) {
        const left = await client.pttl(key);
        if (left >= 0 && left <= ms) await client.del(key);
        else await age(key, left - ms, ms);
      }
    },

    async keys(): Promise<Map<string, number>> {
      const entries = (await names()).map(async (key) => [key, await client.pttl(key)] as const);
      return new Map(await Promise.all(entries));
    },

    async dump(): Promise<string> {
      const texts = (await names()).map(async (key) => {
        const type = await client.type(key);
        if (type === 'zset') return [key, ...(await client.zrange(key, '0', '-1')).map(String)].join(' ');
        if (type === 'hash') return `${key} ${JSON.stringify(await client.hgetall(key))}`;
        return `${key} ${await client.get(key)}`;
      });
      return (await Promise.all(texts)).join('\n');
    },

    async flush(): Promise<void> {
      for (const key of await names()) await client.del(key);
    },

    memoryOf: async (key: string): Promise<number> => Number(await client.memory('USAGE', key)),

    async snapshot(key: string): Promise<() => Promise<void>> {
      const [bytes, left] = [await client.dumpBuffer(key), await client.pttl(key)];
      return async () => {
        await client.restore(key, Math.max(0, left), bytes, 'REPLACE');
      };
    },

    async end(): Promise<void> {
      client.disconnect();
    },
  };

  /** What was consumed was consumed longer ago; members of sorted sets are named by when they expire. */
  async function age(key: string, left: number, ms: number): Promise<void> {
    if ((await client.type(key)) === 'zset') {
      for (const member of await client.zrange(key, '0', '-1'))
        await client.zincrby(key, -ms, String(member));
    } else if (/^[A-Z]\w+:/.test(key.slice(prefix.length))) {
      const consumedAt = Number((await client.getrange(key, 0, 12)) || 0);
      if (consumedAt > 0) await client.setrange(key, 0, String(consumedAt - ms));
    }
    await client.pexpire(key, left);
  }
}

function openPlain(url: string): Client | Cluster {
  const parsed = parseRedisUrl(url);
  if ('mistake' in parsed) throw new Error(parsed.mistake);
  const { kind, hosts, db, username, password } = parsed.address;
  const [first] = hosts;
  const login = { ...(username && { username }), ...(password && { password }) };
  if (kind === 'cluster') return new Cluster([...hosts], { redisOptions: login });
  return new Client({ host: first?.host ?? '', port: first?.port ?? 0, db, ...login });
}

/** A private `redis-server` with options of its own, such as `--requirepass`; with TLS on its only port. */
export async function startRedisWith(options: readonly string[], { isTls = false } = {}): Promise<Service> {
  const program = await findRedis();
  return startService({
    owner: {},
    prepare: async () => {},
    command: ({ folder, port }) => [
      program,
      ...(isTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)]),
      ...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...options],
    ],
    endSignal: 'TERM',
    url: (port) => `${isTls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    isReady: isTls ? isListening : isRedisReady,
  });
}

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Three masters that share the slots, each with a replica when asked for. `url` is what `REDIS_URL` would be. */
export async function startRedisCluster({ withReplicas = false } = {}) {
  const count = withReplicas ? 6 : 3;
  const busPorts = [];
  for (let index = 0; index < count; index += 1) busPorts.push(await findFreePort());
  const nodes = await Promise.all(
    busPorts.map((port) =>
      startRedisWith([
        ...['--cluster-enabled', 'yes', '--cluster-port', String(port), '--cluster-node-timeout', '2000'],
        ...['--repl-diskless-sync-delay', '0'],
      ]),
    ),
  );
  const clients = nodes.map(({ url }) => new Client(url));
  const infoOf = async (client: Client, line: string) =>
    String(await client.call('CLUSTER', 'INFO')).includes(line);
  const [first] = nodes;
  const slots = [0, 5461, 10_923, 16_384];
  for (const [index, client] of clients.entries()) {
    if (index < 3)
      await client.call('CLUSTER', 'ADDSLOTSRANGE', slots[index] ?? 0, (slots[index + 1] ?? 0) - 1);
    const port = new URL(first?.url ?? '').port;
    if (index > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPorts[0] ?? 0);
  }
  for (const client of clients) {
    while (!(await infoOf(client, `cluster_known_nodes:${count}`))) await pause(30);
  }
  for (const [index, client] of clients.slice(3).entries()) {
    const master = String(await clients[index]?.call('CLUSTER', 'MYID'));
    while (!String(await client.call('CLUSTER', 'NODES')).includes(master)) await pause(30);
    await client.call('CLUSTER', 'REPLICATE', master);
    while (!(await client.info('replication')).includes('master_link_status:up')) await pause(30);
  }
  for (const client of clients) {
    while (!(await infoOf(client, 'cluster_state:ok'))) await pause(30);
    client.disconnect();
  }
  return {
    url: `redis+cluster://${nodes.map(({ url }) => new URL(url).host).join(',')}`,
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** A master, a replica of it and a sentinel that replaces the one by the other; each asks for a password. */
export async function startRedisSentinel() {
  const [password, sentinelPassword] = ['opensesame', 'openbarley'];
  const login = ['--requirepass', password, '--masterauth', password];
  const master = await startRedisWith([...login, '--repl-diskless-sync-delay', '0']);
  const { port: masterPort } = new URL(master.url);
  const replica = await startRedisWith([...login, '--replicaof', `127.0.0.1 ${masterPort}`]);
  const program = await findRedis();
  const sentinel = await startService({
    owner: {},
    prepare: (folder) =>
      writeFile(
        join(folder, 'sentinel.conf'),
        [
          `sentinel monitor group 127.0.0.1 ${masterPort} 1`,
          `sentinel auth-pass group ${password}`,
          'sentinel down-after-milliseconds group 500',
          'sentinel failover-timeout group 3000',
          `requirepass ${sentinelPassword}`,
        ].join('\n'),
      ),
    command: ({ folder, port }) => [
      program,
      join(folder, 'sentinel.conf'),
      ...['--sentinel', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ],
    endSignal: 'TERM',
    url: (port) => `redis://127.0.0.1:${port}`,
    isReady: isRedisReady,
  });
  const copy = new Client(replica.url, { password });
  while (!(await copy.info('replication')).includes('master_link_status:up')) await pause(50);
  copy.disconnect();
  // The sentinel learns from the master who its replicas are: once in ten seconds, and when it begins.
  const client = new Client(sentinel.url, { password: sentinelPassword });
  while (!String(await client.call('SENTINEL', 'MASTER', 'group')).includes('num-slaves,1')) await pause(50);
  client.disconnect();
  return {
    url: `redis+sentinel://:${password}@${new URL(sentinel.url).host}/group?sentinelPassword=${sentinelPassword}`,
    master,
    async stop() {
      await sentinel.stop();
      await Promise.all([master.stop(), replica.stop()]);
    },
  };
}
