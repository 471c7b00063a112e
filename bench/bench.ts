import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConnection } from './connection.ts';
import type { Order, SliceResult } from './load.ts';
import {
  createFolder,
  end,
  endAll,
  findFreePort,
  leaveNodeCore,
  type Running,
  start,
  startBenchRedis,
  startDurablePostgres,
  startGatehouse,
  usageOf,
} from './processes.ts';
import { type Measurement, summarise, table, writeReport } from './report.ts';
import { type Facts, signInOf, works } from './works.ts';

/**
 * What a request costs, against the bare library in the same run (RESULTS.md says how to read it).
 *
 * npm run bench -- [--short] [--work refresh,userinfo] [--variants sqlite,postgres] [--callers 16] [--profile postgres]
 *                  [--skip delay,size,workers,password] [--write]
 */
const { values: given } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    work: { type: 'string' },
    variants: { type: 'string' },
    callers: { type: 'string' },
    rounds: { type: 'string' },
    profile: { type: 'string' },
    skip: { type: 'string' },
    people: { type: 'string', default: '1000000' },
  },
});
const list = (text: string | undefined) => text?.split(',').filter(Boolean);

const isPartial = given.short || given.work !== undefined || given.variants !== undefined;
const chosenWorks = works.filter(
  ({ name }) => name !== 'password' && (list(given.work)?.includes(name) ?? true),
);
const chosenVariants = list(given.variants) ?? ['sqlite', 'postgres', 'redis'];
const skipped = new Set(list(given.skip) ?? (isPartial ? ['delay', 'size', 'workers', 'password'] : []));
const plan = {
  callers: (list(given.callers) ?? (given.short ? ['16'] : ['1', '4', '16', '64'])).map(Number),
  sliceMs: given.short ? 700 : 400,
  rounds: Number(given.rounds ?? (given.short ? 3 : 5)),
  warmMs: given.short ? 1000 : 1200,
};

type Node = { variant: string; pid: number; facts: Facts; running: Running; startMs?: number };

const rootKey = randomBytes(32).toString('base64url');
const measurements: Measurement[] = [];
const facts: Record<string, string | number> = {};
leaveNodeCore();
try {
  await run();
} finally {
  await endAll();
}

async function run(): Promise<void> {
  const load = await startLoad();
  const postgres = await startDurablePostgres();
  const redis = await startBenchRedis();
  facts.postgres = postgres.version;

  const bare = [await startBare('bare'), await startBare('bare again')];
  const nodes: Node[] = [];
  for (const variant of chosenVariants) nodes.push(await startNode(variant, environmentOf(variant)));
  for (const node of [...bare, ...nodes]) await load.introduce(node);

  await compare('main', [...bare, ...nodes], chosenWorks, plan.callers);

  if (!skipped.has('delay')) {
    const [postgresPort, redisPort] = [await findFreePort(), await findFreePort()];
    await start('bench/delay.ts', ['0.5', `${postgresPort}=${postgres.port}`, `${redisPort}=${redis.port}`]);
    const node = await startNode('0.5 ms away', {
      DATABASE_URL: newDatabase().replace(`:${postgres.port}/`, `:${postgresPort}/`),
      REDIS_URL: `redis://127.0.0.1:${redisPort}/4`,
    });
    await load.introduce(node);
    await compare(
      'delay',
      [...bare, node],
      chosenWorks.filter(({ name }) => name !== 'jwks'),
      [16],
    );
    await end(node.running.child);
  }

  if (!skipped.has('size')) {
    const sizes = await Promise.all(
      [10_000, Number(given.people)].map(async (people, index) => {
        const url = newDatabase();
        const node = await startNode(
          `${people} people`,
          { DATABASE_URL: url, REDIS_URL: `${redis.url}/${5 + index}` },
          () => fill(url, people),
        );
        await load.introduce(node);
        return node;
      }),
    );
    await compare('size', sizes, chosenWorks, [16]);
    for (const { running } of sizes) await end(running.child);
  }

  for (const { variant, pid, startMs } of nodes) {
    facts[`resident memory of ${variant} after the bench (MiB)`] = Math.max(...usageOf(pid).residentMib);
    if (startMs !== undefined) facts[`start of ${variant} until ready (ms)`] = Math.round(startMs);
  }

  if (!skipped.has('workers')) {
    const url = newDatabase();
    const settings = { DATABASE_URL: url, REDIS_URL: `${redis.url}/7` };
    const one = await startNode('one process', settings, undefined, 'all');
    const two = await startNode('two workers', { ...settings, WORKERS: '2' }, 'seeded', 'all', one.facts);
    for (const node of [one, two]) await load.introduce(node);
    await compare(
      'workers',
      [one, two],
      chosenWorks.filter(({ name }) => /credentials|code-flow|refresh/.test(name)),
      [16],
    );
    for (const { running } of [one, two]) await end(running.child);
  }

  if (!skipped.has('password')) await measurePassword();
  if (!isPartial || given.write) await writeReport({ measurements, facts, plan });

  function newDatabase(): string {
    const name = `bench_${randomBytes(4).toString('hex')}`;
    postgres.run(`create database ${name}`);
    return `${postgres.url}/${name}`;
  }

  function environmentOf(variant: string): Record<string, string> {
    if (variant === 'sqlite') return {};
    if (variant === 'postgres') return { DATABASE_URL: newDatabase() };
    return { DATABASE_URL: newDatabase(), REDIS_URL: `${redis.url}/1` };
  }

  /** Rows as many sign-ins would have left them, written by the database itself. */
  function fill(url: string, people: number): void {
    const clients = Math.round(people / 10);
    const now = Date.now();
    postgres.run(`\\c ${new URL(url).pathname.slice(1)}
      insert into users (id, email, email_key, email_verified, profile, is_admin, search_text, created_at, updated_at)
        select 'usr_fill' || n, 'p' || n || '@example.org', 'p' || n || '@example.org', true, '{"name":"Ana"}', false,
          'p' || n || '@example.org ana', ${now} - n, ${now} from generate_series(1, ${people}) n;
      insert into clients (id, name, type, metadata, settings, created_at, updated_at)
        select 'cli_fill' || n, 'App ' || n, type, metadata, settings, created_at, updated_at
          from generate_series(1, ${clients}) n, (select * from clients order by created_at desc limit 1) c;
      insert into grants (id, user_id, client_id, session_uid, is_offline, payload, created_at, expires_at)
        select 'grant_fill' || n, 'usr_fill' || n, 'cli_fill' || (1 + n % ${clients}), 'uid' || n, false,
          '{"accountId":"usr_fill' || n || '","clientId":"cli_fill","openid":{"scope":"openid"}}', ${now}, ${now} + 15552000000
          from generate_series(1, ${people}) n;
      insert into refresh_tokens (id_hash, grant_id, payload, expires_at)
        select encode(sha256(('rt' || n)::bytea), 'hex'), 'grant_fill' || n, repeat('x', 500), ${now} + 2592000000
          from generate_series(1, ${people}) n;
      analyze;`);
  }

  async function measurePassword(): Promise<void> {
    const node = await startNode(
      'password',
      { DATABASE_URL: newDatabase(), REDIS_URL: `${redis.url}/8` },
      undefined,
      'all',
    );
    await load.introduce(node);
    const argon = await start('bench/argon2.ts', [], { cores: '0-1' });
    const rounds: { hashes: number; signIns: number; hashCpuMs: number; signInCpuMs: number }[] = [];
    for (let round = 0; round < 4; round += 1) {
      const alone = await ask<{ hashes: number; seconds: number; cpuSeconds: number }>(argon, {
        milliseconds: 3000,
      });
      const before = usageOf(node.pid).cpuSeconds;
      const result = await load.measure({
        variant: 'password',
        work: 'password',
        callers: 16,
        milliseconds: 3000,
      });
      const cpuSeconds = usageOf(node.pid).cpuSeconds - before;
      if (result.wrong > 0) throw new Error(result.firstWrong);
      if (round === 0) continue;
      rounds.push({
        hashes: alone.hashes / alone.seconds,
        signIns: result.done / result.seconds,
        hashCpuMs: (alone.cpuSeconds / alone.hashes) * 1000,
        signInCpuMs: (cpuSeconds / result.done) * 1000,
      });
    }
    const middle = (pick: (round: (typeof rounds)[number]) => number) =>
      rounds.map(pick).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
    facts['Argon2id alone, all cores (hashes/s)'] = Math.round(middle(({ hashes }) => hashes));
    facts['password sign-ins, all cores, load generator beside (per s)'] = Math.round(
      middle(({ signIns }) => signIns),
    );
    facts['password sign-in against Argon2id alone, throughput'] = middle(
      ({ signIns, hashes }) => signIns / hashes,
    ).toFixed(2);
    facts['password sign-in against Argon2id alone, CPU time of the node'] = middle(
      ({ hashCpuMs, signInCpuMs }) => hashCpuMs / signInCpuMs,
    ).toFixed(2);
    console.log(Object.entries(facts).filter(([name]) => /Argon|password/.test(name)));
    await end(node.running.child);
  }

  /** Alternates the variants in short slices, so that what disturbs the machine disturbs them all. */
  async function compare(
    part: string,
    variants: Node[],
    some: typeof chosenWorks,
    callers: number[],
  ): Promise<void> {
    for (const { name: work } of some) {
      for (const { variant } of variants) {
        const warm = await load.measure({ variant, work, callers: 16, milliseconds: plan.warmMs });
        if (warm.wrong > 0) throw new Error(`${variant}, ${work}: ${warm.firstWrong}`);
      }
      for (const count of callers) {
        // The floors are of 16 and 4 callers; the others show how it goes on.
        const rounds = count === 16 || count === 4 ? plan.rounds : Math.min(3, plan.rounds);
        for (let round = 0; round < rounds; round += 1) {
          const order = variants.map((_, index) => variants[(index + round) % variants.length] as Node);
          for (const { variant, pid } of order) {
            const before = usageOf(pid).cpuSeconds;
            const result = await load.measure({ variant, work, callers: count, milliseconds: plan.sliceMs });
            const cpuSeconds = usageOf(pid).cpuSeconds - before;
            measurements.push({ part, work, variant, callers: count, round, cpuSeconds, ...result });
            if (result.wrong > 0)
              console.error(`${variant}, ${work}: ${result.wrong} wrong, ${result.firstWrong}`);
          }
        }
      }
      console.log(table(summarise(measurements.filter((each) => each.part === part && each.work === work))));
    }
  }
}

async function startLoad() {
  const running = await start('bench/load.ts', ['wait']);
  return {
    introduce: ({ variant, facts: known }: Node) => ask(running, { introduce: { variant, facts: known } }),
    measure: (slice: { variant: string; work: string; callers: number; milliseconds: number }) =>
      ask<SliceResult>(running, { slice }),
  };
}

function ask<T>({ child }: Running, order: Order | { milliseconds: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('a helper process ended'));
    child.once('exit', gone);
    child.once('message', (answer) => {
      child.off('exit', gone);
      resolve(answer as T);
    });
    child.send(order);
  });
}

async function startBare(variant: string): Promise<Node> {
  const port = await findFreePort();
  const running = await start('bench/bare.ts', [String(port)], {
    isNode: true,
    env: { NODE_ENV: 'production' },
  });
  return { variant, pid: running.pid, running, facts: JSON.parse(running.line) as Facts };
}

async function startNode(
  variant: string,
  settings: Record<string, string>,
  more?: (() => void) | 'seeded',
  cores?: 'all',
  seeded?: Facts,
): Promise<Node> {
  const folder = createFolder(variant.replaceAll(/\W+/g, '-'));
  const port = await findFreePort();
  const env = {
    NODE_ENV: 'production',
    ISSUER: `http://localhost:${port}`,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    SECRET_KEY: rootKey,
    CONFIG: join(import.meta.dirname, 'gatehouse.yaml'),
    ...settings,
  };
  let known = seeded;
  if (!known) {
    const seeding = await start('bench/seed.ts', [], { env });
    known = JSON.parse(seeding.line) as Facts;
    await new Promise((resolve) =>
      seeding.child.exitCode === null ? seeding.child.once('exit', resolve) : resolve(0),
    );
  }
  if (typeof more === 'function') more();
  const flags = given.profile === variant ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}/profile`] : [];
  const running = await startGatehouse(env, { folder, cores, flags });
  const ofNode: Facts = { ...known, port, host: `localhost:${port}`, issuer: env.ISSUER };
  const connection = createConnection(ofNode);
  const sessions: Facts['sessions'] = [];
  for (const person of ofNode.sessions) {
    const { cookie } = await signInOf({ connection, facts: ofNode, person, turn: 0 });
    sessions.push({ ...person, cookie: sessionCookie(cookie) });
  }
  connection.close();
  return { variant, pid: running.pid, running, facts: { ...ofNode, sessions }, startMs: running.startMs };
}

/** The session's cookie alone: what a browser sends to `/auth` beside it is small. */
function sessionCookie(cookies: string): string {
  return cookies
    .split('; ')
    .filter((pair) => /^[^=]*-(session|device)=/.test(pair))
    .join('; ');
}
