import { defineError, GatehouseError } from '../lib/errors.ts';

/** The database does not answer, or refuses to. It is tried again with the next request. */
export const databaseAway = defineError(
  'database.away',
  503,
  ({ why }) =>
    `The database does not answer (${why}); check that it runs and that DATABASE_URL or DATA_DIR is right.`,
);
/** A pooler such as PgBouncer stands in between, and `database.pooler` does not say so. */
export const databasePooled = defineError(
  'database.pooled',
  500,
  () =>
    'DATABASE_URL names a pooler such as PgBouncer, not PostgreSQL itself; set `database.pooler: true`, or name PostgreSQL.',
);
/** Somebody else held what was needed for too long: the writer, a row, a connection of the pool. */
export const databaseBusy = defineError(
  'database.busy',
  503,
  () => 'The database was locked by something else for too long. Try again.',
);
/** The disk under the database is full. */
export const databaseFull = defineError('database.full', 503, () => 'The disk under the database is full.');
/** `db` was used for a write inside `db.transaction`, where it would wait for itself for ever. */
export const databaseWaitsForItself = defineError('database.waits_for_itself', 500);
/** `DATABASE_URL` names no database that Gatehouse knows. */
export const databaseUrlUnknown = defineError(
  'database.url_unknown',
  500,
  ({ expected }) => `DATABASE_URL names no database that Gatehouse knows; it must start with ${expected}.`,
);
/** This code is older than the oldest release that can work with the tables as they are. */
export const databaseReleaseTooOld = defineError(
  'database.release_too_old',
  500,
  ({ migration, oldestRelease, release }) =>
    `The database was migrated for Gatehouse ${oldestRelease} or newer (${migration}), and this is ${release}; ` +
    `start Gatehouse ${oldestRelease} or newer, or restore a backup from before that migration.`,
);
/** Another server works on the same embedded database. */
export const databaseInUse = defineError(
  'database.in_use',
  500,
  ({ dataDir }) =>
    `Another Gatehouse uses the embedded database in ${dataDir}, which belongs to one server. Stop that one, give this one another DATA_DIR, or use PostgreSQL (DATABASE_URL) for both.`,
);
/** A backup was not put back. */
export const databaseRestoreFailed = defineError(
  'database.restore_failed',
  500,
  ({ why }) => `Nothing was restored: ${why}.`,
);
/** A backup was not made. */
export const databaseBackupFailed = defineError(
  'database.backup_failed',
  500,
  ({ why }) => `No backup was made: ${why}.`,
);

/** Redis does not answer, or refuses to. It is tried again with the next request. */
export const redisAway = defineError(
  'redis.away',
  503,
  ({ why }) => `Redis does not answer (${why}); check that it runs and that REDIS_URL is right.`,
);
/** Redis has used all the memory that it may. */
export const redisFull = defineError(
  'redis.full',
  503,
  () => 'Redis has used all the memory that it may; give it more (maxmemory).',
);
/** `REDIS_URL` cannot be used as it is. */
export const redisUrlUnknown = defineError('redis.url_unknown', 500, ({ mistake }) => `REDIS_URL ${mistake}`);

/** Whether a row with the same unique value was there before. The same question for both databases. */
export function isUniqueViolation(error: unknown): boolean {
  return ['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error));
}

/** Whether a row names another one that is not there, or is still named by one. */
export function isForeignKeyViolation(error: unknown): boolean {
  return ['23503', 'SQLITE_CONSTRAINT_FOREIGNKEY'].includes(codeOf(error));
}

/** Whether a row breaks any promise of its table. */
export function isConstraintViolation(error: unknown): boolean {
  return /^(23|SQLITE_CONSTRAINT)/.test(codeOf(error));
}

/** What a driver threw, as one of our errors when it is about the database and not about the statement. */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof GatehouseError) return error;
  const code = codeOf(error);
  const why = error instanceof Error && code === '' ? error.message : code;
  if (isBusyCode(code)) return databaseBusy({ why }, error);
  if (isFullCode(code)) return databaseFull({ why }, error);
  if (isPooled(error)) return databasePooled({}, error);
  if (isAwayCode(code) || isAwayMessage(error)) return databaseAway({ why }, error);
  return withoutValues(error);
}

/** Whether SQLite said that another connection holds the lock, so that trying again may help. */
export function isLocked(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** Whether the handle or connection itself is of no more use and a new one has to be opened. */
export function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof GatehouseError ? error.cause : error;
  return isAwayCode(codeOf(cause)) || isAwayMessage(cause);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

// PostgreSQL: lock_not_available, query_canceled (statement timeout), deadlock_detected, serialization_failure.
function isBusyCode(code: string): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(code) || ['55P03', '57014', '40P01', '40001'].includes(code);
}

// PostgreSQL: disk_full, out_of_memory.
function isFullCode(code: string): boolean {
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === '53100' || code === '53200';
}

// PostgreSQL: class 08 (connection), 57P01-03 (shut down, crashed, starting), 53300 (too many connections), 25006
// (a standby: read only), 28xxx and 3D000 (not let in). TLS has codes of its own (certificates).
function isAwayCode(code: string): boolean {
  return (
    /^SQLITE_(IOERR|CANTOPEN|READONLY|NOTADB|CORRUPT|PERM|AUTH|NOLFS|PROTOCOL)/.test(code) ||
    /^(08|28)...$|^57P0[1-5]$/.test(code) ||
    ['53300', '25006', '3D000', 'EPROTO'].includes(code) ||
    /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) ||
    /^E(CONN[A-Z]+|NOTFOUND|TIMEDOUT|PIPE|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|AI_AGAIN|NOENT|ACCES|PERM)$/.test(
      code,
    )
  );
}

// `pg` and the pool give these without any code.
const AWAY_MESSAGES =
  /^(Unable to acquire a connection|aborted$|Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Connection ended|The server does not support SSL|The database connection is not open)/;

function isAwayMessage(error: unknown): boolean {
  return error instanceof Error && AWAY_MESSAGES.test(error.message);
}

/**
 * PgBouncer lets nobody in who sets limits of time at the door, and says so with a code of class 08. Where it was told to
 * overlook them, it gives us connections on which somebody else has prepared statements under our names.
 */
function isPooled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.message.startsWith('unsupported startup parameter') ||
    codeOf(error) === '42P05' ||
    /bind message supplies \d+ parameters, but prepared statement/.test(error.message)
  );
}

/** PostgreSQL tells the values of the row in `detail` and `where`: personal data and secrets have no place in a log. */
function withoutValues(error: unknown): unknown {
  if (error instanceof Error) {
    for (const field of ['detail', 'where', 'internalQuery'])
      if (field in error) Reflect.deleteProperty(error, field);
  }
  return error;
}
