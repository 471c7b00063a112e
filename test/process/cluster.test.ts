import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backOffMs, countWorkers, createSupervisor } from '../../src/process/cluster.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { type GatehouseProcess, listProcesses, runCommand, startGatehouse } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';

describe('WORKERS=2 on PostgreSQL', { timeout: 180_000 }, () => {
  test('is one server: it says once that it is ready, and every worker answers on the one port', async () => {
    const server = await start();
    await server.waitFor(/Become the first administrator/);
    expect(await childrenOf(server)).toHaveLength(2);
    const keys = await Promise.all(Array.from({ length: 8 }, () => ask(server, '/jwks')));
    expect(new Set(keys.map(({ body }) => body)).size).toBe(1);
    expect(await server.stop()).toBe(0);
    expect(server.output().match(/Gatehouse is ready at/g)).toHaveLength(1);
    expect(server.output().match(/Become the first administrator/g)).toHaveLength(1);
  });

  test('goes on when a worker is killed, and another one takes its place', async () => {
    const server = await start();
    const before = await childrenOf(server);
    const [victim] = before;
    process.kill(victim as number, 'SIGKILL');
    await server.waitFor(/"signal":"SIGKILL","wait_ms":0,"msg":"A worker ended; another one takes its place/);
    await until(async () => (server.output().match(/A worker is ready/g) ?? []).length === 3);
    const after = await childrenOf(server);
    expect(after).toHaveLength(2);
    expect(after).not.toContain(victim);
    for (let each = 0; each < 6; each += 1) {
      expect((await ask(server, '/.well-known/openid-configuration')).status).toBe(200);
    }
    // The other one too: what answers now was not there when the port was opened.
    const other = before.find((pid) => pid !== victim) as number;
    process.kill(other, 'SIGKILL');
    await until(async () => !(await areThere([other])));
    for (let each = 0; each < 6; each += 1) expect((await ask(server, '/health/ready')).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  test('a worker that hangs is sent nobody', async () => {
    const server = await start();
    const [victim = 0] = await childrenOf(server);
    process.kill(victim, 'SIGSTOP');
    onTestFinished(() => void process.kill(victim, 'SIGCONT'));
    for (let each = 0; each < 6; each += 1) expect((await ask(server, '/health/ready')).status).toBe(200);
  });

  test('finishes what runs when it is told to stop, also when every process hears it twice', async () => {
    const server = await start();
    const request = await holdRequest(server);
    const workers = await childrenOf(server);
    for (const pid of [server.pid, ...workers]) process.kill(pid, 'SIGINT');
    await server.waitFor(/Stopping: finishing what runs/);
    expect(await request.finish()).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(await server.ended).toBe(0);
  });

  test('a second signal ends it and its workers at once', async () => {
    const server = await start();
    const request = await holdRequest(server);
    const workers = await childrenOf(server);
    process.kill(server.pid, 'SIGTERM');
    await server.waitFor(/Stopping: finishing what runs/);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.ended).toBe(1);
    await until(async () => !(await areThere(workers)));
    expect(await request.finish()).toBe('');
  });

  test.each(['read', 'read by nobody any more'])(
    'leaves no worker behind when the first process is killed, its log %s',
    async (log) => {
      const server = await start();
      const workers = await childrenOf(server);
      if (log !== 'read') server.stopReading();
      // What they log of this waits for others, and is written when they end.
      await Promise.all(Array.from({ length: 4 }, () => ask(server, '/jwks')));
      await server.kill9();
      await until(async () => !(await areThere(workers)));
    },
  );

  test('ends with its workers when nobody reads its log any more', async () => {
    const server = await start();
    const workers = await childrenOf(server);
    server.stopReading();
    expect(await server.stop()).toBe(0);
    expect(await areThere(workers)).toBe(false);
  });

  test('ends with 1 and says why when the port is taken', async () => {
    const port = await findFreePort();
    const other = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    await expect(start({ port })).rejects.toThrow(
      /Port \d+ is taken by another program.*PORT=\d+ gives this one another port/s,
    );
  });
});

test('more than one with the embedded database is refused with 78 and a sentence; auto is one there', async () => {
  const refused = await runCommand(['start'], { env: { WORKERS: '2' } });
  expect(refused.exitCode).toBe(78);
  expect(refused.stderr).toContain('WORKERS is 2; the embedded database belongs to one process');
  const server = await startGatehouse({ env: { WORKERS: 'auto' } });
  await server.waitFor(/one process, because the embedded database belongs to one/);
  expect(await childrenOf(server)).toEqual([]);
  expect(await server.stop()).toBe(0);
});

test('auto is one for each processor, with PostgreSQL only', () => {
  expect(countWorkers({ workers: 'auto' })).toBe(1);
  expect(countWorkers({ workers: 'auto', databaseUrl: 'postgres://localhost/gatehouse' })).toBeGreaterThan(0);
  expect(countWorkers({ workers: 3, databaseUrl: 'postgres://localhost/gatehouse' })).toBe(3);
});

describe('a worker that ends again and again', () => {
  test('is replaced at once, then later and later, and at once again after it has run for a while', async () => {
    const { supervisor, workers, waits, pass } = supervise();
    const started = supervisor.start();
    workers[0]?.emit('message', { gatehouse: 'ready' });
    await started;
    for (let end = 0; end < 4; end += 1) {
      workers.at(-1)?.emit('exit', 1, null);
      await pass(0);
    }
    expect(waits).toEqual([250, 500, 1000]);
    await pass(61_000);
    workers.at(-1)?.emit('exit', 1, null);
    await pass(0);
    expect(waits).toEqual([250, 500, 1000]);
    expect(workers).toHaveLength(6);
    expect(backOffMs(50)).toBe(30_000);
  });

  test('is not replaced when it never became ready: the start has failed', async () => {
    const { supervisor, workers } = supervise();
    const started = supervisor.start();
    workers[0]?.emit('exit', 1, null);
    await expect(started).rejects.toMatchObject({ code: 'process.worker_failed' });
    expect(workers).toHaveLength(1);
  });

  test('is not replaced while everything stops', async () => {
    const { supervisor, workers, pass } = supervise();
    const started = supervisor.start();
    workers[0]?.emit('message', { gatehouse: 'ready' });
    await started;
    const stopped = supervisor.stop();
    expect(workers[0]?.killed).toEqual(['SIGTERM']);
    workers[0]?.emit('exit', 0, null);
    await stopped;
    await pass(0);
    expect(workers).toHaveLength(1);
  });

  test('is ended when it does not stop in time', async () => {
    const { supervisor, workers, letWait } = supervise();
    const started = supervisor.start();
    workers[0]?.emit('message', { gatehouse: 'ready' });
    await started;
    const stopped = supervisor.stop();
    letWait();
    await expect(stopped).rejects.toThrow('did not end in time');
    expect(workers[0]?.killed).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

class StandIn extends EventEmitter {
  killed: string[] = [];
  process = { pid: 1, kill: (signal: string) => this.killed.push(signal) };
  send() {}
}

/** A supervisor over stand-ins, with a time of its own; waiting ends with `pass`, for the drain with `letWait`. */
function supervise() {
  const workers: StandIn[] = [];
  const waits: number[] = [];
  const drain = Promise.withResolvers<void>();
  let time = 0;
  const supervisor = createSupervisor({
    count: 1,
    drainMs: 5_000_000,
    logger: { info() {}, warn() {} },
    now: () => time,
    fork() {
      const worker = new StandIn();
      workers.push(worker);
      return worker as never;
    },
    async wait(ms) {
      if (ms >= 5_000_000) return drain.promise;
      waits.push(ms);
    },
  });
  return {
    supervisor,
    workers,
    waits,
    letWait: () => drain.resolve(),
    async pass(ms: number) {
      time += ms;
      await new Promise(setImmediate);
    },
  };
}

async function start({ port }: { port?: number } = {}): Promise<GatehouseProcess> {
  const database = await createEmptyDatabase('postgres');
  onTestFinished(database.remove);
  const server = await startGatehouse({
    env: { WORKERS: '2', DATABASE_URL: database.url },
    ...(port === undefined ? {} : { port }),
  });
  onTestFinished(() => server.kill9());
  return server;
}

/** Over a connection of its own: kept ones stay with one worker. */
async function ask(server: GatehouseProcess, path: string) {
  const answer = await fetch(`${server.url}${path}`, { headers: { connection: 'close' } });
  return { status: answer.status, body: await answer.text() };
}

/** A request that a worker has begun to read, and that waits for its end. */
async function holdRequest(server: GatehouseProcess) {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  const body = 'grant_type=authorization_code';
  socket.write(
    [
      `POST /token HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-www-form-urlencoded`,
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    ].join('\r\n'),
  );
  await once(socket, 'data'); // 100 Continue: it is with a worker
  answer = '';
  return {
    async finish() {
      socket.end(body);
      await closed;
      return answer;
    },
  };
}

async function childrenOf({ pid }: GatehouseProcess): Promise<number[]> {
  return (await listProcesses()).filter(({ parent }) => parent === pid).map((each) => each.pid);
}

async function areThere(pids: number[]): Promise<boolean> {
  return (await listProcesses()).some(({ pid }) => pids.includes(pid));
}

/** Asks again until it holds; a condition, bounded by the test's own limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 30));
}
