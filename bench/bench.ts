import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { ask, type Node, type NodeOptions, startBare, startLoad, startNode } from './nodes.ts';
import {
  end,
  endAll,
  findFreePort,
  leaveNodeCore,
  start,
  startBenchRedis,
  startDurablePostgres,
  usageOf,
} from './processes.ts';
import { type Measurement, summarise, table, writeReport } from './report.ts';
import { works } from './works.ts';

/**
 * What a request costs, against the bare library in the same run (RESULTS.md says how to read it).
 *
 * npm run bench -- [--short] [--work refresh,userinfo] [--variants sqlite,postgres] [--callers 16] [--profile postgres]
 *                  [--skip main,keys,delay,size,workers,password] [--flags=--perf-basic-prof] [--write]
 *
 * `--profile <variant>` writes V8's profile of that node to profile/ when it ends; `--flags` are Node's, for every node.
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
    flags: { type: 'string', default: '' },
    skip: { type: 'string' },
    people: { type: 'string', default: '1000000' },
  },
});
const list = (text: string | undefined) => text?.split(',').filter(Boolean);

const isPartial =
  given.short ||
  [given.work, given.variants, given.callers, given.skip].some((choice) => choice !== undefined);
const chosenWorks = works.filter(
  ({ name }) => !/^(password|api-key)/.test(name) && (list(given.work)?.includes(name) ?? true),
);
const chosenVariants = list(given.variants) ?? ['sqlite', 'postgres', 'redis'];
const skipped = new Set(list(given.skip) ?? (isPartial ? ['delay', 'size', 'workers', 'password'] : []));
const plan = {
  callers: (list(given.callers) ?? (given.short ? ['16'] : ['1', '4', '16', '64'])).map(Number),
  sliceMs: given.short ? 700 : 400,
  rounds: Number(given.rounds ?? (given.short ? 3 : 5)),
  // V8 is not through with our code after 5 s of full load.
  warmMs: given.short ? 6000 : 8000,
};

/** What an API asks about who calls it. */
const KEYS = ['introspection-opaque', 'api-key-verify'];

const measurements: Measurement[] = [];
const facts: Record<string, string | number> = {};
const warm = new Set<string>();
/** Of the time to warm up, what each process has to have worked; and when it is enough in any case. */
const WARM_SHARE = 0.7;
const MOST_WARM_MS = 40_000;
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

  const bare: Node[] = [];
  const nodes: Node[] = [];
  if (!(skipped.has('main') && skipped.has('delay'))) {
    bare.push(await startBare('bare'), await startBare('bare again'));
    for (const node of bare) await load.introduce(node);
  }
  if (!skipped.has('main')) {
    for (const variant of chosenVariants) nodes.push(await startKnown(variant, environmentOf(variant)));
    await compare('main', [...bare, ...nodes], chosenWorks, plan.callers);
  }

  if (!skipped.has('keys')) {
    if (nodes.length === 0)
      for (const variant of chosenVariants) nodes.push(await startKnown(variant, environmentOf(variant)));
    await compareKeys(nodes);
  }

  if (!skipped.has('delay')) {
    const [postgresPort, redisPort] = [await findFreePort(), await findFreePort()];
    await start('bench/delay.ts', ['0.5', `${postgresPort}=${postgres.port}`, `${redisPort}=${redis.port}`]);
    const node = await startKnown('0.5 ms away', {
      DATABASE_URL: newDatabase().replace(`:${postgres.port}/`, `:${postgresPort}/`),
      REDIS_URL: `redis://127.0.0.1:${redisPort}/4`,
    });
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
        const settings = { DATABASE_URL: url, REDIS_URL: `${redis.url}/${5 + index}` };
        return startKnown(`${people} people`, settings, { fill: () => fill(url, people) });
      }),
    );
    await compare('size', sizes, chosenWorks, [16]);
    for (const { running } of sizes) await end(running.child);
  }

  for (const { variant, pid, startMs } of nodes) {
    const { residentMib, mostMib } = usageOf(pid);
    facts[`resident memory of ${variant} after the bench (MiB)`] = Math.max(...residentMib);
    facts[`resident memory of ${variant} at most, under full load (MiB)`] = Math.max(...mostMib);
    if (startMs !== undefined) facts[`start of ${variant} until ready (ms)`] = Math.round(startMs);
  }

  if (!skipped.has('workers')) {
    const url = newDatabase();
    const settings = { DATABASE_URL: url, REDIS_URL: `${redis.url}/7` };
    // With few cores, workers on several would compete with what drives them and what stores for them; one alone would not.
    const cores = availableParallelism() < 6 ? {} : { cores: 'all' as const };
    const one = await startKnown('one process', settings, cores);
    const two = await startKnown(
      'two workers',
      { ...settings, WORKERS: '2' },
      { ...cores, seeded: one.facts },
    );
    await compare(
      'workers',
      [one, two],
      chosenWorks.filter(({ name }) => /credentials|code-flow|refresh/.test(name)),
      [16],
    );
    const [first, ...workers] = usageOf(two.pid).residentMib;
    facts['resident memory of two workers after their bench, and of the first process (MiB)'] =
      `${workers.join(', ')}, ${first}`;
    for (const { running } of [one, two]) await end(running.child);
  }

  if (!skipped.has('password')) await measurePassword();
  if (!isPartial || given.write) await writeReport({ measurements, facts, plan });

  async function startKnown(
    variant: string,
    settings: Record<string, string>,
    options: NodeOptions = {},
  ): Promise<Node> {
    const flags = given.flags.split(' ').filter(Boolean);
    if (given.profile === variant) flags.push('--cpu-prof', `--cpu-prof-dir=${process.cwd()}/profile`);
    const node = await startNode(variant, settings, { ...options, flags });
    await load.introduce(node);
    return node;
  }

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
      insert into user_search_keys (user_id, search_key)
        select 'usr_fill' || n, key from generate_series(1, ${people}) n, unnest(array['p' || n || '@example.org', 'ana']) key;
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
    const settings = { DATABASE_URL: newDatabase(), REDIS_URL: `${redis.url}/8` };
    const node = await startKnown('password', settings, { cores: 'all' });
    const argon = await start('bench/argon2.ts', [], { cores: '0-1' });
    const kinds = [
      ['password', 'password sign-in'],
      ['password-again', 'the same in a browser that signed in before'],
    ] as const;
    // Most of their time is the hash, and V8 sees little of our code meanwhile.
    for (const [work] of kinds) await warmUp(node, work, 2);
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round < 4; round += 1) {
      const alone = await ask<{ hashes: number; seconds: number; cpuSeconds: number }>(argon, {
        milliseconds: 3000,
      });
      const found: Record<string, number> = {
        hashes: alone.hashes / alone.seconds,
        hashMs: (alone.cpuSeconds / alone.hashes) * 1000,
      };
      for (const [work] of kinds) {
        const before = [usageOf(node.pid).cpuSeconds, busySeconds()] as const;
        const result = await load.measure({ variant: 'password', work, callers: 16, milliseconds: 3000 });
        if (result.wrong > 0) throw new Error(result.firstWrong);
        const cpuSeconds = usageOf(node.pid).cpuSeconds - before[0];
        found[`${work} perSecond`] = result.done / result.seconds;
        found[`${work} ms`] = (cpuSeconds / result.done) * 1000;
        found[`${work} elsewhereMs`] = ((busySeconds() - before[1] - cpuSeconds) / result.done) * 1000;
      }
      if (round > 0) rounds.push(found);
    }
    const middle = (pick: (found: Record<string, number>) => number) =>
      rounds.map(pick).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
    const of = (found: Record<string, number>, name: string) => found[name] ?? Number.NaN;
    facts['Argon2id alone, all cores (hashes/s, CPU of one)'] =
      `${middle((found) => of(found, 'hashes')).toFixed(0)}, ${middle((found) => of(found, 'hashMs')).toFixed(1)} ms`;
    for (const [work, title] of kinds) {
      facts[`${title}, on the same cores as stores and load generator (per s)`] = Math.round(
        middle((found) => of(found, `${work} perSecond`)),
      );
      facts[`${title}, CPU of one: of the node, and of all else on the machine (ms)`] =
        `${middle((found) => of(found, `${work} ms`)).toFixed(1)}, ${middle((found) => of(found, `${work} elsewhereMs`)).toFixed(1)}`;
      facts[`${title} against Argon2id alone, throughput`] = middle(
        (found) => of(found, `${work} perSecond`) / of(found, 'hashes'),
      ).toFixed(2);
      facts[`${title} against Argon2id alone, CPU time of the node`] = middle(
        (found) => of(found, 'hashMs') / of(found, `${work} ms`),
      ).toFixed(2);
    }
    console.log(Object.entries(facts).filter(([name]) => /Argon|password|the same/.test(name)));
    await end(node.running.child);
  }

  /**
   * As much for everybody, the bare library included: so long, and until each process has worked that long, because on
   * a busy machine time says nothing about what V8 has compiled.
   */
  async function warmUp({ variant, pid, workers = 1 }: Node, work: string, times = 1): Promise<void> {
    if (warm.has(`${variant} ${work}`)) return;
    warm.add(`${variant} ${work}`);
    const used = () => {
      const { cpuSecondsOf } = usageOf(pid);
      return workers === 1 ? cpuSecondsOf : cpuSecondsOf.slice(1);
    };
    const before = used();
    const share = workers === 1 ? WARM_SHARE : 1;
    const isWarm = () =>
      used().every((seconds, each) => seconds - (before[each] ?? 0) >= (times * share * plan.warmMs) / 1000);
    for (
      let done = 0;
      done < times * plan.warmMs || (!isWarm() && done < workers * MOST_WARM_MS);
      done += 2000
    ) {
      const { wrong, firstWrong } = await load.measure({ variant, work, callers: 16, milliseconds: 2000 });
      if (wrong > 0) throw new Error(`${variant}, ${work}: ${firstWrong}`);
    }
  }

  /** What a key costs beside an opaque token, for each store: by turns, and nothing else in between. */
  async function compareKeys(variants: readonly Node[]): Promise<void> {
    for (const { variant, pid, ...node } of variants) {
      for (const work of KEYS) await warmUp({ variant, pid, ...node }, work);
      for (let round = 0; round < 2 * plan.rounds; round += 1) {
        for (const work of round % 2 === 0 ? KEYS : KEYS.toReversed()) {
          const before = usageOf(pid).cpuSeconds;
          const asked = { variant, work, callers: 16, milliseconds: plan.sliceMs };
          const result = await load.measure(asked);
          const cpuSeconds = usageOf(pid).cpuSeconds - before;
          // The store is the row, and the first work what the others are compared with.
          measurements.push({
            part: 'keys',
            work: variant,
            variant: work,
            callers: 16,
            round,
            cpuSeconds,
            ...result,
          });
          if (result.wrong > 0)
            console.error(`${variant}, ${work}: ${result.wrong} wrong, ${result.firstWrong}`);
        }
      }
    }
    console.log(table(summarise(measurements.filter(({ part }) => part === 'keys'))));
  }

  /** Alternates the variants in short slices, so that what disturbs the machine disturbs them all. */
  async function compare(
    part: string,
    variants: Node[],
    some: typeof chosenWorks,
    callers: number[],
  ): Promise<void> {
    for (const { name: work } of some) {
      for (const node of variants) await warmUp(node, work);
      for (const count of callers) {
        // The floors are of 16 and 4 callers; the others show how it goes on.
        const rounds = count === 16 || count === 4 ? plan.rounds : Math.min(3, plan.rounds);
        for (let round = 0; round < rounds; round += 1) {
          const order = variants.map((_, index) => variants[(index + round) % variants.length] as Node);
          for (const { variant, pid } of order) {
            const before = usageOf(pid).cpuSeconds;
            // A worker has half of the work: it needs a longer slice to tell as much.
            const milliseconds = part === 'workers' ? 1000 : plan.sliceMs;
            const result = await load.measure({ variant, work, callers: count, milliseconds });
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

/** What all processors of the machine have worked, in seconds. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.nice + times.irq, 0) / 1000;
}
