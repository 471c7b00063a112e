import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCheckout } from '../support/checkout.ts';
import { followProgram } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { buildImage, type Image, readDockerfile, runImage, whyNoRoot } from './image.ts';

/** The image of the Dockerfile, its steps taken one by one where no Docker is. */

const why = whyNoRoot();
let image: Image;

beforeAll(async () => {
  if (why !== undefined) return console.error(`The Dockerfile is not tested: ${why}.`);
  image = await buildImage(await createCheckout(), { node: process.execPath });
});

afterAll(async () => {
  if (image) await rm(image.root, { recursive: true, force: true });
});

test.skipIf(why !== undefined)('npm prints no warning while the image is built', () => {
  expect(image.printed).toMatch(/added \d+ packages/);
  expect(image.printed).not.toMatch(/\bwarn\b/i);
});

test.skipIf(why !== undefined)(
  'serves as a user without rights, on a file system that is read-only',
  async () => {
    const port = String(await findFreePort());
    const issuer = `http://localhost:${port}`;
    const container = await runImage(image, { PORT: port, ISSUER: issuer });
    const program = followProgram(container.child);
    await expect(container.exec(image.healthCheck)).rejects.toMatchObject({ code: 1 });
    await program.waitFor(/Gatehouse is ready at \S+/);

    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer });
    await container.exec(image.healthCheck);
    const { stdout } = await container.exec([
      'gatehouse',
      'users',
      'create',
      '--email',
      'ada@example.com',
      '--name',
      'Ada',
    ]);
    expect(stdout).toContain('ada@example.com');
    await container.exec(['touch', '/data/here']);
    for (const place of ['/gatehouse/here', '/here', '/gatehouse/node_modules/.cache/here'])
      await expect(container.exec(['touch', place])).rejects.toThrow('Read-only file system');

    const userOf = await readUser(container.child.pid ?? -1);
    expect(userOf).toEqual('1000');
    container.child.kill(image.stopSignal);
    expect(await program.ended).toBe(0);
  },
);

test('an instruction that nobody takes is none that goes unnoticed', async () => {
  expect(readDockerfile('# a\nRUN one \\\n  two\nUSER node\n')).toEqual([
    { word: 'RUN', text: 'one    two' },
    { word: 'USER', text: 'node' },
  ]);
  expect(() => readDockerfile('run it\n')).toThrow('not an instruction: run it');
});

function readUser(pid: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ps', ['-o', 'uid=', '-p', String(pid)], (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });
}
