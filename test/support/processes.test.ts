import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listProcesses, runCommand, startGatehouse } from './processes.ts';
import { endStarting } from './starting.ts';
import { removeWhenWeEnd } from './watchdog.ts';

test('starts the real server, follows it and stops it', async () => {
  const server = await startGatehouse();
  expect(server.output()).toContain(`Gatehouse is ready at ${server.url}`);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect(await server.memory()).toBeGreaterThan(2 ** 20);
  expect(await server.stop()).toBe(0);
  await expect(fetch(server.url)).rejects.toThrow();
});

test('starts it again on the data of one that was killed, and runs commands beside it', async () => {
  const first = await startGatehouse();
  await first.kill9();
  expect(existsSync(first.dataDir)).toBe(true);
  const second = await startGatehouse({ dataDir: first.dataDir });
  const { exitCode, json } = await runCommand(['clients', 'list', '--json'], {
    env: { ISSUER: second.url, DATA_DIR: second.dataDir },
  });
  expect(exitCode).toBe(0);
  expect(json()).toBeTruthy();
  await second.stop();
});

test('says what a server printed that did not start', async () => {
  const failure = await startGatehouse({ env: { ISSUER: 'http://example.com' } }).catch(
    (error: Error) => error,
  );
  expect(failure).toMatchObject({ message: expect.stringMatching(/ended without printing[\s\S]*ISSUER/) });
});

test('ends a server that is not ready when the test is over that waits for it', async () => {
  const checkout = await mkdtemp(join(tmpdir(), 'gatehouse-never-ready-'));
  removeWhenWeEnd(checkout);
  await mkdir(join(checkout, 'bin'));
  await writeFile(join(checkout, 'bin', 'gatehouse.js'), 'setInterval(() => {}, 60_000)');
  const find = async () =>
    (await listProcesses()).filter(({ command }) => command.includes(`${checkout}/bin`));
  const waiting = startGatehouse({ checkout }).catch((error: Error) => error.message);
  await expect.poll(find).toHaveLength(1);
  await endStarting(); // as set-up.ts does after each test
  expect(await waiting).toContain('ended without printing');
  await expect.poll(find).toEqual([]);
});
