import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bareEnvironment, followProgram, listProcesses, repository } from './processes.ts';
import { removeWhenWeEnd, watch } from './watchdog.ts';

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a run that gets %s says what failed so far, and leaves no process and no folder behind',
  { timeout: 300_000 },
  async (signal) => {
    const { run, output, folder, processes } = await startHanging();
    // A terminal sends Ctrl-C to every process of the run; whoever stops a service tells the first one only.
    process.kill(signal === 'SIGINT' ? -run : run, signal);
    expect(await output.ended).toBe(signal === 'SIGINT' ? 130 : 143);
    const printed = output.output();
    expect(printed).toMatch(/^1 test file, 2 at a time: about .* on 2 free cores\.$/m);
    expect(printed).toMatch(/^PostgreSQL: started for this run \(.*initdb\)\.$/m);
    expect(printed).toContain(`${signal}: ending.`);
    expect(printed).toMatch(/FAIL.*fails before the signal/);
    expect(printed).toContain('what should be');
    expect(printed).toMatch(/^0 passed, 1 failed, 1 skipped$/m);
    expect(printed).not.toContain('Unhandled');
    await expectNothingLeft(processes, folder);
  },
);

test('a run that is killed leaves no process and no folder behind', { timeout: 300_000 }, async () => {
  const { run, output, folder, processes } = await startHanging();
  process.kill(run, 'SIGKILL');
  expect(await output.ended).toBeNull();
  await expectNothingLeft(processes, folder);
});

/** A run in the middle of a test, and every process that it has started. */
async function startHanging() {
  // Beside our own folder, not in it: the path of a socket of Chromium's must not be long.
  const lasting = process.env.TEST_LASTING_FOLDER ?? tmpdir();
  const folder = await mkdtemp(join(lasting, 'gatehouse-interrupted-'));
  await chmod(folder, 0o711); // PostgreSQL, which runs as a user of its own, passes through
  removeWhenWeEnd(folder);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const child: ChildProcess = spawn(
    process.execPath,
    [vitest, 'run', '--config', 'test/support/hanging.config.ts', '--configLoader', 'native'],
    {
      cwd: repository,
      env: {
        ...bareEnvironment(),
        TMPDIR: folder,
        TEST_LASTING_FOLDER: lasting,
        TEST_BROWSER: process.env.TEST_BROWSER ?? '',
      },
      detached: true,
    },
  );
  watch(child, { signal: 'KILL', isGroup: true });
  await once(child, 'spawn');
  const output = followProgram(child);
  await output.waitFor(/Everything runs/);
  const run = child.pid as number;
  const processes = await descendantsOf(run);
  const programs = processes.map(({ command }) => command).join('\n');
  for (const each of [/gatehouse\.js start/, /postgres/, /redis-server|valkey/, /chrom/i])
    expect(programs).toMatch(each);
  return { run, output, folder, processes };
}

async function descendantsOf(pid: number) {
  const all = await listProcesses();
  const found = all.filter((each) => each.pid === pid);
  for (const { pid: parent } of found) found.push(...all.filter((each) => each.parent === parent));
  return found;
}

/** Watchdogs need a moment: asks again until nothing is there, bounded by the test's own limit. */
async function expectNothingLeft(
  processes: Awaited<ReturnType<typeof descendantsOf>>,
  folder: string,
): Promise<void> {
  await expect
    .poll(async () => {
      const alive = new Set((await listProcesses()).map(({ pid }) => pid));
      return processes.filter(({ pid }) => alive.has(pid)).map(({ command }) => command);
    })
    .toEqual([]);
  await expect.poll(() => readdir(folder)).toEqual([]);
}
