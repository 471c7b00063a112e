import { EventEmitter } from 'node:events';
import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { databaseAway } from '../../src/database/errors.ts';
import { createListener } from '../../src/http/listen.ts';
import { createHealth } from '../../src/process/health.ts';
import { createShutdown } from '../../src/process/shutdown.ts';
import { startServer } from '../http/harness.ts';

const logger = { info() {}, error() {} };

function createProcess() {
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const codes: number[] = [];
  const exit = (code: number) => {
    codes.push(code);
    resolve(code);
  };
  return { process: Object.assign(new EventEmitter(), { exit }), ended, codes };
}

test('a signal runs the steps in order, waits for each, and ends with 0', async () => {
  const done: string[] = [];
  const { process, ended } = createProcess();
  const step = (name: string) => ({
    name,
    async run() {
      await new Promise(setImmediate);
      done.push(name);
    },
  });
  createShutdown({ process, logger, steps: [step('ready'), step('http'), step('database')] }).start();
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
  expect(done).toEqual(['ready', 'http', 'database']);
});

test('a step that fails does not keep the later ones from running', async () => {
  const done: string[] = [];
  const { process, ended } = createProcess();
  const steps = [
    { name: 'mail', run: () => Promise.reject(new Error('stuck')) },
    { name: 'database', run: () => void done.push('database') },
  ];
  createShutdown({ process, logger, steps }).start();
  process.emit('SIGINT');
  expect(await ended).toBe(1);
  expect(done).toEqual(['database']);
});

test('a second signal ends at once', async () => {
  const { process, ended } = createProcess();
  const never = new Promise<void>(() => {});
  createShutdown({ process, logger, steps: [{ name: 'http', run: () => never }] }).start();
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect(await ended).toBe(1);
});

test('closing lets a running request finish, refuses new connections and drops idle ones', async () => {
  const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>();
  const listener = createListener({
    async callback(req, res) {
      if (req.url === '/slow') {
        entered();
        await mayAnswer;
      }
      res.end('done');
    },
    config: { host: '127.0.0.1', port: 0 },
  });
  const { port } = await listener.listen();
  const agent = new Agent({ keepAlive: true });
  const get = (path: string) =>
    new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, agent }, (res) => {
        let body = '';
        res.on('data', (chunk) => {
          body += chunk;
        });
        res.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
  await get('/');
  const slow = get('/slow');
  await isIn;
  const closing = listener.close(10_000);
  await expect(get('/')).rejects.toThrow();
  letAnswer();
  expect(await slow).toBe('done');
  await closing;
  agent.destroy();
});

test('closing does not wait longer than it may', async () => {
  const { promise: isIn, resolve: entered } = Promise.withResolvers<void>();
  const listener = createListener({ callback: () => entered(), config: { host: '127.0.0.1', port: 0 } });
  const { port } = await listener.listen();
  const hanging = new Promise((resolve) => {
    request({ host: '127.0.0.1', port }).on('error', resolve).end();
  });
  await isIn;
  await listener.close(1);
  expect(await hanging).toBeInstanceOf(Error);
});

test('localhost is answered on both families', async () => {
  const listener = createListener({
    callback: (_, res) => void res.end('here'),
    config: { host: 'localhost', port: 0 },
  });
  const { port, addresses } = await listener.listen();
  for (const host of addresses) {
    const answer = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`);
    expect(await answer.text()).toBe('here');
  }
  expect(addresses).toContain('127.0.0.1');
  await listener.close(0);
});

test('a port that is taken is an error that says so', async () => {
  const first = createListener({ callback: () => {}, config: { host: '127.0.0.1', port: 0 } });
  const { port } = await first.listen();
  const second = createListener({ callback: () => {}, config: { host: '127.0.0.1', port } });
  await expect(second.listen()).rejects.toMatchObject({
    code: 'http.port_unavailable',
    detail: { why: 'EADDRINUSE' },
  });
  await first.close(0);
});

test('health: alive always, ready with the database, not ready without it or when draining', async () => {
  let isAway = false;
  const health = createHealth({
    db: {
      async ping() {
        if (isAway) throw databaseAway();
      },
    },
  });
  const server = await startServer({ routes: health.routes });
  const look = async (path: string) => {
    const { status, body } = await server.ask(path, { headers: { accept: 'text/html' } });
    return [status, JSON.parse(body)];
  };
  expect(await look('/health/live')).toEqual([200, { status: 'ok' }]);
  expect(await look('/health/ready')).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
  isAway = true;
  expect(await look('/health/ready')).toEqual([503, { status: 'not ready', checks: { database: 'away' } }]);
  expect(await look('/health/live')).toEqual([200, { status: 'ok' }]);
  isAway = false;
  expect((await look('/health/ready'))[0]).toBe(200);
  health.drain();
  expect(await look('/health/ready')).toEqual([503, { status: 'draining' }]);
  expect((await look('/health/live'))[0]).toBe(200);
  await server.close();
});
