import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { defined } from '../../lib/defined.ts';
import { findUnescaped, foundScheme } from '../../lib/service-url.ts';

/** Where PostgreSQL is, as `pg` wants it: a URL for each host, and how to speak TLS with it (false: not at all). */
export type PostgresTarget = { connectionString: string; ssl: ConnectionOptions | false };

/** What libpq calls them. `allow` and `prefer` are not among them: they go on in the clear when somebody cuts in. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * Reads `DATABASE_URL`: `postgresql://user:password@host/name`, or several hosts after commas, of which the one that
 * can be written to is used. `sslmode` is one of libpq's: `require` encrypts and trusts whoever answers, `verify-ca`
 * wants a certificate of `sslrootcert` (a file; absent: of the system's authorities), `verify-full` one for this host
 * as well. `sslcert` and `sslkey` are the client's own. The mistakes are sentences without secrets.
 */
export function readPostgresUrl(url: string): { targets: PostgresTarget[]; mistakes: string[] } {
  const [, start = '', hosts = '', rest = ''] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(url) ?? [];
  const [path = '', query = ''] = rest.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const { ssl, mistakes } = readTls(parameters);
  for (const name of TLS_PARAMETERS) parameters.delete(name);
  mistakes.push(...[...parameters.keys()].flatMap(mistakeOfParameter));
  const unescaped = findUnescaped(url);
  if (unescaped !== undefined) return { targets: [], mistakes: [`DATABASE_URL ${unescaped}`] };
  const others = parameters.size > 0 ? `?${parameters}` : '';
  const targets = hosts.split(',').map((host): PostgresTarget => {
    const connectionString = `${start}${host}${path}${others}`;
    if (!URL.canParse(connectionString)) {
      mistakes.push('DATABASE_URL is no URL; it must look like postgresql://user:password@host/name.');
    }
    return { connectionString, ssl };
  });
  return { targets, mistakes: [...new Set(mistakes)] };
}

const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'ssl'];

/** What `pg` reads beside them. */
const OTHER_PARAMETERS = [
  'host',
  'port',
  'application_name',
  'fallback_application_name',
  'client_encoding',
  'options',
];
/** What others mean by it, and how to say it here. */
const INSTEAD: Record<string, string> = {
  pgbouncer: 'set `database.pooler` behind PgBouncer',
  connect_timeout: 'set `database.connectTimeoutSeconds`',
  statement_timeout: 'set `database.statementTimeoutSeconds`',
  connection_limit: 'set `database.poolSize`',
  target_session_attrs: 'the host that can be written to is always the one that is used',
};

/** What is not known would be passed over in silence, with whatever its writer wanted of it. */
function mistakeOfParameter(name: string): string[] {
  if (OTHER_PARAMETERS.includes(name)) return [];
  const known = [...TLS_PARAMETERS, ...OTHER_PARAMETERS].join(', ');
  const cure = INSTEAD[name] ?? `known are ${known}`;
  return [
    `DATABASE_URL has the parameter ${name.slice(0, 40)}, which means nothing here; take it out: ${cure}.`,
  ];
}

function readTls(parameters: URLSearchParams): { ssl: ConnectionOptions | false; mistakes: string[] } {
  const mistakes: string[] = [];
  const file = (name: string): string | undefined => {
    const path = parameters.get(name);
    if (path === null || path === 'system') return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      mistakes.push(
        `DATABASE_URL has ${name}=${path}, which cannot be read (${code}); name a PEM file that can.`,
      );
      return undefined;
    }
  };
  const rootCertificate = file('sslrootcert');
  const certificate = file('sslcert');
  const key = file('sslkey');
  // Who names an authority wants it to be asked.
  const mode = parameters.get('sslmode') ?? (parameters.has('sslrootcert') ? 'verify-full' : 'disable');
  if (!SSL_MODES.includes(mode)) {
    mistakes.push(`DATABASE_URL has sslmode=${mode}; it must be one of ${SSL_MODES.join(', ')}.`);
  }
  if (mode === 'disable') return { ssl: false, mistakes };
  return {
    mistakes,
    ssl: {
      ...defined({ ca: rootCertificate, cert: certificate, key }),
      rejectUnauthorized: mode !== 'require',
      ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    },
  };
}

/** What is wrong with `DATABASE_URL`, which is never repeated: it holds a password. */
export function judgeDatabaseUrl(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  if (/^postgres(ql)?:\/\//.test(url)) return readPostgresUrl(url).mistakes;
  return [
    `DATABASE_URL ${foundScheme(url)}; it must start with postgresql:// or postgres:// (without it, SQLite under DATA_DIR is used).`,
  ];
}
