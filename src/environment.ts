import { readFileSync } from 'node:fs';
import { nearest } from './lib/nearest.ts';

/** What the environment says: its variables, their names in the YAML file, and secrets, which come by it alone. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, for the reference in docs/configuration.md. */
export const environmentReference: readonly { name: string; meaning: string; absent: string }[] = [
  {
    name: 'ISSUER',
    meaning: 'The address of this server as everyone sees it. https, or http on localhost; a path is fine.',
    absent: '`http://localhost:3000` (or your `PORT`)',
  },
  {
    name: 'PORT',
    meaning: 'The port to listen on.',
    absent: 'the port of `ISSUER` if it is on localhost, otherwise 3000',
  },
  {
    name: 'HOST',
    meaning: 'The address to listen on.',
    absent: '`localhost` (IPv4 and IPv6) if `ISSUER` is on localhost, otherwise all addresses',
  },
  {
    name: 'DATABASE_URL',
    meaning:
      '`postgresql://user:password@host/name` (`postgres://` is the same). Several hosts are separated by commas; for TLS add `?sslmode=verify-full&sslrootcert=/path` (docs/nodes.md).',
    absent: 'SQLite under `DATA_DIR`',
  },
  {
    name: 'REDIS_URL',
    meaning:
      'Redis for what is short-lived (docs/redis.md): `redis://user:password@host:6379/0`, `redis+sentinel://host:26379,host:26379/group` or `redis+cluster://host:6379,host:6379`; `rediss…` with TLS (`?ca=/path` for a CA of your own).',
    absent: 'the database holds that, too',
  },
  { name: 'DATA_DIR', meaning: 'Folder of the embedded database.', absent: '`./data`' },
  {
    name: 'SECRET_KEY',
    meaning:
      '32 random bytes as base64 or base64url: `openssl rand -base64 32` prints them. Several are separated by commas: the first one encrypts, all of them decrypt.',
    absent: 'on localhost created in `DATA_DIR/secret.key`; otherwise Gatehouse refuses to start',
  },
  {
    name: 'SMTP_URL',
    meaning: '`smtps://user:password@host` or `smtp://…`; `none`: no mail is sent.',
    absent: 'on localhost mails are shown at `/dev/mailbox`; otherwise Gatehouse refuses to start',
  },
  {
    name: 'METRICS_TOKEN',
    meaning:
      'Opens `/metrics` to requests with this bearer token, of 16 characters or more (docs/metrics.md).',
    absent: 'no `/metrics`, except on `metrics.port`',
  },
  {
    name: 'VIEWS_DIR',
    meaning: 'Folder of your own pages and mails, each checked at start (docs/views.md).',
    absent: 'the built-in pages',
  },
  { name: 'CONFIG', meaning: 'Path of a YAML file with more settings.', absent: 'defaults' },
  {
    name: 'TRUST_PROXY',
    meaning:
      'Whose `X-Forwarded-For` is believed: the number of proxies in front, or their addresses and CIDRs, separated by commas.',
    absent: 'no proxy is trusted',
  },
  {
    name: 'WORKERS',
    meaning: 'Processes on this machine; `auto`: one for each processor. More than 1 needs PostgreSQL.',
    absent: '1',
  },
  { name: 'LOG_LEVEL', meaning: '`trace`, `debug`, `info`, `warn`, `error` or `silent`.', absent: '`info`' },
];

/** They come by a variable or a mounted file, and never stand in the YAML file. */
export const SECRETS = ['SECRET_KEY', 'DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'METRICS_TOKEN'] as const;
const VARIABLES = {
  ISSUER: 'issuer',
  PORT: 'port',
  HOST: 'host',
  DATA_DIR: 'dataDir',
  WORKERS: 'workers',
  LOG_LEVEL: 'logLevel',
  TRUST_PROXY: 'trustProxy',
} as const;

export type Secrets = Partial<Record<(typeof SECRETS)[number], string>>;

/** Each secret comes by its variable, or by a file that `<NAME>_FILE` names (a mounted secret). */
export function readSecrets(environment: Environment, mistakes: string[]): Secrets {
  const secrets: Secrets = {};
  for (const name of SECRETS) {
    const value = present(environment[name]);
    const path = present(environment[`${name}_FILE`]);
    if (value !== undefined && path !== undefined) {
      mistakes.push(`${name} and ${name}_FILE are both set; keep one of them.`);
    } else if (path !== undefined) {
      try {
        secrets[name] = readFileSync(path, 'utf8').trim();
      } catch (error) {
        mistakes.push(
          `${name}_FILE names ${path}, which cannot be read (${codeOf(error)}); name a file that can.`,
        );
      }
    } else if (value !== undefined) secrets[name] = value;
  }
  return secrets;
}

/** The settings that variables say, by their names in the YAML file. */
export function readVariables(environment: Environment): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [variable, key] of Object.entries(VARIABLES)) {
    const text = present(environment[variable]);
    if (text === undefined) continue;
    if (key === 'trustProxy')
      values[key] = /^\d+$/.test(text) ? Number(text) : text.split(',').map((each) => each.trim());
    else if (key === 'port' || key === 'workers') values[key] = /^\d+$/.test(text) ? Number(text) : text;
    else values[key] = text;
  }
  return values;
}

/**
 * Variables that are set, mean nothing here, and are called nearly as one of ours that is not set, or as one of ours with
 * our name before it: one sentence each. They are no mistakes, as they may be meant for another program.
 */
export function judgeVariables(environment: Environment): string[] {
  const known = [...environmentReference.map(({ name }) => name), ...SECRETS.map((name) => `${name}_FILE`)];
  const free = known.filter((name) => environment[name] === undefined);
  // Shorter names are near to too much.
  const long = free.filter((name) => name.length >= 6);
  return Object.keys(environment).flatMap((name) => {
    if (known.includes(name) || present(environment[name]) === undefined) return [];
    const own = name.toUpperCase().replace(/^GATEHOUSE_/, '');
    const meant = name !== own && free.includes(own) ? own : nearest(own, long, 2);
    return meant ? [`${name} is set and has no meaning here. Did you mean ${meant}?`] : [];
  });
}

/** What a setting is called where it was written: its variable, or its key. */
export function keyOf(path: readonly PropertyKey[], environment: Environment): string {
  const [first] = path;
  const variable = Object.entries(VARIABLES).find(([, key]) => key === first)?.[0];
  return variable !== undefined && present(environment[variable]) !== undefined
    ? variable
    : path.map(String).join('.');
}

/** An empty variable is what a shell leaves of one that was meant to be unset. */
export function present(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
