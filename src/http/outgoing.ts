import { type LookupAddress, lookup as resolve } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import type { Agent, Dispatcher, RequestInit as UndiciInit } from 'undici';
import { networksOf } from './client-address.ts';
import { outgoingFailed, outgoingRefused } from './errors.ts';

/** Who calls, for the metrics: a word from the code, never from a request. */
export type Purpose = 'client_documents' | 'upstream';

export type OutgoingOptions = RequestInit & {
  purpose: Purpose;
  /** The whole call, its body with it. Default 5 s, at most 30. */
  timeoutMs?: number;
  /** The body, unpacked. Default 1 MB. */
  maxBytes?: number;
};

/**
 * The one way out of this server. It calls https addresses of the public internet: nothing that is private, loopback or
 * otherwise of special use (RFC 6890), whatever a name resolves to at that moment; `http.outgoing.allow` opens more, plain
 * http too. A redirect is followed to the same origin only, three times at most, and never for a POST. What is read is
 * bounded in time and size, and kept by its own headers (RFC 9111).
 */
export type Outgoing = {
  /**
   * Like `fetch`. The body of the answer has been read already. Throws `http.outgoing_refused` when the address is none
   * that may be called, `http.outgoing_failed` when there is no whole answer.
   */
  fetch(url: string | URL, options: OutgoingOptions): Promise<Response>;
  close(): Promise<void>;
};

export type OutgoingDeps = {
  config: { http: { outgoing: { allow: readonly string[] } } };
  /** Hears of each call when it has ended. */
  measure(call: { purpose: Purpose; outcome: CallOutcome; seconds: number }): void;
  /** Certificates that are believed beside Node's own, in PEM. Tests have one. */
  ca?: readonly string[];
  /** Like `dns.lookup` with `all`. Tests say what a name means. */
  lookup?: Lookup;
  /** How long what no caller waits for may take. Default 30 s. */
  backgroundMs?: number;
};

/** `failed`: no whole answer; `refused`: it was not made, or led elsewhere. */
export type CallOutcome = 'answered' | 'client_error' | 'server_error' | 'failed' | 'refused';

export type Lookup = (
  host: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6' },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const TIMEOUT_MS = 5_000;
const BACKGROUND_MS = 30_000;
const MAX_BYTES = 1_000_000;
const MAX_REDIRECTS = 3;
/** What is kept of documents, by their own headers. */
const CACHED_BYTES = 5_000_000;

export function createOutgoing(deps: OutgoingDeps): Outgoing {
  const { config, measure, ca, lookup = resolve as Lookup, backgroundMs = BACKGROUND_MS } = deps;
  const guard = createGuard(config.http.outgoing.allow);
  // Loaded at the first call: most installations never make one.
  let loading: ReturnType<typeof open> | undefined;

  return {
    async fetch(url, { purpose, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, ...init }) {
      const began = performance.now();
      const end = (outcome: CallOutcome) =>
        measure({ purpose, outcome, seconds: (performance.now() - began) / 1000 });
      try {
        const signal = AbortSignal.any([
          AbortSignal.timeout(timeoutMs),
          ...(init.signal instanceof AbortSignal ? [init.signal] : []),
        ]);
        loading ??= open();
        const answer = await follow(await loading, new URL(url), { ...init, signal }, maxBytes);
        end(outcomeOf(answer.status));
        return answer;
      } catch (error) {
        const refusal = refusalIn(error);
        end(refusal === undefined ? 'failed' : 'refused');
        // Neither the path nor the query: they may carry a secret.
        const detail = { purpose, origin: URL.parse(String(url))?.origin, why: refusal ?? sayWhy(error) };
        throw refusal === undefined ? outgoingFailed(detail, error) : outgoingRefused(detail);
      }
    },

    async close() {
      await (await loading)?.agent.destroy();
    },
  };

  async function open() {
    const { Agent, cacheStores, fetch, interceptors } = await import('undici');
    const agent: Agent = new Agent({
      connect: { lookup: guardedLookup(guard, lookup), timeout: TIMEOUT_MS, ...(ca ? { ca: [...ca] } : {}) },
      maxHeaderSize: 16_384,
      // The signal bounds each call, and sooner; this bounds what the cache calls by itself (RFC 5861), which has none.
      headersTimeout: backgroundMs,
      bodyTimeout: backgroundMs,
    });
    const store = new cacheStores.MemoryCacheStore({ maxSize: CACHED_BYTES, maxEntrySize: MAX_BYTES });
    return { agent, dispatcher: agent.compose(interceptors.cache({ store, methods: ['GET'] })), fetch };
  }

  async function follow(
    { fetch, dispatcher }: { fetch: typeof import('undici').fetch; dispatcher: Dispatcher },
    start: URL,
    init: RequestInit,
    maxBytes: number,
  ): Promise<Response> {
    const isRead = init.method === undefined || /^(get|head)$/i.test(init.method);
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      guard.requireUrl(url);
      const answer = await fetch(url, { ...(init as UndiciInit), redirect: 'manual', dispatcher });
      const location = answer.headers.get('location');
      if (!isRead || location === null || !REDIRECTS.has(answer.status)) return wholeAnswer(answer, maxBytes);
      await answer.body?.cancel();
      const next = URL.parse(location, url);
      if (next?.origin !== url.origin) throw new Refusal('it redirects to another origin');
      if (redirects === MAX_REDIRECTS) throw new Refusal('it redirects too often');
      url = next;
    }
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Why a call was not made; found again below whatever the HTTP client wraps around it. */
class Refusal extends Error {}

function refusalIn(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (at instanceof Refusal) return at.message;
  return undefined;
}

/** The innermost word: `fetch failed` alone helps nobody. */
function sayWhy(error: unknown): string {
  let innermost: unknown = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  const { code, name, message } = innermost as { code?: unknown; name?: string; message?: string };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  return String(typeof code === 'string' ? code : (message ?? innermost));
}

type Guard = ReturnType<typeof createGuard>;

function createGuard(allow: readonly string[]) {
  const isNetwork = (entry: string) => isIP(entry.split('/')[0] ?? '') !== 0;
  const isAllowedAddress = networksOf(allow.filter(isNetwork));
  // At most those of the setting.
  const names = new Set(allow.filter((entry) => !isNetwork(entry)).map((name) => name.toLowerCase()));

  const isAllowed = (address: string) => isPublicAddress(address) || isAllowedAddress(address);
  return {
    isAllowed,
    isAllowedName: (host: string) => names.has(host.toLowerCase()),
    /** Before anything is looked up. A host that is an address is judged here: nothing looks it up. */
    requireUrl(url: URL): void {
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      const isOpened = names.has(host) || (isIP(host) !== 0 && isAllowedAddress(host));
      if (url.username !== '' || url.password !== '') throw new Refusal('its address holds a password');
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOpened))
        throw new Refusal('it is not https');
      if (isIP(host) !== 0 && !isAllowed(host)) throw new Refusal('it is a private or reserved address');
    },
  };
}

/** Judges the very addresses that the socket then connects to, so that a name cannot mean another one meanwhile. */
function guardedLookup(guard: Guard, lookup: Lookup): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true } as { all: true }, (error, addresses) => {
      if (error) return done(error, []);
      // One bad address spoils the name: an honest one has none, and a socket would try them in turn.
      if (!guard.isAllowedName(host) && !addresses.every(({ address }) => guard.isAllowed(address)))
        return done(new Refusal('its name leads to a private or reserved address'), []);
      const [first] = addresses;
      if (options.all || !first) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}

/** IANA's registries of special-purpose addresses (RFC 6890), multicast and what is kept for later. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of what is not global unicast nothing is called; of it, what is special or carries an IPv4 address. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const isSpecial = networksOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is of the public internet. Exported for its test. */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address) && !globalUnicast.check(address, 'ipv6')) return false;
  return isIP(address) !== 0 && !isSpecial(address);
}

/** Read to its end, unpacked and bounded; then it can be used without holding a connection. */
async function wholeAnswer(answer: import('undici').Response, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  const { status, statusText } = answer;
  const headers = new Headers([...answer.headers]);
  // The body is unpacked by now, so these two headers no longer say the truth about it.
  headers.delete('content-encoding');
  headers.delete('content-length');
  const isEmpty = status === 204 || status === 205 || status === 304;
  const whole = new Response(isEmpty ? null : Buffer.concat(chunks), { status, statusText, headers });
  return Object.defineProperty(whole, 'url', { value: answer.url });
}

function outcomeOf(status: number): CallOutcome {
  if (status < 400) return 'answered';
  return status < 500 ? 'client_error' : 'server_error';
}
