import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { z } from 'zod';
import { accountConfig } from './account/config.ts';
import { apiKeysConfig } from './api-keys/config.ts';
import { auditConfig } from './audit/config.ts';
import { clientsConfig } from './clients/config.ts';
import { databaseConfig } from './database/config.ts';
import { judgeDatabaseUrl } from './database/postgres/postgres-url.ts';
import { redisConfig } from './database/redis/redis-config.ts';
import { judgeRedisUrl } from './database/redis/redis-url.ts';
import { doctorConfig } from './doctor/config.ts';
import {
  codeOf,
  type Environment,
  keyOf,
  present,
  readSecrets,
  readVariables,
  SECRETS,
  type Secrets,
} from './environment.ts';
import { isNetwork } from './http/client-address.ts';
import { httpConfig } from './http/config.ts';
import { readIssuer } from './http/issuer.ts';
import { i18nConfig } from './i18n/config.ts';
import { judgeI18n } from './i18n/i18n.ts';
import { keysConfig } from './keys/config.ts';
import { judgeRootKeys, parseRootKeys, type RootKeys } from './keys/root-keys.ts';
import { defined } from './lib/defined.ts';
import { defineError } from './lib/errors.ts';
import {
  nameOf,
  nearestSetting,
  plain,
  type SettingNames,
  sentencesOf,
  valueAt,
} from './lib/setting-sentences.ts';
import { mailConfig } from './mail/config.ts';
import { judgeSmtpUrl } from './mail/smtp-url.ts';
import { builtInMethods } from './methods/built-in.ts';
import { createMethodsConfig, judgeMethods } from './methods/config.ts';
import type { MethodPlugIn } from './methods/plug-in.ts';
import { judgeMetricsToken, metricsConfig } from './metrics/config.ts';
import { observabilityConfig } from './observability/config.ts';
import { oidcConfig } from './oidc/config.ts';
import { rateLimitConfig } from './rate-limit/config.ts';
import { recoveryConfig } from './recovery/config.ts';
import { registrationConfig } from './registration/config.ts';
import { builtInSteps } from './required-steps/built-in.ts';
import { requiredStepsConfig } from './required-steps/config.ts';
import { judgeEverywhere } from './required-steps/judge.ts';
import type { RequiredStepPlugIn } from './required-steps/required-steps.ts';
import { resourceServersConfig } from './resource-servers/config.ts';
import { usersConfig } from './users/config.ts';
import { brandConfig, viewsConfig } from './views/config.ts';
import { judgeBrand } from './views/logo.ts';

/** One mistake: a sentence that names the key, what was found and what would be right. */
type Mistake = string;

/** All mistakes of a configuration at once. Commands end with 78 (`EX_CONFIG` of sysexits.h). */
export const configWrong = defineError('config.wrong', 500, ({ mistakes }) =>
  (mistakes as Mistake[]).join('\n'),
);

/** Every folder's section of the YAML file; those of the ways to sign in come with them. */
const sections = {
  account: accountConfig,
  apiKeys: apiKeysConfig,
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
  requiredSteps: requiredStepsConfig,
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
    .describe('Log lines below this level are left out. `LOG_LEVEL`.'),
  trustProxy: z
    .union([z.int().min(0).max(16), z.array(z.string().refine(isNetwork))], {
      error: 'must be a number of proxies, or a list of addresses and CIDRs',
    })
    .default(0)
    .describe(
      'Whose `X-Forwarded-For` is believed: the number of proxies in front, or a list of their networks. `TRUST_PROXY`.',
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

/**
 * Reads the environment and the YAML file that `CONFIG` names. Throws `config.wrong` with one sentence for each
 * mistake, all of them at once; no sentence repeats a secret.
 */
export function loadConfig(
  environment: Environment,
  {
    methods = builtInMethods,
    requiredSteps = builtInSteps,
  }: { methods?: readonly MethodPlugIn[]; requiredSteps?: readonly RequiredStepPlugIn[] } = {},
): Config {
  const mistakes: Mistake[] = [];
  const secrets = readSecrets(environment, mistakes);
  const file = readFile(environment.CONFIG, mistakes);
  const raw = withViews({ ...withFormerNames(file), ...readVariables(environment) }, environment);

  const schema = createFileSchema(methods);
  const parsed = schema.safeParse(raw);
  const settingNames: SettingNames = {
    keyOf: (path) => keyOf(path, environment),
    insteadOf: (path) => secretInstead(path) ?? settingInstead(path, schema),
  };
  if (!parsed.success)
    mistakes.push(...parsed.error.issues.flatMap((issue) => sentencesOf(issue, raw, settingNames)));

  const read = readIssuer(typeof raw.issuer === 'string' ? raw.issuer : undefined, raw.port);
  const issuer = 'issuer' in read ? read.issuer : undefined;
  if ('mistake' in read) mistakes.push(read.mistake);
  // What only a public issuer needs is not asked of one that could not be read.
  const site = issuer ?? { isLoopback: true };
  mistakes.push(
    ...judgeRootKeys(secrets.SECRET_KEY, site),
    ...judgeMetricsToken(secrets.METRICS_TOKEN),
    ...judgeDatabaseUrl(secrets.DATABASE_URL),
    ...judgeRedisUrl(secrets.REDIS_URL),
    ...judgeSmtpUrl(secrets.SMTP_URL, site),
  );
  if (parsed.success) {
    mistakes.push(
      ...judgeI18n(parsed.data.i18n),
      ...judgePlugIns(parsed.data, methods),
      ...judgeBrand(parsed.data.brand),
      ...judgeWorkers(parsed.data, secrets),
      ...judgeEverywhere(parsed.data.requiredSteps.everywhere, requiredSteps, {
        users: parsed.data.users,
        isMailAvailable: secrets.SMTP_URL !== 'none',
      }),
    );
  }
  judgeViews(raw, parsed.success && mistakes.length === 0 ? parsed.data.i18n : undefined, mistakes);
  if (parsed.success && issuer) mistakes.push(...judgeEachMethod(parsed.data, issuer, methods));
  if (!parsed.success || !issuer || mistakes.length > 0) throw configWrong({ mistakes });

  const { rootKeys } = secrets.SECRET_KEY === undefined ? {} : parseRootKeys(secrets.SECRET_KEY);
  // The sections of the ways to sign in are checked as the others are; zod cannot name them.
  const { port, host, ...settings } = parsed.data as File;
  const listensOn = host ?? (issuer.isLoopback ? 'localhost' : undefined);
  return freeze({
    ...settings,
    ...issuer,
    dataDir: resolve(settings.dataDir),
    views: settings.views.dir === undefined ? {} : { dir: resolve(settings.views.dir) },
    port: port ?? issuer.port,
    ...defined({
      host: listensOn,
      databaseUrl: secrets.DATABASE_URL,
      redisUrl: secrets.REDIS_URL,
      smtpUrl: secrets.SMTP_URL,
      metricsToken: secrets.METRICS_TOKEN,
      rootKeys,
    }),
  });
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

/** A secret that was written into the file. */
function secretInstead(path: readonly PropertyKey[]): string | undefined {
  const secret = SECRETS.find((name) => plain(name) === plain(String(path.at(-1))));
  return (
    secret && `it is a secret: set ${secret} in the environment, or ${secret}_FILE to the path of a file.`
  );
}

function settingInstead(
  path: readonly PropertyKey[],
  schema: ReturnType<typeof createFileSchema>,
): string | undefined {
  const setting = nearestSetting(
    path,
    settingsIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })),
  );
  return setting && `did you mean ${setting}?`;
}

type JsonSchema = Pick<z.core.JSONSchema.JSONSchema, 'properties' | 'items'>;

/** Every setting and every group of them, as `oidc.unused.total`. */
function settingsIn({ properties, items }: JsonSchema, section = ''): string[] {
  if (items) return settingsIn(items as JsonSchema, section);
  return Object.entries(properties ?? {}).flatMap(([name, inner]) => {
    const setting = section === '' ? name : `${section}.${name}`;
    return [setting, ...settingsIn(inner as JsonSchema, setting)];
  });
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

/** What is wrong with the sections of the ways to sign in, and with which of them are offered. */
function judgePlugIns(file: General, methods: readonly MethodPlugIn[]): Mistake[] {
  const sections = file as unknown as Readonly<Record<string, unknown>>;
  const facts = methods.map(({ id, identifies, config }) => ({
    id,
    identifies,
    isSwitchedOn: config?.isSwitchedOn?.(sections[config.section]) ?? true,
  }));
  return judgeMethods(file.methods, facts);
}

function judgeEachMethod(file: object, { issuer }: Issuer, methods: readonly MethodPlugIn[]): Mistake[] {
  const sections = file as Readonly<Record<string, unknown>>;
  return methods.flatMap(({ config }) => config?.judge?.(sections[config.section], { issuer }) ?? []);
}

function judgeWorkers({ workers }: General, { DATABASE_URL: database }: Secrets): Mistake[] {
  if (workers === 'auto' || workers <= 1 || database !== undefined) return [];
  return [
    `WORKERS is ${workers}; the embedded database belongs to one process, so it must be 1, or DATABASE_URL must name a PostgreSQL.`,
  ];
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

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
