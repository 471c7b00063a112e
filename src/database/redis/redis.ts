import { readFileSync } from 'node:fs';
import type { Redis as Client, Cluster } from 'ioredis';
import { redisAway, redisFull, redisUrlUnknown } from '../errors.ts';
import { type RedisConfig, redisConfig } from './redis-config.ts';
import { parseRedisUrl, type RedisAddress } from './redis-url.ts';

/**
 * The one handle that stores get for Redis: one server, one behind Sentinel, or a cluster. Every command may throw
 * `redis.away` or `redis.full` (503), after `commandTimeoutSeconds` at the latest; the next one tries again. Nothing is
 * sent twice: a command whose answer was lost may have been done.
 */
export type Redis = {
  /** On a cluster the keys of one script lie together: give them the same `{tag}`. */
  readonly isCluster: boolean;
  /** The name of a key, with the installation's prefix. */
  key(name: string): string;
  send<Answer>(command: string, ...args: readonly (string | number)[]): Promise<Answer>;
  /** One step: nothing else happens in between. Sent by its hash, and whole where the server does not know it yet. */
  run<Answer>(
    script: RedisScript,
    keys: readonly string[],
    args?: readonly (string | number)[],
  ): Promise<Answer>;
  /** Throws `redis.away` when Redis does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Lua, and how many keys it gets. */
export type RedisScript = { readonly lua: string; readonly keys: number };

export type RedisSource = {
  url: string;
  config?: RedisConfig;
  logger?: { warn(fields: object, message: string): void };
};

/** Connects. Throws `redis.away` when that fails, as the database does: a server that cannot serve does not start. */
export async function createRedis({ url, config, logger }: RedisSource): Promise<Redis> {
  const parsed = parseRedisUrl(url);
  if ('mistake' in parsed) throw redisUrlUnknown({ mistake: parsed.mistake });
  const settings = config ?? redisConfig.parse({});
  const client = await open(parsed.address, settings);
  const outage: Outage = { fault: undefined, hasBegun: false, isFinal: false };
  client.on('error', (error: unknown) => {
    // It is told once; each request that meets it has its own line. While we start, the command says it.
    if (outage.fault === undefined && outage.hasBegun)
      logger?.warn({ err: toRedisError(error) }, 'Redis is away');
    outage.fault = error;
  });
  client.on('ready', () => {
    outage.fault = undefined;
  });
  try {
    await within(settings.connectTimeoutSeconds * 1000, client.connect());
  } catch (error) {
    client.disconnect();
    throw toRedisError(outage.fault ?? error);
  }
  outage.hasBegun = true;
  // ioredis gives up when no sentinel, or no node of the cluster, knew anything. We do not.
  client.on('end', () => {
    if (!outage.isFinal) setTimeout(() => client.connect().catch(() => {}), 1000).unref();
  });
  return bind(client, outage, parsed.address.kind === 'cluster', settings);
}

/** What the connection said last, while there is none; whether there was one; and whether we ended it ourselves. */
type Outage = { fault: unknown; hasBegun: boolean; isFinal: boolean };

function bind(
  client: Client | Cluster,
  outage: Outage,
  isCluster: boolean,
  { prefix, commandTimeoutSeconds }: RedisConfig,
): Redis {
  const commands = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const together = createTogether(client);
  const names = new Map<RedisScript, string>();

  /** ioredis sends the hash, and the whole script once for each connection and when the server has forgotten it. */
  function nameOf(script: RedisScript): string {
    let name = names.get(script);
    if (name === undefined) {
      name = `gatehouse${names.size}`;
      names.set(script, name);
      client.defineCommand(name, { lua: script.lua, numberOfKeys: script.keys });
    }
    return name;
  }

  /** A cluster keeps what it cannot send yet, so that a node may be connected to; not for longer than an answer takes. */
  const asked = async <Answer>(ask: () => Promise<unknown> | undefined): Promise<Answer> => {
    try {
      if (!isCluster) {
        together();
        return (await ask()) as Answer;
      }
      if (client.status !== 'ready') throw new Error('the cluster is not connected');
      return (await within(commandTimeoutSeconds * 1000, ask())) as Answer;
    } catch (error) {
      throw toRedisError(error, outage.fault);
    }
  };

  return {
    isCluster,
    key: (name) => prefix + name,
    send: (command, ...args) => asked(() => commands[command]?.(...args)),
    run: (script, keys, args = []) => asked(() => commands[nameOf(script)]?.(...keys, ...args)),
    // A cluster that lost a part of its slots answers PING as ever, and nothing that has a key.
    ping: async () => {
      await asked(() => (isCluster ? client.exists(`${prefix}ping`) : client.ping()));
    },
    async close() {
      outage.isFinal = true;
      // Commands that wait are answered first; a server that does not answer is not waited for.
      await within(commandTimeoutSeconds * 1000, client.quit()).catch(() => {});
      client.disconnect();
    },
  };
}

/**
 * Commands of requests that come at the same time go out in one packet, at the end of this turn of the event loop: a
 * call of the system for each costs more than making the command. On a cluster each node has a connection of its own.
 */
function createTogether(client: object): () => void {
  let isHeld = false;
  return () => {
    if (isHeld) return;
    const { stream } = client as { stream?: { cork?(): void; uncork?(): void } };
    if (!stream?.cork) return;
    isHeld = true;
    stream.cork();
    setImmediate(() => {
      isHeld = false;
      stream.uncork?.();
    });
  };
}

/** The package is loaded by those who use it: it takes memory. */
async function open(address: RedisAddress, settings: RedisConfig): Promise<Client | Cluster> {
  const { Cluster, Redis: Client } = await import('ioredis');
  const { kind, hosts, username, password, db, masterName, sentinelUsername, sentinelPassword } = address;
  const tls = address.tls && readTls(address.tls);
  const commandTimeout = settings.commandTimeoutSeconds * 1000;
  const options = {
    lazyConnect: true,
    connectTimeout: settings.connectTimeoutSeconds * 1000,
    // Answers come in the order of the questions: a line on which none comes is cut, and a new one is tried. A timer for
    // each command would cost more than many a command.
    socketTimeout: commandTimeout,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times: number) => Math.min(times * 50, 1000),
    // A master that became a replica: the next connection goes to the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    connectionName: 'gatehouse',
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
  };
  const [first] = hosts;
  if (kind === 'cluster') {
    return new Cluster([...hosts], {
      lazyConnect: true,
      redisOptions: options,
      slotsRefreshTimeout: commandTimeout,
      slotsRefreshInterval: 5000,
      clusterRetryStrategy: (times) => Math.min(times * 50, 1000),
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      // Names in a certificate are compared with what was asked for.
      ...(tls && {
        dnsLookup: (host: string, callback: (error: null, address: string) => void) => callback(null, host),
      }),
    });
  }
  if (kind === 'sentinel') {
    return new Client({
      ...options,
      db,
      sentinels: [...hosts],
      name: masterName ?? '',
      ...(sentinelUsername && { sentinelUsername }),
      ...(sentinelPassword && { sentinelPassword }),
      ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
      sentinelCommandTimeout: commandTimeout,
      sentinelRetryStrategy: (times: number) => Math.min(times * 50, 1000),
    });
  }
  return new Client({ ...options, db, host: first?.host ?? '', port: first?.port ?? 6379 });
}

function readTls({ ca, cert, key }: NonNullable<RedisAddress['tls']>) {
  const read = (path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw redisUrlUnknown({ mistake: `names the file ${path}, which cannot be read.` }, error);
    }
  };
  return { ...(ca && { ca: read(ca) }), ...(cert && { cert: read(cert) }), ...(key && { key: read(key) }) };
}

async function within<T>(ms: number, work: Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Command timed out')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const NOT_CONNECTED = /^(Stream isn't writeable|Connection is closed|the cluster is not connected)/;

/** What ioredis threw, as one of our errors when it is about Redis and not about the command. */
function toRedisError(error: unknown, outage?: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // It holds what was to be written: personal data and secrets have no place in a log.
  if ('command' in error) Reflect.deleteProperty(error, 'command');
  if (NOT_CONNECTED.test(error.message) && outage instanceof Error) return toRedisError(outage);
  const why = reasonOf(error);
  if (/^(ERR|WRONGTYPE|NOSCRIPT|CROSSSLOT|EXECABORT)\b/.test(why)) return error;
  return why.startsWith('OOM') ? redisFull({}, error) : redisAway({ why }, error);
}

function reasonOf(error: Error): string {
  if (error.name === 'ClusterAllFailedError' && 'lastNodeError' in error) {
    return `no node of the cluster answers: ${(error.lastNodeError as Error | undefined)?.message ?? error.message}`;
  }
  return error.message.replace(/ Retrying from scratch.*$/s, '');
}
