import cluster, { type Worker } from 'node:cluster';
import type { Registry } from 'prom-client';

/**
 * With several processes behind one port a scrape reaches one of them. It asks the first process, which asks all
 * workers and adds up what they say (prom-client's own way to do it fails as a whole when one worker is just starting).
 */

/** What prom-client's `getMetricsAsJSON` gives: one object for each metric. */
type Figures = object[];
type Message =
  | { gatehouse: 'metrics of all?'; id: number }
  | { gatehouse: 'metrics of all'; id: number; text: string }
  | { gatehouse: 'metrics?'; id: number }
  | { gatehouse: 'metrics'; id: number; figures: Figures };

/** A worker that says nothing for so long is left out. */
const PATIENCE_MS = 3_000;

export const isOneOfWorkers = (): boolean => cluster.isWorker;

/** In the first process: answers workers that are scraped. Costs nothing before the first scrape. */
export function serveWorkers(): void {
  cluster.on('message', async (asking: Worker, message: Message) => {
    if (message?.gatehouse !== 'metrics of all?') return;
    const text = await addUp().catch(() => '');
    if (asking.isConnected())
      asking.send({ gatehouse: 'metrics of all', id: message.id, text } satisfies Message);
  });
}

/** In a worker: answers the first process with what this one counted. */
export function answerFirstProcess(registry: Registry): void {
  process.on('message', async (message: Message) => {
    if (message?.gatehouse !== 'metrics?') return;
    const figures = await registry.getMetricsAsJSON();
    process.send?.({ gatehouse: 'metrics', id: message.id, figures } satisfies Message);
  });
}

/** In a worker: the figures of all workers together. */
export function askAllWorkers(): Promise<string> {
  return new Promise((resolve, reject) => {
    const id = nextId();
    const timer = setTimeout(
      () => end(() => reject(new Error('the first process did not answer'))),
      2 * PATIENCE_MS,
    );
    const onMessage = (message: Message) => {
      if (message?.gatehouse !== 'metrics of all' || message.id !== id) return;
      end(() => (message.text === '' ? reject(new Error('nobody answered')) : resolve(message.text)));
    };
    const end = (answer: () => void) => {
      clearTimeout(timer);
      process.off('message', onMessage);
      answer();
    };
    process.on('message', onMessage);
    process.send?.({ gatehouse: 'metrics of all?', id } satisfies Message);
  });
}

async function addUp(): Promise<string> {
  const { AggregatorRegistry } = await import('prom-client');
  const all = await Promise.all(Object.values(cluster.workers ?? {}).map(askOne));
  const answers = all.filter((figures) => figures !== undefined);
  const workers: Figures = [
    {
      name: 'gatehouse_process_workers',
      help: 'Worker processes that answered this scrape.',
      type: 'gauge',
      aggregator: 'sum',
      values: [{ value: answers.length, labels: {} }],
    },
  ];
  return AggregatorRegistry.aggregate([...answers, workers]).metrics();
}

function askOne(worker: Worker | undefined): Promise<Figures | undefined> {
  return new Promise((resolve) => {
    if (!worker?.isConnected()) return resolve(undefined);
    const id = nextId();
    const timer = setTimeout(() => end(undefined), PATIENCE_MS);
    const onMessage = (message: Message) => {
      if (message?.gatehouse === 'metrics' && message.id === id) end(message.figures);
    };
    const onGone = () => end(undefined);
    const end = (figures: Figures | undefined) => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('exit', onGone);
      resolve(figures);
    };
    worker.on('message', onMessage);
    worker.on('exit', onGone);
    worker.send({ gatehouse: 'metrics?', id } satisfies Message);
  });
}

let lastId = 0;
function nextId(): number {
  lastId += 1;
  return lastId;
}
