import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createCheckout } from '../support/checkout.ts';
import { repository, runCommand, startGatehouse } from '../support/processes.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';

/** What a start leaves for later ones, so that no server keeps the compiler of types in its memory. */

let checkout: string;
/** Node's options by which each program says at its end whether it had to strip types, and how it was started. */
let telling: string;

beforeEach(async () => {
  checkout = await createCheckout();
  const packages = join(repository, 'node_modules');
  await mkdir(join(checkout, 'node_modules'));
  for (const name of await readdir(packages))
    if (name !== '.cache') await symlink(join(packages, name), join(checkout, 'node_modules', name));
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-compile-'));
  removeWhenWeEnd(folder);
  const file = join(folder, 'telling.mjs');
  await writeFile(
    file,
    `console.log('begins');
     process.on('exit', () => console.log('stripped:', process.moduleLoadList.some((name) => name.includes('/amaro/'))));`,
  );
  telling = `--import ${file}`;
});

async function serve(env: Record<string, string> = {}) {
  const server = await startGatehouse({ checkout, env: { NODE_OPTIONS: telling, ...env } });
  // Another language, and a page of each kind.
  for (const path of ['/account', '/nowhere', '/recovery'])
    await fetch(`${server.url}${path}`, { headers: { 'accept-language': 'pl', accept: 'text/html' } });
  await server.stop();
  const output = server.output();
  return { begun: output.split('begins\n').length - 1, stripped: /stripped: (\w+)/.exec(output)?.[1] };
}

/** Node 22 keeps what V8 compiled, but not what was left of a file without its types. */
const keeps = Number.parseInt(process.versions.node, 10) >= 24;

test.runIf(keeps)(
  'the first start gives way to a process that finds all compiled, as no later one does before a file changes',
  async () => {
    // The launcher, the process that compiles, and the one that serves.
    expect(await serve()).toEqual({ begun: 3, stripped: 'false' });
    expect(await serve()).toEqual({ begun: 2, stripped: 'false' });
    // A file that has changed is compiled again, once.
    await writeFile(join(checkout, 'src', 'lib', 'clock.ts'), '\n', { flag: 'a' });
    expect(await serve()).toEqual({ begun: 3, stripped: 'false' });
  },
);

test('where nothing can be kept, the server serves all the same, and begins no more than once', async () => {
  expect(await serve({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual({ begun: 2, stripped: 'true' });
});

test.skipIf(keeps)('on a Node that strips types anew each time, no start is longer for it', async () => {
  expect(await serve()).toEqual({ begun: 2, stripped: 'true' });
});

test.runIf(keeps)('compile leaves nothing to be compiled, for a server and for commands', async () => {
  const env = { NODE_OPTIONS: telling };
  const compiled = await runCommand(['compile'], { checkout, env });
  expect(compiled.exitCode).toBe(0);
  expect(compiled.stdout).toMatch(/Compiled \d{3} files/);
  expect(await serve()).toEqual({ begun: 2, stripped: 'false' });
  const { stdout } = await runCommand(['start', '--check'], { checkout, env });
  expect(stdout).toContain('stripped: false');
});
