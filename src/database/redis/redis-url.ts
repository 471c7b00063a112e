import { findUnescaped } from '../../lib/service-url.ts';

/** What `REDIS_URL` names. */
export type RedisAddress = {
  kind: 'single' | 'sentinel' | 'cluster';
  /** The server; or the sentinels; or some masters of the cluster, which know the others. */
  hosts: readonly { host: string; port: number }[];
  /** Sentinel: what the sentinels call the group. */
  masterName?: string;
  username?: string;
  password?: string;
  sentinelUsername?: string;
  sentinelPassword?: string;
  db: number;
  /** Absent: plain. Files in PEM; without `ca`, the authorities that Node knows. */
  tls?: { ca?: string; cert?: string; key?: string };
};

const SHAPE =
  /^redis(?<tls>s)?(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^@/?#]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
const TLS_FILES = new Set(['ca', 'cert', 'key']);
const SENTINEL_LOGIN = new Set(['sentinelUsername', 'sentinelPassword']);

/**
 * Reads `redis://[user:password@]host:port/db`, `redis+sentinel://…@host:port,host:port/<group>[/db]` and
 * `redis+cluster://…@host:port,host:port`, each with `rediss` for TLS. Answers a `mistake` (the rest of a sentence that
 * begins with `REDIS_URL`) for anything else; it repeats no value, as these hold passwords.
 */
export function parseRedisUrl(text: string): { address: RedisAddress } | { mistake: string } {
  const unescaped = findUnescaped(text);
  if (unescaped !== undefined) return { mistake: unescaped };
  const parts = SHAPE.exec(text)?.groups;
  if (!parts) {
    return {
      mistake:
        'must look like redis://user:password@host:6379/0 (rediss:// with TLS), redis+sentinel://host:26379,host:26379/group or redis+cluster://host:6379,host:6379.',
    };
  }
  const kind = (parts.kind ?? 'single') as RedisAddress['kind'];
  const hosts = (parts.hosts ?? '').split(',').map((each) => parseHost(each, kind));
  if (!hosts.every((each) => each !== undefined)) return { mistake: 'names a host or port that is none.' };
  if (kind === 'single' && hosts.length > 1) {
    return { mistake: 'names several hosts; it must start with redis+sentinel:// or redis+cluster:// then.' };
  }
  const path = (parts.path ?? '').split('/').filter(Boolean);
  const masterName = kind === 'sentinel' ? path.shift() : undefined;
  if (kind === 'sentinel' && masterName === undefined) {
    return { mistake: 'does not say which group the sentinels watch; add its name: …/mymaster.' };
  }
  const [db = '0', ...others] = path;
  if (!/^\d{1,4}$/.test(db) || others.length > 0) return { mistake: 'must end in the number of a database.' };
  if (kind === 'cluster' && db !== '0') return { mistake: 'names a database; a cluster has 0 only.' };

  const query = new URLSearchParams(parts.query);
  for (const name of query.keys()) {
    if (TLS_FILES.has(name) && parts.tls === undefined) {
      return { mistake: `has ${name}=, which is for TLS; it must start with rediss then.` };
    }
    if (!TLS_FILES.has(name) && !(kind === 'sentinel' && SENTINEL_LOGIN.has(name))) {
      return { mistake: 'has a parameter that means nothing here; ca, cert and key do.' };
    }
  }
  const [username, password] = parseUser(parts.user);
  const { ca, cert, key, ...sentinelLogin } = Object.fromEntries(query);
  return {
    address: {
      kind,
      hosts,
      db: Number(db),
      ...(masterName === undefined ? {} : { masterName: decodeURIComponent(masterName) }),
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...sentinelLogin,
      ...(parts.tls === undefined
        ? {}
        : { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    },
  };
}

function parseHost(text: string, kind: RedisAddress['kind']): { host: string; port: number } | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const port = digits === undefined ? (kind === 'sentinel' ? 26379 : 6379) : Number(digits);
  const host = bracketed ?? plain;
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** `user:password`, `:password`, or a user alone. */
function parseUser(text = ''): [string, string] {
  const at = text.indexOf(':');
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return at < 0 ? [decode(text), ''] : [decode(text.slice(0, at)), decode(text.slice(at + 1))];
}

/** What is wrong with `REDIS_URL`, which is never repeated: it may hold a password. */
export function judgeRedisUrl(url: string | undefined): string[] {
  const parsed = url === undefined ? undefined : parseRedisUrl(url);
  return parsed && 'mistake' in parsed ? [`REDIS_URL ${parsed.mistake}`] : [];
}
