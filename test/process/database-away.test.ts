import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createAudit } from '../../src/audit/audit.ts';
import { createDatabase } from '../../src/database/database.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createHealth } from '../../src/process/health.ts';
import { answerJson, startServer } from '../http/harness.ts';
import { createTestDatabase } from '../support/database.ts';
import { runCommand } from '../support/processes.ts';

/** Stands between the server and PostgreSQL, so that a test can cut the line and mend it. */
async function createLine(target: URL) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const line = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (bytes) => other.write(bytes));
      socket.on('close', () => other.destroy());
      socket.on('error', () => {});
    }
    return undefined;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  line.listen(0, '127.0.0.1', resolve);
  await promise;
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((line.address() as { port: number }).port);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => {
      isCut = false;
    },
    close() {
      cut();
      line.close();
    },
  };
}

test('a command that no database answers says so in one sentence, and nothing else', async () => {
  const answer = await runCommand(['users', 'list'], {
    env: { DATABASE_URL: 'postgresql://127.0.0.1:1/none' },
  });
  expect(answer).toMatchObject({ exitCode: 1, stdout: '' });
  expect(answer.stderr).toMatch(/^The database does not answer \(ECONNREFUSED\)[^\n]*\n$/);
});

test('while the database is away answers are 503 and not ready, and all is well when it is back', async () => {
  const database = await createTestDatabase('postgres');
  const line = await createLine(new URL(database.url));
  const db = await createDatabase({ url: line.url, dataDir: database.dataDir });
  const audit = createAudit({ db, clock: systemClock, config: { audit: { retentionSeconds: 86_400 } } });
  const server = await startServer({
    routes: [
      ...createHealth({ db }).routes,
      { method: 'GET', path: '/page', handle: async (ctx) => answerJson(ctx, await audit.list()) },
    ],
  });
  const look = async () => {
    const statuses = [];
    for (const path of ['/health/live', '/health/ready', '/page'])
      statuses.push((await server.ask(path)).status);
    return statuses;
  };

  expect(await look()).toEqual([200, 200, 200]);
  line.cut();
  expect(await look()).toEqual([200, 503, 503]);
  const person = await server.ask('/page', { headers: { accept: 'text/html' } });
  expect(person.body).toContain('"why":"busy"');
  expect(Number(person.headers['retry-after'])).toBeGreaterThan(0);
  line.mend();
  expect(await look()).toEqual([200, 200, 200]);

  await server.close();
  await db.close();
  line.close();
  await database.close();
});
