import type { IncomingMessage, RequestListener } from 'node:http';
import type { Middleware } from 'koa';
import { type Clock, steadyClock } from '../lib/clock.ts';
import { createRequestSlot } from '../lib/request-slot.ts';
import { hasBody } from './body.ts';
import type { HttpConfig } from './config.ts';
import { overloaded } from './errors.ts';

export type Overload = ReturnType<typeof createOverload>;

export type OverloadDeps = {
  config: HttpConfig['overload'];
  logger: { warn(fields: object, message: string): void };
  /** How many requests only wait, in a queue that has its own bound (passwords to be hashed). They are not counted. */
  parked?: () => number;
  /** Only goes forward (milliseconds). */
  clock?: Clock;
};

/**
 * Refuses early what would wait too long: 503 and Retry-After, at a fraction of the cost of an answer. How long a
 * request would wait is known from those that are in flight and from how many are done in a second (Little's law), so
 * that one setting fits a fast machine and a slow one, a near database and a far one. A burst may queue for longer than
 * a load that stays. Does nothing but count while there is little to do, and has no timer.
 */
export function createOverload({ config, logger, parked = () => 0, clock = steadyClock }: OverloadDeps) {
  const { minInFlight, maxInFlight } = config;
  const [queueMs, burstMs] = [config.queueSeconds * 1000, config.burstSeconds * 1000];
  let inFlight = 0;
  let refused = 0;

  // Since when there has always been something to do, and how many are done in a millisecond of such a time.
  let busySince: number | undefined;
  let ratePerMs = FIRST_GUESS_PER_MS;
  let measuredSince = 0;
  let done = 0;

  function mayEnter(): boolean {
    const busy = inFlight - parked();
    if (busy < minInFlight) return true;
    if (busy >= maxInFlight) return false;
    if (busy < ratePerMs * queueMs) return true;
    const isBurst = busySince === undefined || clock.now() - busySince < BURST_LASTS_MS;
    return isBurst && busy < ratePerMs * burstMs;
  }

  function enter(): void {
    inFlight += 1;
    if (busySince !== undefined || inFlight - parked() < minInFlight / 2) return;
    busySince = clock.now();
    measuredSince = busySince;
    done = 0;
  }

  function leave(): void {
    inFlight -= 1;
    if (busySince === undefined) return;
    done += 1;
    const elapsed = clock.now() - measuredSince;
    if (elapsed >= MEASURED_MS) {
      ratePerMs += NEWEST * (done / elapsed - ratePerMs);
      measuredSince += elapsed;
      done = 0;
    }
    if (inFlight - parked() < minInFlight / 2) busySince = undefined;
  }

  const shed = createRequestSlot<boolean>('shed');
  let pages = 0;
  let pagesSince = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;

  function report(): void {
    refused += 1;
    const now = clock.now();
    if (now - loggedAt < LOGGED_EVERY_MS) return;
    loggedAt = now;
    const state = { in_flight: inFlight, done_per_second: Math.round(ratePerMs * 1000), refused };
    logger.warn(state, 'More requests than can be answered in time: some are refused with 503');
  }

  /** A person gets our page, in their language, as long as drawing it is no load of its own. */
  function mayDrawPage(req: IncomingMessage, isApiPath: boolean): boolean {
    if (isApiPath || !/\btext\/html\b/i.test(req.headers.accept ?? '')) return false;
    const now = clock.now();
    if (now - pagesSince >= 1000) [pages, pagesSince] = [0, now];
    pages += 1;
    return pages <= PAGES_PER_SECOND;
  }

  return {
    /**
     * In front of everything. A request with a body counts from when that is complete: whoever sends slowly takes nobody's
     * place. `isExempt`: what is answered always (health); `isApiPath`: who gets JSON whatever `Accept` says.
     */
    wrap(
      callback: RequestListener,
      of: {
        isExempt(path: string): boolean;
        isApiPath(path: string): boolean;
        /** Told of each one that is refused right here. */
        onRefused?: ((req: IncomingMessage) => void) | undefined;
      },
    ): RequestListener {
      return function admit(req, res) {
        const path = pathOf(req);
        if (of.isExempt(path)) return callback(req, res);
        if (!mayEnter()) {
          report();
          if (mayDrawPage(req, of.isApiPath(path))) {
            shed.set(req, true);
            return callback(req, res);
          }
          of.onRefused?.(req);
          res.writeHead(503, REFUSALS[Math.floor(Math.random() * REFUSALS.length)]);
          return void res.end(BODY);
        }
        let state: 'outside' | 'inside' | 'over' = 'outside';
        const come = () => {
          if (state === 'over') return;
          state = 'inside';
          enter();
        };
        const go = () => {
          if (state === 'inside') leave();
          state = 'over';
        };
        if (!hasBody(req)) come();
        else
          req.once('end', () => {
            if (!mayEnter()) shed.set(req, true);
            come();
          });
        // Until the work is done, not until the peer is gone: who hangs up leaves the work here, and who never reads the
        // answer must keep no place.
        const work: unknown = callback(req, res);
        if (work instanceof Promise) work.then(go, go);
        else res.once('close', go);
      };
    },

    /** Throws `http.overloaded` for what is to be refused by our page, or was full by the time its body had come. */
    refuse: function refuseShed(ctx, next) {
      if (!shed.get(ctx.req)) return next();
      shed.set(ctx.req, false);
      throw overloaded({ retryAfterSeconds: 1 + Math.floor(Math.random() * REFUSALS.length) });
    } satisfies Middleware,

    /** For the metrics. */
    state: () => ({ inFlight, refused, perSecond: ratePerMs * 1000 }),
  };
}

/** Until it is measured: what a small machine does. */
const FIRST_GUESS_PER_MS = 0.5;
/** How much the newest measurement counts in the moving average. */
const NEWEST = 0.3;
const MEASURED_MS = 100;
/** Who has been busy for longer than this has no burst, but more load than can be borne. */
const BURST_LASTS_MS = 250;
const LOGGED_EVERY_MS = 10_000;
const PAGES_PER_SECOND = 50;

function pathOf({ url = '/' }: IncomingMessage): string {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
}

const BODY = JSON.stringify({
  error: 'temporarily_unavailable',
  error_description: 'there is too much to do at the moment; try again soon',
});

/** Made once. To come back after 1 to 3 seconds, so that those who were refused together do not come together again. */
const REFUSALS = ['1', '2', '3'].map((seconds) => [
  'Content-Type',
  'application/json; charset=utf-8',
  'Content-Length',
  String(Buffer.byteLength(BODY)),
  'Retry-After',
  seconds,
  'Cache-Control',
  'no-store',
  'Content-Security-Policy',
  "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options',
  'nosniff',
]);
