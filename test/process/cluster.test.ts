import { EventEmitter } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backOffMs, countWorkers, createSupervisor } from '../../src/process/cluster.ts';
import { runCommand, startGatehouse } from '../support/processes.ts';
import { areThere, ask, childrenOf, start, until } from './workers.ts';

describe('WORKERS=2 on PostgreSQL', { timeout: 300_000 }, () => {
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
