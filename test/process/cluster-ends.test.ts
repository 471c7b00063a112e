import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GatehouseProcess } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { areThere, ask, childrenOf, start, until } from './workers.ts';

describe('WORKERS=2 on PostgreSQL, when it ends', { timeout: 300_000 }, () => {
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
