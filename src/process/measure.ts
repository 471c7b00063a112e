import type { Database } from '../database/database.ts';
import { readPool } from '../database/postgres/pool.ts';
import { methodOf, type RequestMeter } from '../http/measure.ts';
import type { OutgoingDeps } from '../http/outgoing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** A store that answers nothing for so long is away. */
const PATIENCE_MS = 1_500;

/** Lets Prometheus see whether the stores answer, how fast, and how many connections are in use. */
export function measureStores({
  metrics,
  db,
  redis,
}: {
  metrics: Pick<Metrics, 'gauge'>;
  db: Database;
  redis?: { ping(): Promise<unknown> } | undefined;
}): void {
  measureAnswers('database', db);
  if (redis) measureAnswers('redis', redis);
  metrics.gauge('gatehouse_database_connections', () => {
    const pool = readPool(db);
    if (!pool) return [];
    return (['used', 'free', 'waiting'] as const).map((state) => ({ labels: { state }, value: pool[state] }));
  });
  metrics.gauge('gatehouse_database_connections_max', () => {
    const pool = readPool(db);
    return pool ? [{ value: pool.max }] : [];
  });

  function measureAnswers(store: 'database' | 'redis', { ping }: { ping(): Promise<unknown> }): void {
    let asked: Promise<number | undefined> | undefined;
    // Both gauges of one scrape ask once.
    const ask = () => {
      asked ??= secondsOf(ping).finally(() => {
        asked = undefined;
      });
      return asked;
    };
    metrics.gauge(`gatehouse_${store}_up`, async () => [{ value: (await ask()) === undefined ? 0 : 1 }]);
    metrics.gauge(`gatehouse_${store}_ping_seconds`, async () => {
      const value = await ask();
      return value === undefined ? [] : [{ value }];
    });
  }
}

/** `undefined`: it is away. */
async function secondsOf(ping: () => Promise<unknown>): Promise<number | undefined> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  const answered = ping().then(
    () => (performance.now() - startedAt) / 1000,
    () => undefined,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Counts requests; `undefined` when nothing is measured, so that they pass untouched. `base`: the issuer's path. */
export function createRequestMeter(metrics: Metrics, base = ''): RequestMeter | undefined {
  if (!metrics.isOn) return undefined;
  let inFlight = 0;
  metrics.gauge('gatehouse_http_requests_in_flight', () => [{ value: inFlight }]);
  return {
    begin() {
      inFlight += 1;
    },
    end(method, address, status, seconds) {
      inFlight -= 1;
      // What is answered before the issuer's path is taken off.
      const route = base !== '' && address.startsWith(`${base}/`) ? address.slice(base.length) : address;
      metrics.count('gatehouse_http_requests_total', { method, route, status: String(status) });
      metrics.observe('gatehouse_http_request_duration_seconds', { method, route }, seconds);
    },
    refuse(req) {
      metrics.count('gatehouse_http_requests_total', {
        method: methodOf(req),
        route: 'other',
        status: '503',
      });
    },
  };
}

/** What the sweeper tells after each round. */
export function measureSweeps(metrics: Metrics, clock: Clock): (removed: Record<string, number>) => void {
  let lastAt = clock.now();
  metrics.gauge('gatehouse_database_sweep_timestamp_seconds', () => [{ value: lastAt / 1000 }]);
  return (removed) => {
    lastAt = clock.now();
    for (const [table, count] of Object.entries(removed)) {
      metrics.count('gatehouse_database_swept_rows_total', { table }, count);
    }
  };
}

/** What `http/outgoing.ts` calls. */
export function measureOutgoing(metrics: Metrics): OutgoingDeps['measure'] {
  return ({ purpose, outcome, seconds }) => {
    metrics.count('gatehouse_outgoing_calls_total', { purpose, outcome });
    metrics.observe('gatehouse_outgoing_call_duration_seconds', { purpose }, seconds);
  };
}
