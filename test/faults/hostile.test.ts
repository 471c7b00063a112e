import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatehouse } from '../support/processes.ts';
import { createStranger } from './hostile.ts';
import { createInsight } from './look-inside.ts';
import { report } from './site.ts';
import { judgeTrends, type Room, type Sample } from './soak-judge.ts';

/** `npm run soak:hostile` asks for longer, so that it finds a leak of a hundred bytes a request. */
const REQUESTS = Number(process.env.HOSTILE_REQUESTS ?? 4000);
const SAMPLES = 8;
/** Fills what remembers a bounded number of things, and has V8 compile what it will. */
const FIRST = 2500;
const METRICS_TOKEN = 'metrics-token-of-a-hostile-soak-1234';

/** The heap has what is in flight at that moment after a collection, too. */
const ROOMS: Record<string, Room> = {
  heapKib: { absolute: 320, share: 0 },
  outsideKib: { absolute: 512, share: 0 },
  timers: { absolute: 5, share: 0 },
  sockets: { absolute: 5, share: 0 },
  files: { absolute: 2, share: 0 },
  metrics: { absolute: 0, share: 0 },
};

let insight: Awaited<ReturnType<typeof createInsight>>;
beforeAll(async () => {
  insight = await createInsight();
});
afterAll(() => insight.close());

test('says something new with each request, everywhere: memory, metrics and files stay level', async () => {
  const server = await startGatehouse({
    env: { ...insight.environment, TRUST_PROXY: '1', METRICS_TOKEN, LOG_LEVEL: 'info' },
  });
  const stranger = createStranger(server.url);
  const port = Number(new URL(server.url).port);
  const samples: Sample[] = [];
  const take = async (): Promise<void> => {
    const { residentKib: _, ...held } = await insight.held(port);
    const metrics = (await readMetrics(server.url)).split('\n').length;
    samples.push({ seconds: samples.length, works: {}, figures: { ...held, metrics } });
  };

  await stranger.ask(FIRST);
  await take();
  for (let each = 0; each < SAMPLES; each += 1) {
    await stranger.ask(REQUESTS / SAMPLES);
    await take();
  }
  stranger.close();
  report('hostile soak', { samples: samples.map(({ figures }) => figures), statuses: stranger.statuses });
  expect(Object.keys(stranger.statuses).filter((name) => / 5\d\d$/.test(name))).toEqual([]);
  expect(judgeTrends(samples, ROOMS)).toEqual([]);
  await server.stop();
});

async function readMetrics(origin: string): Promise<string> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const answer = await fetch(`${origin}/metrics`, { headers });
  expect(answer.status).toBe(200);
  return await answer.text();
}
