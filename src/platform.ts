import { createRequire } from 'node:module';
import { createAudit } from './audit/audit.ts';
import type { Config } from './config.ts';
import { createDatabase, type Database } from './database/database.ts';
import { createLeases } from './database/lease.ts';
import { codeRelease, migrate } from './database/migrate.ts';
import { createRedis } from './database/redis/redis.ts';
import { createBrowserSecret } from './http/browser-secret.ts';
import { createDocuments } from './http/documents.ts';
import { createOutgoing } from './http/outgoing.ts';
import { createI18n } from './i18n/i18n.ts';
import { loadOrCreateSecretKeyFile } from './keys/root-keys.ts';
import { holdsSealedKeys } from './keys/store.ts';
import type { Clock } from './lib/clock.ts';
import { createSealer } from './lib/seal.ts';
import { createMail, sendTestMail } from './mail/mail.ts';
import type { MethodPlugIn } from './methods/plug-in.ts';
import { contributionsOf } from './methods/plugged.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { Logger } from './observability/logger.ts';
import { measureOutgoing, measureStores } from './process/measure.ts';
import { createRateLimit } from './rate-limit/rate-limit.ts';
import { readLogo, readMailLogo } from './views/logo.ts';
import type { createViews, Views } from './views/views.ts';

export type Platform = Awaited<ReturnType<typeof createPlatform>>;

/**
 * What every noun stands on: the stores (the database is brought up to date), sealing, the audit, mail, views, the way
 * out. It is handed on as a whole; each module's `XDeps` says what it takes of it.
 */
export async function createPlatform(
  config: Config,
  { logger, clock, plugIns }: { logger: Logger; clock: Clock; plugIns: readonly MethodPlugIn[] },
) {
  const metrics = await createMetrics({ config, release: await codeRelease() });
  const db = await createDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    config: config.database,
    logger,
  });
  const { rootKeys, redis } = await openRest().catch(async (error) => {
    await db.close();
    throw error;
  });
  const sealer = createSealer(rootKeys);
  measureStores({ metrics, db, redis });
  const i18n = createI18n(config);
  const overrides = await overridesOf(config);
  const views = viewsWhenAsked({
    config,
    i18n,
    icons: contributionsOf(plugIns).icons,
    overrides,
    failed: (view, error) => logger.error({ err: error, view }, 'A view of VIEWS_DIR failed; ours was shown'),
  });
  const logo = config.brand.logoFile === undefined ? undefined : readLogo(config.brand.logoFile);
  const made = { config, logger, clock, metrics, sealer, db, redis };

  return {
    ...made,
    rootKeys,
    i18n,
    views,
    logo,
    leases: createLeases(made),
    audit: createAudit(made),
    rateLimit: createRateLimit(made),
    outgoing: createOutgoing({ config, measure: measureOutgoing(metrics) }),
    mail: createMail({
      ...made,
      render: views.mail,
      chooseLocale: i18n.choose,
      logo: readMailLogo(config.brand),
    }),
    browser: createBrowserSecret(config),
    documents: createDocuments(config),
  };

  async function openRest() {
    await migrate({ db, clock });
    const rootKeys = config.rootKeys ?? (await rootKeysOfFile(config, { db, logger }));
    const { redisUrl: url } = config;
    const redis = url === undefined ? undefined : await createRedis({ url, config: config.redis, logger });
    return { rootKeys, redis };
  }
}

/**
 * Sends a test mail as the server would: in its language and brand, and by the operator's own views. Throws as
 * `sendTestMail` does.
 */
export async function mailOnce(config: Config, to: string, now: number): Promise<void> {
  const i18n = createI18n(config);
  const { mail: render } = viewsWhenAsked({ config, i18n, overrides: await overridesOf(config) });
  const locale = config.i18n.defaultLocale;
  await sendTestMail({ config, render, logo: readMailLogo(config.brand) }, { to, locale, now });
}

/** A hundred files that a command may not need: the first page or mail loads them, of a server its first static file. */
function viewsWhenAsked(options: Parameters<typeof createViews>[0]): Views {
  let made: Views | undefined;
  const views = (): Views => {
    if (made) return made;
    const files: typeof import('./views/views.ts') = createRequire(import.meta.url)('./views/views.ts');
    made = files.createViews(options);
    return made;
  };
  return {
    get icon() {
      return views().icon;
    },
    get goOnScriptHash() {
      return views().goOnScriptHash;
    },
    html: (...page) => views().html(...page),
    mail: (...mail) => views().mail(...mail),
    letter: (...letter) => views().letter(...letter),
  };
}

/** `config.ts` has judged them; what they need is loaded only by those who have some. */
async function overridesOf({ views: { dir } }: Config) {
  if (dir === undefined) return undefined;
  const { loadOverrides } = await import('./views/load-overrides.ts');
  return loadOverrides(dir).overrides;
}

async function rootKeysOfFile({ dataDir }: Config, { db, logger }: { db: Database; logger: Logger }) {
  const isSealed = await holdsSealedKeys(db);
  const { rootKeys, path, isCreated, warnings } = await loadOrCreateSecretKeyFile(dataDir, { isSealed });
  if (isCreated) logger.info({ path }, 'Made a root key for this installation');
  for (const warning of warnings) logger.warn({}, warning);
  return rootKeys;
}
