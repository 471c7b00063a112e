import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { createCheckout, environmentOfNewcomer, installPackagesOf } from '../support/checkout.ts';
import { blocksIn } from '../support/documents.ts';
import { followProgram, repository, residentMemory } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { watch } from '../support/watchdog.ts';

/** Somebody's first minute: the files of the repository, the two commands, whatever npm and Node the system has. */

const run = promisify(execFile);
let checkout: string;
let saidByNpm: string;

beforeAll(async () => {
  checkout = await createCheckout();
  saidByNpm = await installPackagesOf(checkout, ['--omit=dev', '--ignore-scripts']);
});

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

test.each([
  ['no environment', {}],
  ['NODE_ENV=production', { NODE_ENV: 'production' }],
])('npm start answers discovery with %s, in at most 125 MB', async (_title, env) => {
  const port = await findFreePort();
  const issuer = `http://localhost:${port}`;
  // The port is the one thing that a newcomer does not have to say: other tests run beside this one.
  const child = spawn('npm', ['start'], {
    cwd: checkout,
    env: { ...environmentOfNewcomer(), ...env, ISSUER: issuer, PORT: String(port) },
    detached: true,
  });
  watch(child, { signal: 'KILL', isGroup: true });
  const npm = followProgram(child);
  try {
    await npm.waitFor(/Gatehouse is ready at \S+/);
    expect(npm.output()).toContain(issuer);
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer, jwks_uri: `${issuer}/jwks` });
    const health = join(checkout, 'bin', 'health.js');
    await run(process.execPath, [health], { env: { ISSUER: issuer, PORT: String(port) } });

    const ours = (await listGroup(child.pid ?? -1)).filter(({ command }) =>
      /gatehouse\.js|main\.ts/.test(command),
    );
    const servers = ours.filter(({ command }) => !/^(npm|sh|\/bin\/sh)\b/.test(command));
    expect(servers.length).toBeGreaterThan(0);
    const sizes = await Promise.all(servers.map(({ pid }) => residentMemory(pid)));
    // As `ps` tells it: 125,000 kB.
    expect(sizes.reduce((sum, size) => sum + size, 0) / 1024).toBeLessThanOrEqual(125_000);

    for (const { pid } of servers) process.kill(pid, 'SIGTERM');
    await npm.ended;
  } finally {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
    await rm(join(checkout, 'data'), { recursive: true, force: true });
  }
});

test('npm warns of nothing but the one package that the README names, and of that on Node 20 only', async () => {
  const lines = saidByNpm.split('\n').filter((line) => line.startsWith('npm warn'));
  const warned = lines
    .join(' ')
    .matchAll(/EBADENGINE\s+(package: '[^']+'),\s+npm warn EBADENGINE\s+(required: \{ node: '[^']+' \})/g);
  const names = [...warned].map(([, name, required]) => `${name}, ${required}`);
  const readme = (await readFile(join(repository, 'README.md'), 'utf8')).replaceAll(/\s+/g, ' ');
  for (const name of names) expect(readme).toContain(`EBADENGINE … ${name}`);
  const { stdout } = await run('node', ['--version'], { env: environmentOfNewcomer() });
  expect(names).toHaveLength(stdout.startsWith('v20.') ? 1 : 0);
  expect(lines.filter((line) => !line.includes('EBADENGINE'))).toEqual([]);
});

test('whoever stops npm stops the server: its port is free again', async () => {
  const port = await findFreePort();
  const issuer = `http://localhost:${port}`;
  const child = spawn('npm', ['start'], {
    cwd: checkout,
    env: { ...environmentOfNewcomer(), ISSUER: issuer, PORT: String(port) },
    detached: true,
  });
  watch(child, { signal: 'KILL', isGroup: true });
  const npm = followProgram(child);
  try {
    await npm.waitFor(/Gatehouse is ready at \S+/);
    process.kill(child.pid ?? -1, 'SIGTERM');
    await npm.ended;
    const answers = () =>
      fetch(`${issuer}/health/live`).then(
        () => true,
        () => false,
      );
    while (await answers()) await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    if (child.pid) endGroup(child.pid);
    await rm(join(checkout, 'data'), { recursive: true, force: true });
  }
});

test('the health check of the image fails when no server answers', async () => {
  const env = { PORT: String(await findFreePort()) };
  await expect(run(process.execPath, [join(checkout, 'bin', 'health.js')], { env })).rejects.toMatchObject({
    code: 1,
  });
});

test('production brings no test tools and leaves nothing to be built', async () => {
  const size = (name: string) => stat(join(checkout, 'node_modules', name)).catch(() => undefined);
  expect(await size('vitest')).toBeUndefined();
  expect(await size('koa')).toBeDefined();
});

test("without the headers of npm's copy of Node, the packages are under 205 MB, and all works", async () => {
  const [block] = blocksIn('docs/install/README.md').filter(({ text }) => text.includes('/include'));
  await run('sh', ['-c', block?.text ?? 'exit 1'], { cwd: checkout });
  const files = await readdir(join(checkout, 'node_modules'), { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((each) => each.isFile()).map((each) => stat(join(each.parentPath, each.name))),
  );
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThan(205_000_000);
  // The copy of Node is still there, and runs.
  expect(bytes).toBeGreaterThan(150_000_000);
  const env = environmentOfNewcomer();
  const { stdout } = await run('./gatehouse', ['help'], { cwd: checkout, env });
  expect(stdout).toContain('Usage: gatehouse');
});

async function listGroup(group: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,pgid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, pgid, command = ''] = line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    return Number(pgid) === group ? [{ pid: Number(pid), command }] : [];
  });
}
