import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { z } from 'zod';
import { accountConfig } from './account/config.ts';
import { auditConfig } from './audit/config.ts';
import { clientsConfig } from './clients/config.ts';
import { databaseConfig } from './database/config.ts';
import { readPostgresUrl } from './database/postgres/postgres-url.ts';
import { redisConfig } from './database/redis/redis-config.ts';
import { parseRedisUrl } from './database/redis/redis-url.ts';
import { doctorConfig } from './doctor/config.ts';
import { isNetwork } from './http/client-address.ts';
import { httpConfig } from './http/config.ts';
import { i18nConfig } from './i18n/config.ts';
import { listLocales } from './i18n/i18n.ts';
import { readOverrides } from './i18n/overrides.ts';
import { recoveryConfig, registrationConfig } from './interaction/config.ts';
import { keysConfig } from './keys/config.ts';
import { parseRootKeys, type RootKeys } from './keys/root-keys.ts';
import { defineError } from './lib/errors.ts';
import { isLoopbackHost } from './lib/loopback.ts';
import { mailConfig } from './mail/config.ts';
import { mistakeOfSmtpUrl } from './mail/smtp-url.ts';
import { builtInMethods } from './methods/built-in.ts';
import { createMethodsConfig, judgeMethods } from './methods/config.ts';
import type { MethodPlugIn } from './methods/plug-in.ts';
import { metricsConfig } from './metrics/config.ts';
import { observabilityConfig } from './observability/config.ts';
import { oidcConfig } from './oidc/config.ts';
import { rateLimitConfig } from './rate-limit/config.ts';
import { resourceServersConfig } from './resource-servers/config.ts';
import { usersConfig } from './users/config.ts';
import { brandConfig, viewsConfig } from './views/config.ts';
import { readLogo } from './views/logo.ts';

/** One mistake: a sentence that names the key, what was found and what would be right. */
type Mistake = string;

/** All mistakes of a configuration at once. Commands end with 78 (`EX_CONFIG` of sysexits.h). */
export const configWrong = defineError('config.wrong', 500, ({ mistakes }) =>
  (mistakes as Mistake[]).join('\n'),
);

/** Every folder's section of the YAML file; those of the ways to sign in come with them. */
const sections = {
  account: accountConfig,
  audit: auditConfig,
  brand: brandConfig,
  clients: clientsConfig,
  database: databaseConfig,
  doctor: doctorConfig,
  http: httpConfig,
  i18n: i18nConfig,
  keys: keysConfig,
  mail: mailConfig,
  metrics: metricsConfig,
  observability: observabilityConfig,
  oidc: oidcConfig,
  recovery: recoveryConfig,
  registration: registrationConfig,
  rateLimit: rateLimitConfig,
  redis: redisConfig,
  resourceServers: resourceServersConfig,
  users: usersConfig,
  views: viewsConfig,
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What the environment says and, where it is no secret, the YAML file may say as well; the environment wins. */
const general = {
  issuer: z
    .string()
    .default('http://localhost:3000')
    .describe('The address of this server as everyone sees it, without a slash at its end. `ISSUER`.'),
  port: z.int().min(0).max(65535).optional().describe('The port to listen on. `PORT`.'),
  host: z.string().min(1).optional().describe('The address to listen on. `HOST`.'),
  dataDir: z.string().min(1).default('./data').describe('Folder of the embedded database. `DATA_DIR`.'),
  workers: z
    .union([z.int().min(1).max(256), z.literal('auto')], { error: 'must be a number from 1 to 256, or auto' })
    .default(1)
    .describe(
      'Processes on this machine, behind one port; `auto`: one for each processor. More than 1 needs PostgreSQL. `WORKERS`.',
    ),
  logLevel: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe('The least important line that is logged. `LOG_LEVEL`.'),
  trustProxy: z
    .union([z.int().min(0).max(16), z.array(z.string().refine(isNetwork, 'must be an address or a CIDR'))])
    .default(0)
    .describe(
      'Whose `X-Forwarded-For` is believed: how many proxies stand in front, or their networks. `TRUST_PROXY`.',
    ),
};

/** The whole YAML file; `config/schema.json` is generated from it. */
export const fileSchema = createFileSchema(builtInMethods);

/** With these ways to sign in, each with the section that it brings. */
function createFileSchema(methods: readonly MethodPlugIn[]) {
  const own = methods.flatMap(({ config }) => (config ? [[config.section, config.schema] as const] : []));
  const ofMethods = createMethodsConfig(methods.map(({ id }) => id));
  const all = { ...sections, methods: ofMethods, ...Object.fromEntries(own) };
  const byName = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1));
  return z.strictObject({ ...general, ...(Object.fromEntries(byName) as typeof all) });
}

type General = z.output<ReturnType<typeof createFileSchema>>;
type File = General & SectionsOf<(typeof builtInMethods)[number]>;

/** By name, what the sections of the ways to sign in hold. */
type SectionsOf<PlugIn> = {
  [Each in PlugIn as SectionNameOf<Each>]: Each extends MethodPlugIn<string, string, infer Schema>
    ? z.output<Schema & z.ZodType>
    : never;
};
type SectionNameOf<PlugIn> = PlugIn extends MethodPlugIn<string, infer Name, z.ZodType> ? Name : never;

/** The validated configuration, frozen. Secrets are in `rootKeys`, `databaseUrl`, `redisUrl`, `smtpUrl` and
 * `metricsToken` only. */
export type Config = Readonly<
  Omit<File, 'port' | 'host'> & {
    /** The issuer's path: '' or '/id'. Every local address starts with it. */
    base: string;
    port: number;
    /** Absent: all addresses. */
    host?: string;
    isLoopback: boolean;
    isSecure: boolean;
    databaseUrl?: string;
    redisUrl?: string;
    /** The bearer token that reads `/metrics`. */
    metricsToken?: string;
    /** `none`: no mail. Absent on a loopback issuer: the mailbox at `/dev/mailbox`. */
    smtpUrl?: string;
    /** Absent on a loopback issuer: `secret.key` in the data folder. */
    rootKeys?: RootKeys;
  }
>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, for the reference in docs/configuration.md. */
export const environmentReference: readonly { name: string; meaning: string; absent: string }[] = [
  {
    name: 'ISSUER',
    meaning: 'The address of this server as everyone sees it. https, or http on localhost; a path is fine.',
    absent: '`http://localhost:3000`',
  },
  { name: 'PORT', meaning: 'The port to listen on.', absent: "the issuer's on localhost, else 3000" },
  {
    name: 'HOST',
    meaning: 'The address to listen on.',
    absent: '`localhost`, both families, on a loopback issuer; else all',
  },
  {
    name: 'DATABASE_URL',
    meaning:
      '`postgresql://user:password@host/name`; several hosts after commas, `?sslmode=verify-full&sslrootcert=/path`: docs/nodes.md.',
    absent: 'SQLite under `DATA_DIR`',
  },
  {
    name: 'REDIS_URL',
    meaning:
      '`redis://user:password@host:6379/0`, `redis+sentinel://host:26379,host:26379/group` or `redis+cluster://host:6379,host:6379`; `rediss…` with TLS (`?ca=/path`). Holds what is short-lived: docs/redis.md.',
    absent: 'all is in the database',
  },
  { name: 'DATA_DIR', meaning: 'Folder of the embedded database.', absent: '`./data`' },
  {
    name: 'SECRET_KEY',
    meaning:
      '32 random bytes as base64url (`openssl rand -base64 32` makes one). Several after commas: the first one seals, all open.',
    absent: 'on localhost made in `DATA_DIR/secret.key`; else Gatehouse refuses to start',
  },
  {
    name: 'SMTP_URL',
    meaning: '`smtps://user:password@host` or `smtp://…`; `none`: nothing is mailed.',
    absent: 'on localhost mail is at `/dev/mailbox`; else Gatehouse refuses to start',
  },
  {
    name: 'METRICS_TOKEN',
    meaning: 'Opens `/metrics` to who shows it as a bearer token: 16 characters or more. docs/metrics.md.',
    absent: '`/metrics` is not there, or only on a port of its own',
  },
  {
    name: 'VIEWS_DIR',
    meaning: 'Folder of your own pages and mails, each checked at start (`docs/views.md`).',
    absent: 'ours',
  },
  { name: 'CONFIG', meaning: 'Path of a YAML file with more settings.', absent: 'defaults' },
  {
    name: 'TRUST_PROXY',
    meaning: 'Whose `X-Forwarded-For` is believed: a count of proxies, or addresses and CIDRs after commas.',
    absent: 'nobody’s',
  },
  {
    name: 'WORKERS',
    meaning: 'Processes on this machine, or `auto`: one for each processor. More than 1 needs PostgreSQL.',
    absent: '1',
  },
  { name: 'LOG_LEVEL', meaning: '`trace`, `debug`, `info`, `warn`, `error` or `silent`.', absent: '`info`' },
];

const SECRETS = ['SECRET_KEY', 'DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'METRICS_TOKEN'] as const;
const VARIABLES = {
  ISSUER: 'issuer',
  PORT: 'port',
  HOST: 'host',
  DATA_DIR: 'dataDir',
  WORKERS: 'workers',
  LOG_LEVEL: 'logLevel',
  TRUST_PROXY: 'trustProxy',
} as const;

/**
 * Reads the environment and the YAML file that `CONFIG` names. Throws `config.wrong` with one sentence for each
 * mistake, all of them at once; no sentence repeats a secret.
 */
export function loadConfig(
  environment: Environment,
  { methods = builtInMethods }: { methods?: readonly MethodPlugIn[] } = {},
): Config {
  const mistakes: Mistake[] = [];
  const secrets = readSecrets(environment, mistakes);
  const file = readFile(environment.CONFIG, mistakes);
  const raw = withViews({ ...withFormerNames(file), ...readVariables(environment) }, environment);

  const parsed = createFileSchema(methods).safeParse(raw);
  if (!parsed.success)
    mistakes.push(...parsed.error.issues.flatMap((issue) => sentencesOf(issue, raw, environment)));

  const issuer = readIssuer(typeof raw.issuer === 'string' ? raw.issuer : undefined, mistakes);
  const rootKeys = readRootKeys(secrets.SECRET_KEY, issuer, mistakes);
  judgeMetricsToken(secrets.METRICS_TOKEN, mistakes);
  judgeUrls(secrets, issuer, mistakes);
  if (parsed.success) judgeTogether(parsed.data, secrets, methods, mistakes);
  judgeViews(raw, parsed.success && mistakes.length === 0 ? parsed.data.i18n : undefined, mistakes);
  if (parsed.success && issuer) mistakes.push(...judgeEachMethod(parsed.data, issuer, methods));
  if (!parsed.success || !issuer || mistakes.length > 0) throw configWrong({ mistakes });

  // The sections of the ways to sign in are checked as the others are; zod cannot name them.
  const { port, host, ...settings } = parsed.data as File;
  const listensOn = host ?? (issuer.isLoopback ? 'localhost' : undefined);
  return freeze({
    ...settings,
    ...issuer,
    dataDir: resolve(settings.dataDir),
    views: settings.views.dir === undefined ? {} : { dir: resolve(settings.views.dir) },
    port: port ?? issuer.port,
    ...(listensOn === undefined ? {} : { host: listensOn }),
    ...(secrets.DATABASE_URL === undefined ? {} : { databaseUrl: secrets.DATABASE_URL }),
    ...(secrets.REDIS_URL === undefined ? {} : { redisUrl: secrets.REDIS_URL }),
    ...(secrets.SMTP_URL === undefined ? {} : { smtpUrl: secrets.SMTP_URL }),
    ...(secrets.METRICS_TOKEN === undefined ? {} : { metricsToken: secrets.METRICS_TOKEN }),
    ...(rootKeys === undefined ? {} : { rootKeys }),
  });
}

type Secrets = Partial<Record<(typeof SECRETS)[number], string>>;

/** Each secret comes by its variable, or by a file that `<NAME>_FILE` names (a mounted secret). */
function readSecrets(environment: Environment, mistakes: Mistake[]): Secrets {
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

function readFile(path: string | undefined, mistakes: Mistake[]): Record<string, unknown> {
  if (present(path) === undefined) return {};
  let text: string;
  try {
    text = readFileSync(String(path), 'utf8');
  } catch (error) {
    mistakes.push(
      `CONFIG names ${path}, which cannot be read (${codeOf(error)}); name a YAML file that can.`,
    );
    return {};
  }
  // Loaded only by those who have a file: it takes memory.
  const { parseDocument }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  const document = parseDocument(text, { uniqueKeys: true });
  for (const error of document.errors) {
    mistakes.push(`${path} is not valid YAML: ${error.message.split('\n')[0]}`);
  }
  if (document.errors.length > 0) return {};
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Record<string, unknown>;
  mistakes.push(`${path} holds ${nameOf(content)}; it must hold settings by name (\`issuer: https://…\`).`);
  return {};
}

function readVariables(environment: Environment): Record<string, unknown> {
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

/** Settings that have been renamed inside of their section. The former name is read where the present one is not set. */
const FORMER_NAMES = [{ section: 'rateLimit', before: 'programs', now: 'apiClients' }] as const;

function withFormerNames(file: Record<string, unknown>): Record<string, unknown> {
  const named = { ...file };
  for (const { section, before, now } of FORMER_NAMES) {
    const settings = named[section];
    if (typeof settings !== 'object' || settings === null) continue;
    if (!Object.hasOwn(settings, before) || Object.hasOwn(settings, now)) continue;
    const { [before]: value, ...others } = settings as Record<string, unknown>;
    named[section] = { ...others, [now]: value };
  }
  return named;
}

/** The one variable whose setting stands in a section. */
function withViews(raw: Record<string, unknown>, environment: Environment): Record<string, unknown> {
  const dir = present(environment.VIEWS_DIR);
  const { views = {} } = raw;
  return dir === undefined || typeof views !== 'object' ? raw : { ...raw, views: { ...views, dir } };
}

type Issuer = Pick<Config, 'issuer' | 'base' | 'isLoopback' | 'isSecure' | 'port'>;

function readIssuer(text = 'http://localhost:3000', mistakes: Mistake[]): Issuer | undefined {
  const wrong = (why: string) => {
    mistakes.push(`ISSUER is ${JSON.stringify(text)}; ${why}`);
    return undefined;
  };
  if (!URL.canParse(text)) return wrong('it must be a URL such as https://id.example.com.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong('it must start with https://.');
  if (url.search || url.hash || url.username || url.password) {
    return wrong('it must have no query, no fragment and no user name (OpenID Connect Discovery §3).');
  }
  if (url.hostname.endsWith('.')) {
    return wrong('its host ends in a dot, which browsers take for another host; take the dot away.');
  }
  if (url.hostname.includes('_')) {
    return wrong(
      'its host has a _ in it, which no host name has (RFC 952): certificates and clients refuse it.',
    );
  }
  if (url.pathname.includes('//')) {
    return wrong('its path has // in it, which proxies and clients write as /; write one.');
  }
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) {
    return wrong('plain http is for localhost only; it must start with https://.');
  }
  const base = url.pathname.replace(/(?<!\/)\/+$/, '');
  if (`${url.origin}${base}` !== text.replace(/\/$/, '')) {
    return wrong(`it must be written as ${url.origin}${base}, as clients will compare it.`);
  }
  const port = isLoopback && url.port !== '' ? Number(url.port) : 3000;
  return { issuer: `${url.origin}${base}`, base, isLoopback, isSecure: url.protocol === 'https:', port };
}

function readRootKeys(
  text: string | undefined,
  issuer: Issuer | undefined,
  mistakes: Mistake[],
): RootKeys | undefined {
  if (text === undefined) {
    if (issuer && !issuer.isLoopback) {
      mistakes.push(
        'SECRET_KEY is not set; outside localhost it must hold 32 random bytes as base64url (`openssl rand -base64 32` makes one).',
      );
    }
    return undefined;
  }
  const { rootKeys, problems } = parseRootKeys(text);
  mistakes.push(...(problems ?? []));
  return rootKeys;
}

function judgeMetricsToken(token: string | undefined, mistakes: Mistake[]): void {
  if (token === undefined || /^[\x21-\x7e]{16,}$/.test(token)) return;
  mistakes.push(
    'METRICS_TOKEN is too short or holds blanks; it must be 16 characters or more (`openssl rand -hex 32` makes one).',
  );
}

/** Never repeats a value: these hold passwords. */
function judgeUrls(secrets: Secrets, issuer: Issuer | undefined, mistakes: Mistake[]): void {
  const { DATABASE_URL: database, REDIS_URL: redis, SMTP_URL: smtp } = secrets;
  if (database !== undefined && !/^postgres(ql)?:\/\//.test(database)) {
    mistakes.push(
      `DATABASE_URL ${foundScheme(database)}; it must start with postgresql:// (without it, SQLite under DATA_DIR is used).`,
    );
  } else if (database !== undefined) mistakes.push(...readPostgresUrl(database).mistakes);
  const redisMistake = redis === undefined ? undefined : parseRedisUrl(redis);
  if (redisMistake && 'mistake' in redisMistake) mistakes.push(`REDIS_URL ${redisMistake.mistake}`);
  if (smtp === undefined) {
    if (issuer && !issuer.isLoopback) {
      mistakes.push(
        'SMTP_URL is not set; outside localhost it must name a mail server (smtps://user:password@mail.example.com), or be `none`: then nothing is mailed.',
      );
    }
  } else if (smtp !== 'none' && !/^smtps?:\/\//.test(smtp)) {
    mistakes.push(`SMTP_URL ${foundScheme(smtp)}; it must start with smtp:// or smtps://, or be \`none\`.`);
  } else if (smtp !== 'none') {
    const mistake = mistakeOfSmtpUrl(smtp);
    if (mistake !== undefined) mistakes.push(`SMTP_URL ${mistake}`);
  }
}

function judgeTogether(
  file: General,
  secrets: Secrets,
  methods: readonly MethodPlugIn[],
  mistakes: Mistake[],
): void {
  const known = listLocales();
  for (const locale of [...(file.i18n.locales ?? []), file.i18n.defaultLocale]) {
    if (known.includes(locale)) continue;
    mistakes.push(
      `i18n names the language ${JSON.stringify(locale)}; it must be one of ${known.join(', ')}.`,
    );
  }
  if (file.i18n.overridesDir !== undefined) {
    try {
      readOverrides(file.i18n.overridesDir, known);
    } catch (error) {
      mistakes.push(`${(error as Error).message}.`);
    }
  }
  const facts = methods.map(({ id, identifies, config }) => {
    const section = (file as unknown as Record<string, unknown>)[config?.section ?? ''];
    return { id, identifies, isSwitchedOn: config?.isSwitchedOn?.(section) ?? true };
  });
  mistakes.push(...judgeMethods(file.methods, facts));
  judgeLogo(file.brand, mistakes);
  if (file.workers !== 'auto' && file.workers > 1 && secrets.DATABASE_URL === undefined) {
    mistakes.push(
      `WORKERS is ${file.workers}; the embedded database belongs to one process, so it must be 1, or DATABASE_URL must name a PostgreSQL.`,
    );
  }
}

function judgeLogo({ logoFile, logoUrl }: File['brand'], mistakes: Mistake[]): void {
  if (logoFile === undefined) return;
  if (logoUrl !== undefined) {
    mistakes.push('brand.logoFile and brand.logoUrl are both set; keep one of them.');
  }
  try {
    readLogo(logoFile);
  } catch (error) {
    mistakes.push(`brand.logoFile is ${JSON.stringify(logoFile)}, which ${(error as Error).message}.`);
  }
}

/** In English when the words are wrong themselves, so that one start tells the mistakes of both. */
function judgeViews(raw: Record<string, unknown>, i18n: File['i18n'] | undefined, mistakes: Mistake[]): void {
  const dir = valueAt(raw, ['views', 'dir']);
  if (typeof dir !== 'string' || dir === '') return;
  // Loaded only by those who have views of their own: it brings all sample data along.
  const { judgeOverrides }: typeof import('./views/judge-overrides.ts') = createRequire(import.meta.url)(
    './views/judge-overrides.ts',
  );
  mistakes.push(...judgeOverrides(resolve(dir), { i18n: i18n ?? { defaultLocale: 'en', timeZone: 'UTC' } }));
}

function judgeEachMethod(file: object, { issuer }: Issuer, methods: readonly MethodPlugIn[]): Mistake[] {
  const sections = file as Readonly<Record<string, unknown>>;
  return methods.flatMap(({ config }) => config?.judge?.(sections[config.section], { issuer }) ?? []);
}

/** One sentence for an issue of zod: the key as it was written, what was found, what would be right. */
function sentencesOf(issue: z.core.$ZodIssue, raw: unknown, environment: Environment): Mistake[] {
  const key = keyOf(issue.path, environment);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((unknown) => {
      const name = issue.path.length === 0 ? unknown : `${issue.path.join('.')}.${unknown}`;
      return `${name} is no setting; remove it, or see config/gatehouse.yaml for the right name.`;
    });
  }
  const found = valueAt(raw, issue.path);
  return [`${key} is ${describe(found)}; ${rightOf(issue)}.`];
}

function rightOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${WORDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `it must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'too_big':
      return `it must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return `it must be one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return issue.message.startsWith('must')
        ? `it ${issue.message}`
        : 'it must be a number of proxies, or a list of addresses and CIDRs';
    default:
      return issue.message.startsWith('must') ? `it ${issue.message}` : `it must be ${issue.message}`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
};

function keyOf(path: readonly PropertyKey[], environment: Environment): string {
  const [first] = path;
  const variable = Object.entries(VARIABLES).find(([, key]) => key === first)?.[0];
  return variable !== undefined && present(environment[variable]) !== undefined
    ? variable
    : path.map(String).join('.');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? (inside as never)[key] : undefined),
    value,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'object' && value !== null ? nameOf(value) : JSON.stringify(value);
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a group of settings' : JSON.stringify(value);
}

function foundScheme(text: string): string {
  return URL.canParse(text) ? `starts with ${new URL(text).protocol}//` : 'is no URL';
}

/** An empty variable is what a shell leaves of one that was meant to be unset. */
function present(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
