import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Route } from '../http/routes.ts';
import {
  type CounterName,
  catalogue,
  type Entry,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
} from './catalogue.ts';
import type { MetricsConfig } from './config.ts';
import { createMetricsPort, createMetricsRoutes } from './endpoint.ts';
import { answerFirstProcess, askAllWorkers, isOneOfWorkers } from './workers.ts';

export { serveWorkers } from './workers.ts';

/** One value of a gauge at the time of a scrape. */
export type Reading<Name extends GaugeName> = { labels?: LabelsOf<Name>; value: number };

/**
 * Where the parts of Gatehouse put their figures. Off, every call does nothing; on, one costs about a microsecond.
 * Names and labels are those of `catalogue.ts`.
 */
export type Metrics = {
  readonly isOn: boolean;
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /**
   * Says how a gauge is read. It is asked at each scrape; one that throws, or takes longer than 2 s, is left out of that
   * scrape and counted. Called again for the same name, it replaces the reader.
   */
  gauge<Name extends GaugeName>(
    name: Name,
    read: () => readonly Reading<Name>[] | Promise<readonly Reading<Name>[]>,
  ): void;
  /** Of this process, or of all workers together, in Prometheus' text format. */
  text(): Promise<string>;
  /** `/metrics` beside the pages: only with a token. */
  readonly routes: readonly Route[];
  /** Opens the port of its own, when there is one. Throws `metrics.port_unavailable`. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type MetricsDeps = {
  config: { metrics: MetricsConfig; metricsToken?: string };
  release: string;
};

/** Figures for Prometheus, when a port or a token is set. prom-client is loaded only then. */
export async function createMetrics({ config, release }: MetricsDeps): Promise<Metrics> {
  const { metrics: settings, metricsToken: token } = config;
  if (settings.port === undefined && token === undefined) return silent;
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = new Map<string, Counter | Gauge | Histogram>(); // at most those of the catalogue
  const readers = new Map<GaugeName, () => unknown>(); // at most one for each gauge of the catalogue
  for (const [name, entry] of Object.entries<Entry>(catalogue)) instruments.set(name, make(name, entry));

  const own: Metrics = {
    isOn: true,
    count(name, labels, by = 1) {
      (instruments.get(name) as Counter).inc(labels, by);
    },
    observe(name, labels, value) {
      (instruments.get(name) as Histogram).observe(labels, value);
    },
    gauge(name, read) {
      readers.set(name, read);
    },
    text: () => (isOneOfWorkers() ? askAllWorkers() : registry.metrics()),
    routes: token === undefined ? [] : createMetricsRoutes({ token, text: () => own.text() }),
    ...createMetricsPort({ settings, token, text: () => own.text() }),
  };
  own.gauge('gatehouse_build_info', () => [
    { labels: { version: release, node: process.versions.node }, value: 1 },
  ]);
  if (isOneOfWorkers()) answerFirstProcess(registry);
  return own;

  function make(name: string, { type, help, labels = [], buckets, together = 'sum' }: Entry) {
    const facts = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') return new Counter(facts);
    if (type === 'histogram')
      return new Histogram({ ...facts, ...(buckets ? { buckets: [...buckets] } : {}) });
    return new Gauge({
      ...facts,
      aggregator: together,
      async collect() {
        this.reset();
        await read(name as GaugeName, this);
      },
    });
  }

  async function read(name: GaugeName, gauge: Gauge): Promise<void> {
    try {
      const readings = (await withPatience(readers.get(name)?.() ?? [])) as readonly Reading<GaugeName>[];
      for (const { labels = {}, value } of readings) gauge.set(labels, value);
      if (readings.length === 0) leaveOut(gauge, name);
    } catch {
      leaveOut(gauge, name);
      own.count('gatehouse_metrics_failures_total', { metric: name });
    }
  }
}

/** A gauge without labels says 0 unless it is taken out. */
function leaveOut(gauge: Gauge, name: GaugeName): void {
  const { labels = [] }: Entry = catalogue[name];
  if (labels.length === 0) gauge.remove();
}

const PATIENCE_MS = 2_000;

async function withPatience<T>(reading: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the reading took too long')), PATIENCE_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For tests and for an installation that measures nothing. */
export const silent: Metrics = {
  isOn: false,
  count() {},
  observe() {},
  gauge() {},
  text: async () => '',
  routes: [],
  async start() {},
  async stop() {},
};
