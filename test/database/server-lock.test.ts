import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, unlinkSync } from 'node:fs';
import { mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { lockForServer } from '../../src/database/sqlite/server-lock.ts';

const LOCK = fileURLToPath(new URL('../../src/database/sqlite/server-lock.ts', import.meta.url));

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('of 50 servers that start at once on one folder, one goes on', async () => {
  const folder = await createFolder();
  const answers = await Promise.allSettled(
    Array.from({ length: 50 }, () => lockForServer(folder, { patienceMs: 0 })),
  );
  const held = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  expect(held).toHaveLength(1);
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  for (const reason of refused)
    expect(reason).toMatchObject({ code: 'database.in_use', sentence: expect.stringContaining(folder) });
  held[0]?.release();
});

test('a restart waits for the server before, and says so once', async () => {
  const folder = await createFolder();
  const before = await lockForServer(folder);
  let told = 0;
  const waiting = lockForServer(folder, {
    onWaiting: () => {
      told += 1;
      setTimeout(before.release, 250);
    },
  });
  (await waiting).release();
  expect(told).toBe(1);
});

test('a server is told once that its folder was removed, or another one put in its place; not of its own end', async () => {
  for (const isReplaced of [false, true]) {
    const folder = await createFolder();
    const place = join(folder, 'data');
    let told = 0;
    const lock = await lockForServer(place, { onLost: () => (told += 1), lookMs: 10 });
    await rename(place, join(folder, 'elsewhere'));
    if (isReplaced) (await lockForServer(place)).release();
    await expect.poll(() => told).toBe(1);
    lock.release();
    await rm(place, { recursive: true, force: true });
    expect(told).toBe(1);
  }
});

test('a folder that could not be read at first is no other one when it can be', async () => {
  const folder = await createFolder();
  const [data, place] = [join(folder, 'data'), join(folder, 'place')];
  const before = await lockForServer(data);
  await symlink(data, place);
  let told = 0;
  const lock = await lockForServer(place, {
    // A link to itself can be read by nobody (ELOOP); SQLite has followed the one before.
    onWaiting() {
      unlinkSync(place);
      symlinkSync(place, place);
      before.release();
    },
    onLost: () => (told += 1),
    lookMs: 10,
  });
  // In one step: a look in between would find no folder, and tell of that.
  await symlink(data, `${place}.new`);
  await rename(`${place}.new`, place);
  await wait(100); // some looks
  expect(told).toBe(0);
  await unlink(place);
  await expect.poll(() => told).toBe(1);
  lock.release();
});

test('the lock ends with the process that held it, also by a kill', async () => {
  const folder = await createFolder();
  const program = `const { lockForServer } = await import(${JSON.stringify(LOCK)});
    globalThis.lock = await lockForServer(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program]);
  await once(holder.stdout, 'data');
  await expect(lockForServer(folder, { patienceMs: 0 })).rejects.toMatchObject({ code: 'database.in_use' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await lockForServer(folder, { patienceMs: 0 })).release();
});
