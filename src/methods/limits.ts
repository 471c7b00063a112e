import type { SlowDown } from '../http/refusals.ts';
import type { RequestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { readEmailAddress } from '../lib/email-address.ts';
import { hmac } from '../lib/secret.ts';
import { usernameKey } from '../lib/username.ts';
import type { Point, RateLimit, Hit as RateLimitHit } from '../rate-limit/rate-limit.ts';
import type { MethodsConfig } from './config.ts';
import type { BeginLimits, LimitTier } from './method.ts';
import type { KnownBrowser, MethodsStore } from './store.ts';

export type Limits = ReturnType<typeof createLimits>;

/** Who tries what, as far as it is known before the answer is judged. */
export type LimitedAttempt = {
  method: string;
  request: Pick<RequestInfo, 'network' | 'knownBrowserHash' | 'browserHash'>;
  /** The person whose account it is. */
  userId?: string;
  /** What was typed as the name of the account, which counts whether there is such a person or not. */
  identifier?: string;
};

/** An attempt that was let through. Its points are spent until it turns out that it cost nothing. */
export type Admission = {
  /** A right answer: it costs nothing. */
  proved(): Promise<void>;
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
      const { isKnown, points } = await pointsOf(attempt);
      // The counts of all limits are read and raised by one statement.
      const hits = await hitAll(points);
      const spent = hits.filter(({ answer }) => answer.isAllowed);
      if (spent.length < hits.length) {
        await rateLimit.refundAll(spent);
        return slowDown(hits);
      }

      return {
        // Of a stranger, earlier mistakes stay counted: else an attacker who owns one account could clear the count of
        // the network by signing in to it between two guesses.
        proved: () => (isKnown ? rateLimit.resetAll(spent) : rateLimit.refundAll(spent)),
        cancel: () => rateLimit.refundAll(spent),
      };
    },

    /** What `admit` would refuse an answer with now. Counts nothing. */
    async findWait(attempt: LimitedAttempt): Promise<SlowDown | undefined> {
      const { points } = await pointsOf(attempt);
      const answers = await rateLimit.lookAll(points);
      const hits = points.map((point, at) => ({ ...point, answer: answers[at] as RateLimitHit }));
      return hits.every(({ answer }) => answer.isAllowed) ? undefined : slowDown(hits);
    },

    /**
     * Gives a browser an allowance of its own for a person's account. Only when a sign-in is complete: who has half of
     * what it takes could else guess the other half with a new cookie for every few tries.
     */
    async rememberBrowser(browser: KnownBrowser): Promise<void> {
      await store.rememberBrowser(browser, clock.now() + config.knownDeviceTtlSeconds * 1000);
    },

    /** Asks whether an attempt may begin. What is begun is never given back. */
    async admitBegin(attempt: LimitedAttempt, more?: BeginLimits): Promise<SlowDown | undefined> {
      const { method, request } = attempt;
      const points = [
        ...tierPoints('begin', [method, request.network], config.limits.begin),
        ...(more ? await askPoints(attempt, more) : []),
      ];
      const hits = await hitAll(points);
      return hits.every(({ answer }) => answer.isAllowed) ? undefined : slowDown(hits);
    },

    /** Whether this refusal is worth a line: the first in a minute, or a flood would fill the audit instead. */
    async isNews(attempt: LimitedAttempt): Promise<boolean> {
      const key = JSON.stringify([attempt.method, (await accountOf(attempt)) ?? '', attempt.request.network]);
      return (await rateLimit.hit('methods.slow_down', key, { points: 1, perSeconds: 60 })).isAllowed;
    },
  };

  async function pointsOf(attempt: LimitedAttempt): Promise<{ isKnown: boolean; points: Point[] }> {
    const own = ownBrowser(attempt);
    const isKnown = own !== undefined && (await store.isBrowserKnown(own, clock.now()));
    return {
      isKnown,
      points: isKnown ? knownBrowserPoints(attempt.method, own) : await strangerPoints(attempt),
    };
  }

  async function strangerPoints(attempt: LimitedAttempt): Promise<Point[]> {
    const { limits } = config;
    const { method, request } = attempt;
    const { network, knownBrowserHash } = request;
    const account = await accountOf(attempt);
    return [
      ...tierPoints('network', [method, network], limits.network),
      ...(knownBrowserHash ? tierPoints('device', [method, knownBrowserHash], limits.device) : []),
      ...(account ? tierPoints('account', [method, account], limits.account) : []),
      ...(account
        ? tierPoints('account_from_network', [method, account, network], limits.accountFromNetwork)
        : []),
    ];
  }

  /** Nobody can keep a person from being mailed: a browser that signed in before has an allowance of its own. */
  async function askPoints(attempt: LimitedAttempt, limits: BeginLimits): Promise<Point[]> {
    const { method, request } = attempt;
    const own = ownBrowser(attempt);
    if (own !== undefined && (await store.isBrowserKnown(own, clock.now()))) {
      return tierPoints('ask.known_device', [method, own.userId, own.knownBrowserHash], limits.knownDevice);
    }
    const account = await accountOf(attempt);
    return [
      ...tierPoints('ask.network', [method, request.network], limits.network),
      ...(request.browserHash
        ? tierPoints('ask.browser', [method, request.browserHash], limits.browser)
        : []),
      ...(account ? tierPoints('ask.address', [method, account], limits.address) : []),
    ];
  }

  function knownBrowserPoints(method: string, { userId, knownBrowserHash }: KnownBrowser): Point[] {
    return tierPoints('known_device', [method, userId, knownBrowserHash], config.limits.knownDevice);
  }

  /**
   * What was typed, where something was: a name is counted the same whoever has it. Counted by the person, a guess at the
   * username would tell, by the guesses at an e-mail address before it, that both are one person's. HMAC: people type
   * passwords there, too.
   */
  async function accountOf({ userId, identifier }: LimitedAttempt): Promise<string | undefined> {
    return identifier === undefined ? userId : hmac(await accountKey(), 'account', normalise(identifier));
  }

  async function hitAll(points: readonly Point[]): Promise<Hit[]> {
    const answers = await rateLimit.hitAll(points);
    return points.map((point, at) => ({ ...point, answer: answers[at] as RateLimitHit }));
  }
}

export type LimitsDeps = {
  store: Pick<MethodsStore, 'isBrowserKnown' | 'rememberBrowser'>;
  rateLimit: Pick<RateLimit, 'hit' | 'hitAll' | 'lookAll' | 'refundAll' | 'resetAll'>;
  /** The server key for names of accounts. A new one starts their counts afresh. */
  accountKey(): Promise<Buffer>;
  clock: Clock;
  config: Pick<MethodsConfig, 'limits' | 'knownDeviceTtlSeconds'>;
};

type Hit = Point & { answer: RateLimitHit };

function ownBrowser({ userId, request }: LimitedAttempt): KnownBrowser | undefined {
  const { knownBrowserHash } = request;
  return userId === undefined || knownBrowserHash === undefined ? undefined : { userId, knownBrowserHash };
}

/** Each tier counts under a name of its own: the same key is in several windows. */
function tierPoints(name: string, key: readonly string[], tiers: readonly LimitTier[]): Point[] {
  return tiers.map((tier) => ({
    name: `methods.${name}.${tier.perSeconds}`,
    key: JSON.stringify(key),
    limit: tier,
  }));
}

/** Says what the limit says that holds longest. */
function slowDown(hits: readonly Hit[]): SlowDown {
  const refusing = hits.filter(({ answer }) => !answer.isAllowed);
  const { answer, limit } = refusing.reduce((longest, hit) =>
    hit.answer.retryAfterSeconds > longest.answer.retryAfterSeconds ? hit : longest,
  );
  return {
    refused: 'slow_down',
    retryAfterSeconds: Math.max(1, Math.ceil(answer.retryAfterSeconds)),
    rateLimit: {
      limit: answer.limit,
      remaining: 0,
      windowSeconds: limit.perSeconds,
      resetSeconds: Math.max(1, Math.ceil(answer.resetSeconds)),
    },
  };
}

/** At least as coarse as the comparison of e-mail addresses, so that no spelling of one gets a count of its own. */
function normalise(identifier: string): string {
  return (
    readEmailAddress(identifier)?.key ??
    usernameKey(identifier) ??
    identifier.normalize('NFC').trim().toLowerCase().normalize('NFC')
  );
}
