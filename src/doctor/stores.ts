import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, type Database, type DatabaseOptions } from '../database/database.ts';
import { assertRelease, codeRelease, migrationStatus } from '../database/migrate.ts';
import { createRedis, type RedisSource } from '../database/redis/redis.ts';
import { createKeys, type KeysConfig } from '../keys/keys.ts';
import { loadOrCreateSecretKeyFile, type RootKeys } from '../keys/root-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { createSealer } from '../lib/seal.ts';
import { askMailServer, type MailSource } from '../mail/mail.ts';
import { listNamesakes, listSharers } from '../users/users.ts';
import { type Finding, fine, lookAtTables, problem, quickest, reasonOf, within } from './finding.ts';

const PATIENCE_MS = 10_000;
const SLOW_MS = 20;
/** Two seconds between nodes change nothing; more makes tokens come too early or too late. */
const SKEW_MS = 2_000;

type DatabaseSource = {
  databaseUrl?: string;
  dataDir: string;
  database: NonNullable<DatabaseOptions['config']>;
};

/** Opens the database when there is one, and says what is wrong with it. The caller closes it. */
export async function openDatabase(
  config: DatabaseSource,
  clock: Clock,
): Promise<{ findings: Finding[]; db?: Database }> {
  const check = 'database';
  // Opening the embedded database would make it.
  if (config.databaseUrl === undefined && !(await isThere(join(config.dataDir, 'gatehouse.sqlite')))) {
    return { findings: [fine(check, `${config.dataDir} holds no database yet; the first start makes it.`)] };
  }
  let db: Database | undefined;
  try {
    db = await createDatabase({
      url: config.databaseUrl,
      dataDir: config.dataDir,
      config: config.database,
    });
    const { ping } = db;
    const ms = await within(PATIENCE_MS, quickest(ping));
    return { db, findings: [latency(check, 'The database', ms), ...(await lookInside(db, clock))] };
  } catch (error) {
    await db?.close().catch(() => {});
    return {
      findings: [
        problem('error', check, {
          what: `The database does not answer: ${reasonOf(error)}`,
          why: 'Without it nobody signs in and no token is issued.',
          action:
            'Check that it runs, that this machine may reach it, and user, password and name in DATABASE_URL.',
        }),
      ],
    };
  }
}

async function lookInside(db: Database, clock: Clock): Promise<Finding[]> {
  const migrations = await checkMigrations(db);
  // The embedded database has the clock of this machine.
  if (db.dialect === 'sqlite') return migrations;
  return [...migrations, ...(await checkClock('database.clock', 'the database', () => db.now(), clock))];
}

async function checkMigrations(db: Database): Promise<Finding[]> {
  const check = 'database.migrations';
  try {
    await assertRelease(db, await codeRelease());
  } catch (error) {
    return [
      problem('error', check, {
        what: reasonOf(error),
        why: 'This release would misread the tables, so it refuses to start.',
        action: 'Install the newer release here, too.',
      }),
    ];
  }
  const missing = (await migrationStatus(db)).filter(({ applied }) => !applied);
  if (missing.length === 0) return [fine(check, 'The tables are up to date.')];
  return [
    problem('error', check, {
      what: `${missing.length} migration${missing.length === 1 ? ' is' : 's are'} missing, the first one ${missing[0]?.name}.`,
      why: 'This release needs tables or columns that do not exist yet.',
      action: 'Run `gatehouse migrate`, or start this release once: it does the same.',
    }),
  ];
}

async function checkClock(
  check: string,
  whose: string,
  read: () => Promise<number>,
  clock: Clock,
): Promise<Finding[]> {
  const before = clock.now();
  const theirs = await read();
  const skew = Math.round(theirs - (before + clock.now()) / 2);
  if (Math.abs(skew) <= SKEW_MS)
    return [fine(check, `The clocks of this machine and ${whose} are ${Math.abs(skew)} ms apart.`)];
  return [
    problem('error', check, {
      what: `The clock of ${whose} is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's.`,
      why: 'Codes and tokens expire too early or too late, and other servers refuse them as not yet valid.',
      action: 'Let NTP (chrony, systemd-timesyncd) set both clocks.',
    }),
  ];
}

/** Whether the root key opens what is stored, and whether the keys rotate. */
export async function checkKeys({
  config,
  db,
  clock,
}: {
  config: { rootKeys?: RootKeys; dataDir: string; keys: KeysConfig };
  db: Database;
  clock: Clock;
}): Promise<Finding[]> {
  const check = 'keys';
  const unread = {
    what: 'The signing keys cannot be decrypted',
    why: 'They are encrypted under another root key than the present one. Gatehouse refuses to start.',
    action: 'Add the earlier key to SECRET_KEY after a comma.',
  };
  return lookAtTables(check, unread, async () => {
    const rootKeys = await findRootKeys(config);
    if (!rootKeys) {
      return [
        problem('error', check, {
          what: `There is a database, but no root key: ${join(config.dataDir, 'secret.key')} is missing.`,
          why: 'The secrets in the database cannot be decrypted, so the server refuses to start.',
          action: 'Restore secret.key from the backup, or set SECRET_KEY.',
        }),
      ];
    }
    const audit = { record: async () => {} };
    const keys = createKeys({ db, sealer: createSealer(rootKeys), clock, config: config.keys, audit });
    await keys.jwks();
    const list = await keys.list();
    if (list.length === 0) return [fine(check, 'There are no signing keys yet; the first start makes them.')];
    const overdue = list.filter(
      ({ state, currentAt, publishedAt }) =>
        state === 'current' &&
        clock.now() - (currentAt ?? publishedAt) > (config.keys.rotateEverySeconds + ONE_DAY) * 1000,
    );
    if (overdue.length === 0)
      return [fine(check, `${list.length} signing keys can be decrypted, and none is overdue for rotation.`)];
    return [
      problem('warning', check, {
        what: `The ${overdue.map(({ alg }) => alg).join(', ')} key should have been rotated more than a day ago.`,
        why: 'No server runs the schedule, or it fails. The older a key, the more its loss costs.',
        action:
          'Look for "The keys could not be looked after" in the log; `gatehouse keys rotate` does it now.',
      }),
    ];
  });
}

const ONE_DAY = 86_400;

/** People who were two by the spellings of one address before these were one. */
export async function checkAddresses(db: Database): Promise<Finding[]> {
  const check = 'users.addresses';
  const unread = {
    what: 'The e-mail addresses cannot be read',
    why: 'Signing in reads the same table.',
    action: 'Look at the table `users`, and at the log of the database.',
  };
  return lookAtTables(check, unread, async () => {
    const shared = await listSharers(db);
    if (shared.length === 0) return [fine(check, 'No two people have the same e-mail address.')];
    const groups = shared.map((people) => people.map(({ id, email }) => `${email} (${id})`).join(' and '));
    return [
      problem('warning', check, {
        what: `The same e-mail address in several spellings: ${groups.join('; ')}.`,
        why: 'It is one mailbox. Each of these people can sign in only with exactly their own spelling.',
        action:
          'Decide who keeps the address. Give the others another one: `gatehouse users update <id> --email …`; or delete accounts that are not needed: `gatehouse users delete <id>`.',
      }),
    ];
  });
}

/** People who were told by one name before nobody could take another one's. */
export async function checkNames(db: Database): Promise<Finding[]> {
  const check = 'users.names';
  const unread = {
    what: 'The usernames cannot be read',
    why: 'Signing in reads the same table.',
    action: 'Look at the table `users`, and at the log of the database.',
  };
  return lookAtTables(check, unread, async () => {
    const all = await listNamesakes(db);
    if (all.length === 0) return [fine(check, 'Apps know no two people by the same name.')];
    const groups = all.map(({ name, ids }) => `${name} (${ids.join(' and ')})`);
    return [
      problem('warning', check, {
        what: `Apps know several people by the same preferred_username: ${groups.join('; ')}.`,
        why: 'An app that identifies people by it mistakes one for the other.',
        action:
          'Decide who keeps the name. Give the others another one: `gatehouse users update <id> --preferred-username …`, or `--unset preferred-username`; for somebody who has a username: `--username …`.',
      }),
    ];
  });
}

export type RootKeySource = { rootKeys?: RootKeys; dataDir: string };

export async function findRootKeys({ rootKeys, dataDir }: RootKeySource): Promise<RootKeys | undefined> {
  if (rootKeys !== undefined) return rootKeys;
  if (!(await isThere(join(dataDir, 'secret.key')))) return undefined;
  return (await loadOrCreateSecretKeyFile(dataDir)).rootKeys;
}

export async function checkRedis(
  config: { redisUrl?: string; redis: NonNullable<RedisSource['config']> },
  clock: Clock,
): Promise<Finding[]> {
  if (config.redisUrl === undefined) return [];
  const check = 'redis';
  try {
    const redis = await within(PATIENCE_MS, createRedis({ url: config.redisUrl, config: config.redis }));
    try {
      const { ping } = redis;
      const findings = [latency(check, 'Redis', await within(PATIENCE_MS, quickest(ping)))];
      const read = async () => {
        const [seconds, micros] = await redis.send<[string, string]>('time');
        return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
      };
      return [
        ...findings,
        ...(await checkClock('redis.clock', 'Redis', read, clock)),
        ...(await checkEviction(redis)),
      ];
    } finally {
      await redis.close();
    }
  } catch (error) {
    return [
      problem('error', check, {
        what: `Redis does not answer: ${reasonOf(error)}`,
        why: 'Sessions and sign-ins in progress are there: without it nobody signs in.',
        action:
          'Check that it runs, that this machine may reach it, and user, password and TLS in REDIS_URL.',
      }),
    ];
  }
}

async function checkEviction(redis: Awaited<ReturnType<typeof createRedis>>): Promise<Finding[]> {
  const check = 'redis.memory';
  const info = await redis.send<string>('info', 'memory').catch(() => '');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  const limit = Number(/\bmaxmemory:(\d+)/.exec(info)?.[1] ?? 0);
  if (policy === undefined || limit === 0 || policy === 'noeviction') {
    return policy === undefined
      ? []
      : [
          fine(
            check,
            `Redis keeps every key until it expires (maxmemory ${limit}, maxmemory-policy ${policy}).`,
          ),
        ];
  }
  return [
    problem('warning', check, {
      what: `Redis evicts keys when its memory is full (maxmemory-policy ${policy}).`,
      why: 'People are signed out, and one-time codes and links could be used twice.',
      action: 'Set maxmemory-policy noeviction, and give it memory: docs/capacity.md has the figures.',
    }),
  ];
}

/** Speaks to the mail server as far as the password; sends nothing. */
export async function checkMail(config: MailSource): Promise<Finding[]> {
  const check = 'mail';
  if (config.smtpUrl === 'none') return [fine(check, 'SMTP_URL is none: no mail is sent.')];
  if (config.smtpUrl === undefined) {
    // What a proxy has passed on may come from anywhere: nobody is shown mails then (`mail/mailbox.ts`).
    return [
      fine(
        check,
        'No mail is sent: it is shown at /dev/mailbox, only to a browser on this machine (through a proxy: 404).',
      ),
    ];
  }
  const startedAt = performance.now();
  try {
    await within(PATIENCE_MS, askMailServer(config));
    const what = new URL(config.smtpUrl).username === '' ? 'our connection' : 'our connection and login';
    return [
      fine(check, `The mail server accepts ${what} (${Math.round(performance.now() - startedAt)} ms).`),
    ];
  } catch (error) {
    return [
      problem('error', check, {
        what: `The mail server refuses, or does not answer: ${reasonOf(error)}`,
        why: 'Nobody can sign in by mail, recover an account or confirm an address. Mails are tried again for two days.',
        action: 'Check host, port, user and password in SMTP_URL, and whether this machine may reach it.',
      }),
    ];
  }
}

/** Figures say how many people sign in, and when: not for everybody. */
export function checkMetrics(config: {
  metrics: { port?: number | undefined; host: string };
  metricsToken?: string;
}): Finding[] {
  const { port, host } = config.metrics;
  if (port === undefined || config.metricsToken !== undefined) return [];
  if (/^(127\.|::1$|localhost$)/.test(host)) return [];
  return [
    problem('warning', 'metrics', {
      what: `metrics.host is ${host}, and METRICS_TOKEN is not set: anyone who can reach port ${port} can read the figures.`,
      why: 'They show how many people sign in, how, and when something is wrong.',
      action: 'Set METRICS_TOKEN, or let only Prometheus reach that port.',
    }),
  ];
}

function latency(check: string, what: string, ms: number): Finding {
  const shown = ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
  if (ms <= SLOW_MS) return fine(check, `${what} answers in ${shown} ms.`);
  return problem('warning', check, {
    what: `${what} answers in ${shown} ms.`,
    why: 'A sign-in asks it dozens of times, one after the other.',
    action: 'Bring it nearer (the same zone), or look for what keeps it busy.',
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
