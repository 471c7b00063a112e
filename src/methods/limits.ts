import type { RequestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { hmac } from '../lib/secret.ts';
import type { LimitTier, MethodsConfig } from './config.ts';
import type { MethodsStore } from './store.ts';

export type Limits = ReturnType<typeof createLimits>;

/** Who tries what, as far as it is known before the answer is judged. */
export type LimitedAttempt = {
  method: string;
  request: Pick<RequestInfo, 'network' | 'deviceHash'>;
  /** The person, when known already; else what was typed as the name of the account. */
  userId?: string;
  identifier?: string;
};

/** The limit that holds an attempt back. It says the same for accounts that exist and for those that do not. */
export type SlowDown = {
  refused: 'slow_down';
  retryAfterSeconds: number;
  /** What the headers of the answer say: `rateLimitHeaders`. */
  rateLimit: { limit: number; remaining: number; windowSeconds: number; resetSeconds: number };
};

/** An attempt that was let through. Its points are spent until it turns out that it cost nothing. */
export type Admission = {
  /** A right answer: gives the points back and gives this browser an allowance of its own for this account. */
  proved(userId: string): Promise<void>;
  /** An answer that was not judged (busy, broken): gives the points back. */
  cancel(): Promise<void>;
};

/**
 * The limits of signing in. They slow down and never lock out: a window is at most an hour long, each method has its
 * own, and a browser that signed in to the account before is measured by its own allowance alone, so that nobody can
 * keep a person out by guessing. Points are spent before the answer is judged, by the statement that counts them:
 * however many come at once, no more are let through.
 */
export function createLimits({ store, rateLimit, accountKey, clock, config }: LimitsDeps) {
  return {
    /** Asks whether an answer may be judged. */
    async admit(attempt: LimitedAttempt): Promise<Admission | SlowDown> {
      const { method, request } = attempt;
      const account = await keyOf(attempt);
      const device = request.deviceHash;
      const isKnown = account && device ? await store.isDeviceKnown(account, device, clock.now()) : false;

      const spent: Point[] = [];
      for (const point of isKnown ? knownDevicePoints(account, device) : points(method, account, request)) {
        const answer = await rateLimit.hit(point.name, point.key, point.tier);
        if (answer.isAllowed) {
          spent.push(point);
          continue;
        }
        await refund(spent);
        return slowDown(answer, point.tier);
      }

      return {
        async proved(userId) {
          await refund(spent);
          if (!account || !device) return;
          const expiresAt = clock.now() + config.knownDeviceTtlSeconds * 1000;
          await store.rememberDevice({ accountKey: account, deviceHash: device, userId, expiresAt });
          // Its own earlier mistakes only. The account's and the network's stay counted, else an attacker who owns
          // one account could clear the count by signing in to it between two guesses.
          for (const { name, key } of knownDevicePoints(account, device)) await rateLimit.reset(name, key);
        },
        cancel: () => refund(spent),
      };
    },

    /** Asks whether an attempt may begin. What is begun is never given back. */
    async admitBegin({ method, request }: LimitedAttempt): Promise<SlowDown | undefined> {
      for (const point of tierPoints('begin', [method, request.network], config.limits.begin)) {
        const answer = await rateLimit.hit(point.name, point.key, point.tier);
        if (!answer.isAllowed) return slowDown(answer, point.tier);
      }
      return undefined;
    },

    /** Whether this refusal is worth a line: the first in a minute, or a flood would fill the audit instead. */
    async isNews(attempt: LimitedAttempt): Promise<boolean> {
      const key = JSON.stringify([attempt.method, (await keyOf(attempt)) ?? '', attempt.request.network]);
      return (await rateLimit.hit('methods.slow_down', key, { points: 1, perSeconds: 60 })).isAllowed;
    },
  };

  /** An account's key, alike for those that exist and those that do not. HMAC: people type passwords there, too. */
  async function keyOf({ method, userId, identifier }: LimitedAttempt): Promise<string | undefined> {
    if (userId !== undefined) return hmac(await accountKey(), 'account', method, 'user', userId);
    if (identifier === undefined) return undefined;
    return hmac(await accountKey(), 'account', method, 'identifier', normalise(identifier));
  }

  function points(method: string, account: string | undefined, request: LimitedAttempt['request']): Point[] {
    const { limits } = config;
    const { network, deviceHash } = request;
    return [
      ...(deviceHash ? tierPoints('device', [method, deviceHash], limits.device) : []),
      ...(account ? tierPoints('account_from_network', [account, network], limits.accountFromNetwork) : []),
      ...tierPoints('network', [method, network], limits.network),
      ...(account ? tierPoints('account', [account], limits.account) : []),
    ];
  }

  function knownDevicePoints(account: string | undefined, device: string | undefined): Point[] {
    return tierPoints('known_device', [account ?? '', device ?? ''], config.limits.knownDevice);
  }

  async function refund(points: readonly Point[]): Promise<void> {
    for (const { name, key } of points) await rateLimit.refund(name, key);
  }
}

export type LimitsDeps = {
  store: Pick<MethodsStore, 'isDeviceKnown' | 'rememberDevice'>;
  rateLimit: CountsHits;
  /** The server key that account keys are made with. A new one starts all counts afresh. */
  accountKey(): Promise<Buffer>;
  clock: Clock;
  config: Pick<MethodsConfig, 'limits' | 'knownDeviceTtlSeconds'>;
};

type CountsHits = {
  hit(name: string, key: string, tier: LimitTier): Promise<HitAnswer>;
  refund(name: string, key: string): Promise<void>;
  reset(name: string, key: string): Promise<void>;
};

type HitAnswer = {
  isAllowed: boolean;
  remaining: number;
  limit: number;
  resetSeconds: number;
  retryAfterSeconds: number;
};

type Point = { name: string; key: string; tier: LimitTier };

/** The headers of a 429: RFC 9110 §10.2.3 and draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders({ retryAfterSeconds, rateLimit }: SlowDown): Record<string, string> {
  const { limit, remaining, windowSeconds, resetSeconds } = rateLimit;
  return {
    'Retry-After': String(retryAfterSeconds),
    'RateLimit-Policy': `"sign-in";q=${limit};w=${windowSeconds}`,
    RateLimit: `"sign-in";r=${remaining};t=${resetSeconds}`,
  };
}

/** Each tier counts under a name of its own: the same key is in several windows. */
function tierPoints(name: string, key: readonly string[], tiers: readonly LimitTier[]): Point[] {
  return tiers.map((tier) => ({
    name: `methods.${name}.${tier.perSeconds}`,
    key: key.length === 1 ? (key[0] ?? '') : JSON.stringify(key),
    tier,
  }));
}

function slowDown(answer: HitAnswer, tier: LimitTier): SlowDown {
  const retryAfterSeconds = Math.max(1, Math.ceil(answer.retryAfterSeconds));
  return {
    refused: 'slow_down',
    retryAfterSeconds,
    rateLimit: {
      limit: answer.limit,
      remaining: Math.max(0, answer.remaining),
      windowSeconds: tier.perSeconds,
      resetSeconds: Math.max(1, Math.ceil(answer.resetSeconds)),
    },
  };
}

/** At least as coarse as the comparison of e-mail addresses, so that no spelling of one gets a count of its own. */
function normalise(identifier: string): string {
  return identifier.normalize('NFC').trim().toLowerCase().normalize('NFC');
}
