import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { httpConfig } from '../../src/http/config.ts';
import { createOverload } from '../../src/http/overload.ts';
import { answerJson, startServer } from './harness.ts';

/** An overload guard with a given clock, in front of requests that end when the test says so. */
function setUp(settings: object = {}, parked = () => 0) {
  let now = 1_000_000;
  const logs: object[] = [];
  const overload = createOverload({
    config: httpConfig.parse({ overload: { minInFlight: 4, ...settings } }).overload,
    logger: { warn: (fields) => void logs.push(fields) },
    clock: { now: () => now },
    parked,
  });
  let work: Promise<void> | undefined;
  const listener = overload.wrap(() => work, {
    isExempt: (path) => path === '/health/live',
    isApiPath: () => true,
  });
  return {
    overload,
    logs,
    /** What the next requests do. Without it they are done when their answer is closed. */
    working(promise: Promise<void>) {
      work = promise;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Undefined: it was let in, and goes on until `end`. Else its status. */
    ask(path = '/token', headers: Record<string, string> = {}) {
      const req = Object.assign(new EventEmitter(), { url: path, headers });
      const res = Object.assign(new EventEmitter(), {
        status: undefined as number | undefined,
        headers: [] as string[],
        writeHead(status: number, all: string[]) {
          res.status = status;
          res.headers = all;
        },
        end: () => void res.emit('close'),
      });
      listener(req as unknown as IncomingMessage, res as unknown as ServerResponse<IncomingMessage>);
      return { res, status: res.status, bodyComes: () => req.emit('end'), end: () => res.emit('close') };
    },
  };
}

type Asked = ReturnType<ReturnType<typeof setUp>['ask']>;

/** Keeps so many in flight while so many a second are done, for so long. Answers how many were refused. */
function load({ ask, pass }: ReturnType<typeof setUp>, running: Asked[], perSecond: number, seconds: number) {
  let refused = 0;
  for (let done = 0; done < perSecond * seconds; done += 1) {
    pass(1000 / perSecond);
    running.shift()?.end();
    for (let more = 0; more < 2; more += 1) {
      const asked = ask();
      if (asked.status === undefined) running.push(asked);
      else refused += 1;
    }
  }
  return refused;
}

test('lets in as many as it always serves, whatever they take', () => {
  const { ask, pass } = setUp({ queueSeconds: 0.01, burstSeconds: 0.01 });
  for (let each = 0; each < 4; each += 1) expect(ask().status).toBeUndefined();
  pass(60_000);
  expect(ask().status).toBeUndefined(); // the first guess of its speed
  for (let each = 0; each < 10; each += 1) ask();
  expect(ask().status).toBe(503);
});

test('under more than it can do it keeps as many in flight as are done in the time a request may wait', () => {
  const set = setUp({ queueSeconds: 0.1, burstSeconds: 0.25 });
  const running: Asked[] = [];
  const refused = load(set, running, 1000, 5);
  expect(running.length).toBeGreaterThan(90);
  expect(running.length).toBeLessThan(110);
  expect(refused).toBeGreaterThan(3000);
  expect(set.overload.state()).toMatchObject({ inFlight: running.length, refused });
  expect(set.overload.state().perSecond).toBeCloseTo(1000, -2);

  // The same on a machine, or with a database, that is ten times as slow.
  load(set, running, 100, 10);
  expect(running.length).toBeLessThan(15);
});

test('a burst may queue for longer than a load that stays, and the next one again when all was done', () => {
  const set = setUp({ queueSeconds: 0.1, burstSeconds: 0.25 });
  const running: Asked[] = [];
  const burst = () => {
    while (running.length < 1000) {
      const asked = set.ask();
      if (asked.status !== undefined) return;
      running.push(asked);
    }
  };
  burst();
  expect(running.length).toBe(125); // of 500 a second, before anything was measured
  for (let round = 0; round < 3; round += 1) {
    for (const each of running.splice(0, 60)) {
      set.pass(2);
      each.end();
    }
    burst();
  }
  expect(running.length).toBeGreaterThan(60);
  expect(running.length).toBeLessThan(70); // no more were taken at the end: it is above the 50 of a tenth of a second
  for (const each of running.splice(0)) each.end();
  expect(set.overload.state().inFlight).toBe(0);
  burst();
  expect(running.length).toBeGreaterThan(110);
});

test('what waits in a queue with a bound of its own takes no place', () => {
  let waiting = 0;
  const { ask } = setUp({ queueSeconds: 0.01, burstSeconds: 0.01 }, () => waiting);
  for (let each = 0; each < 20; each += 1) ask();
  expect(ask().status).toBe(503);
  waiting = 20;
  expect(ask().status).toBeUndefined();
});

test('a request whose body has not come takes no place, nor one that ended before it came', () => {
  const { ask, overload } = setUp({ queueSeconds: 0.01, burstSeconds: 0.01 });
  const slow = Array.from({ length: 100 }, () => ask('/token', { 'content-length': '9' }));
  expect(overload.state().inFlight).toBe(0);
  expect(ask().status).toBeUndefined();
  slow[0]?.bodyComes();
  expect(overload.state().inFlight).toBe(2);
  slow[0]?.end();
  slow[1]?.end();
  slow[1]?.bodyComes();
  expect(overload.state().inFlight).toBe(1);
});

test('a request takes its place until its work is done, whether its peer hung up or never reads', async () => {
  const { ask, overload, working } = setUp();
  const { promise, resolve } = Promise.withResolvers<void>();
  working(promise);
  const [gone] = [ask(), ask()];
  gone.end();
  expect(overload.state().inFlight).toBe(2);
  resolve();
  await promise;
  await Promise.resolve();
  expect(overload.state().inFlight).toBe(0);
});

test('health is always answered, and a refusal tells when to come back', () => {
  const { ask, logs } = setUp({ queueSeconds: 0.01, burstSeconds: 0.01 });
  for (let each = 0; each < 50; each += 1) ask();
  const refused = ask();
  expect(refused.status).toBe(503);
  expect(refused.res.headers).toEqual(
    expect.arrayContaining(['Retry-After', expect.stringMatching(/^[123]$/)]),
  );
  expect(ask('/health/live?a=b').status).toBeUndefined();
  expect(logs).toHaveLength(1); // not one for each
});

test('programs get JSON, people a page, and what was full when its body had come is refused as well', async () => {
  const overload = createOverload({
    config: httpConfig.parse({
      overload: { minInFlight: 1, queueSeconds: 0.01, burstSeconds: 0.01, maxInFlight: 1 },
    }).overload,
    logger: { warn() {} },
  });
  const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>();
  const server = await startServer({
    overload,
    routes: [
      {
        method: 'GET',
        path: '/slow',
        async handle(ctx) {
          entered();
          await mayAnswer;
          ctx.body = 'done';
        },
      },
      { method: 'GET', path: '/page', handle: (ctx) => answerJson(ctx, 'page') },
    ],
    fallback: async (ctx) => answerJson(ctx as never, 'token'),
  });
  const slow = server.ask('/slow');
  await isIn;
  const program = await server.ask('/token', { method: 'POST', headers: { accept: 'text/html' } });
  expect([program.status, JSON.parse(program.body).error]).toEqual([503, 'temporarily_unavailable']);
  expect(program.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  const person = await server.ask('/page', { headers: { accept: 'text/html' } });
  expect([person.status, person.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
  expect(person.body).toContain('"why":"busy"');
  for (const answer of [program, person]) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  letAnswer();
  expect((await slow).body).toBe('done');
  expect((await server.ask('/page')).body).toBe('"page"');
  const posted = await server.ask('/token', {
    method: 'POST',
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(posted.body).toBe('"token"');
  expect(overload.state().inFlight).toBe(0);
  await server.close();
});
