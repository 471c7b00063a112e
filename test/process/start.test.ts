import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  bareEnvironment,
  type GatehouseProcess,
  repository,
  runCommand,
  startGatehouse,
} from '../support/processes.ts';

let first: GatehouseProcess;
let second: ReturnType<typeof runCommand>;

beforeAll(async () => {
  first = await startGatehouse();
  // It waits 15 seconds for the first one to end, while the other tests run; the last one reads its answer.
  second = runCommand(['start'], { env: environmentOfSecond() });
});

const environmentOfSecond = () => ({ ISSUER: 'http://localhost:1', PORT: '0', DATA_DIR: first.dataDir });

test('SIGTERM ends a running server in order and with 0, and its log is JSON without the link it printed', async () => {
  const server = await startGatehouse();
  const ready = await fetch(`${server.url}/health/ready`);
  expect(await ready.json()).toEqual({ status: 'ok', checks: { database: 'ok' } });
  const [, token = ''] = await server.waitFor(/token=([\w-]{43})/);
  await fetch(`${server.url}/first-administrator?token=${token}`);

  expect(await server.stop()).toBe(0);
  const lines = server.output().split('\n');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(logged.map(({ msg }) => msg)).toContain('GET /first-administrator 200');
  expect(logged.at(-1)).toMatchObject({ level: 'info', msg: 'Stopped' });
  expect(JSON.stringify(logged)).not.toContain(token);
});

test('serves on when nobody reads its log any more, and ends with 0 when it is told to', async () => {
  const server = await startGatehouse();
  server.stopReading();
  for (let each = 0; each < 3; each += 1)
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
});

test('a restart waits for the one before; another issuer is told, once', async () => {
  const first = await startGatehouse();
  const issuer = first.url.replace('localhost', '127.0.0.1');
  const again = startGatehouse({ dataDir: first.dataDir, env: { ISSUER: issuer } });
  await first.stop();
  const second = await again;
  const [line] = await second.waitFor(/ISSUER was .*/);
  expect(line).toContain(`ISSUER was ${first.url} at the last start, and is ${issuer} now.`);
  expect(line).toContain('existing passkeys do not work');
  await second.stop();
  const third = await startGatehouse({ dataDir: first.dataDir, env: { ISSUER: issuer } });
  expect(third.output()).not.toContain('ISSUER was');
  await third.stop();
});

test('a secret.key that is missing beside a filled database is never made anew', async () => {
  const server = await startGatehouse();
  await server.stop();
  const file = join(server.dataDir, 'secret.key');
  renameSync(file, `${file}.moved`);
  const env = { ISSUER: server.url, DATA_DIR: server.dataDir };
  for (const args of [['start'], ['users', 'list'], ['doctor', '--offline']]) {
    const { exitCode, stdout, stderr } = await runCommand(args, { env });
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toMatch(/secret\.key is missing/);
    expect(existsSync(file)).toBe(false);
  }
  renameSync(`${file}.moved`, file);
  expect((await runCommand(['users', 'list'], { env })).exitCode).toBe(0);
});

test('a port that is taken: a sentence that names PORT', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { dataDir, url, stop } = await startGatehouse();
  await stop();
  const { exitCode, stderr } = await runCommand(['start'], {
    env: { ISSUER: url, PORT: String(port), DATA_DIR: dataDir },
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Port ${port} is taken by another program`);
  expect(stderr).toContain(`PORT=${port + 1}`);
});

test('gatehouse alone prints what there is, and starts nothing', async () => {
  const { exitCode, stdout } = await runCommand([]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Usage: gatehouse <command> [options]');
});

test('a command that nobody reads to the end has not failed', async () => {
  const child = spawn(process.execPath, [join(repository, 'bin', 'gatehouse.js'), 'help'], {
    env: bareEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy(); // as `| head -1` does, before there is a line
  const said: Buffer[] = [];
  child.stderr.on('data', (part) => said.push(part));
  const [exitCode] = await once(child, 'close');
  expect([exitCode, Buffer.concat(said).toString()]).toEqual([0, '']);
});

test('link makes a new link and ends the one before, until there is an administrator', async () => {
  const server = await startGatehouse();
  const env = { ISSUER: server.url, DATA_DIR: server.dataDir };
  const [, first = ''] = await server.waitFor(/token=([\w-]{43})/);
  const open = (token: string) => fetch(`${server.url}/first-administrator?token=${token}`);
  expect((await open(first)).status).toBe(200);
  // Somebody who administers nothing is in nobody's way.
  await runCommand(['users', 'create', '--email', 'ada@example.com'], { env });
  const made = (await runCommand(['link', '--json'], { env })).json<{ first_administrator_url: string }>();
  const token = new URL(made.first_administrator_url).searchParams.get('token') ?? '';
  expect((await open(first)).status).toBe(410);
  expect((await open(token)).status).toBe(200);
  await runCommand(['users', 'update', 'ada@example.com', '--admin'], { env });
  expect((await open(token)).status).toBe(410);
  const refused = await runCommand(['link'], { env });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('There is an administrator already');
});

test('a second server on the same embedded database is refused with a sentence; commands go on', async () => {
  const command = await runCommand(['users', 'list', '--json'], { env: environmentOfSecond() });
  expect(command.exitCode).toBe(0);
  const { exitCode, stderr, stdout } = await second;
  expect(exitCode).toBe(1);
  expect(stderr).toContain('belongs to one server');
  expect(stdout).toContain('Waiting for the server that uses this data folder to end');
  expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
  expect(await first.stop()).toBe(0);
});
