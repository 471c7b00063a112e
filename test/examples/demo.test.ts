import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { bareEnvironment, followProgram, repository } from '../support/processes.ts';
import { watch } from '../support/watchdog.ts';
import { signInOnPages } from './set-up.ts';

/** `npm run demo`, in a temporary folder of its own, so that what it leaves is seen. */
async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-demo-test-'));
  const child = spawn(process.execPath, ['bin/node24.js', 'examples/demo.ts'], {
    cwd: repository,
    env: { ...bareEnvironment(), TMPDIR: folder },
  });
  watch(child, { signal: 'TERM' });
  const program = followProgram(child);
  onTestFinished(async () => {
    program.signal('SIGTERM');
    await program.ended;
    await rm(folder, { recursive: true, force: true });
  });
  await program.waitFor(/Ctrl-C ends all/);
  const find = (pattern: RegExp) => program.output().match(pattern)?.[1] ?? '';
  return {
    ...program,
    folder,
    pid: child.pid ?? -1,
    webApp: find(/Web app +(\S+)/),
    bff: find(/with a BFF +(\S+)/),
    spa: find(/Single-page app +(\S+)/),
    notes: find(/API \(.*?(http\S+)/),
    keyNotes: find(/x-api-key.*?(http\S+)/),
    key: find(/x-api-key: (ghk_\w+)/),
    issuer: find(/Gatehouse itself is at (\S+)\./),
    email: find(/Sign in with +(\S+)/),
    password: find(/password +(\S+)/),
  };
}

test('the demo shows five examples with one sign-in, and one Ctrl-C ends and removes all of it', async () => {
  const demo = await startDemo();
  const browser = await openBrowser();
  onTestFinished(browser.close);
  expect((await fetch(demo.notes)).status).toBe(401);
  expect((await fetch(demo.keyNotes)).status).toBe(401);
  expect((await fetch(demo.keyNotes, { headers: { 'x-api-key': demo.key } })).status).toBe(200);
  expect(await readdir(demo.folder)).toHaveLength(1);

  const page = await browser.newPage();
  await page.goto(demo.webApp);
  await page.click('text=Sign in');
  await signInOnPages(page, demo.email, { password: demo.password });
  await page.waitForURL(`${demo.webApp}/`);
  expect(await page.textContent('main')).toContain(`Signed in as Ada Lovelace, ${demo.email}`);
  await page.fill('[name=note]', 'Shared');
  await page.click('text=Add');
  await page.waitForSelector('li');

  // Signed in already: the second app asks for consent only, and the API knows the same person.
  await page.goto(demo.spa);
  await page.click('#sign-in');
  await page.click('[name=decision][value=allow]');
  expect(await page.textContent('#notes li')).toBe('Shared');

  // Its own page has no token; what it shows is from the same API.
  await page.goto(demo.bff);
  await page.click('text=Sign in');
  await page.click('[name=decision][value=allow]');
  await page.waitForSelector('#notes li');
  expect(await page.textContent('#notes li')).toBe('Shared');

  // Twice, as from an impatient person, or from a terminal whose signal npm passes on.
  demo.signal('SIGINT');
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  for (const url of [demo.webApp, demo.spa, demo.bff, demo.notes, demo.keyNotes, demo.issuer]) {
    await expect(fetch(url), url).rejects.toThrow();
  }
  expect(await readdir(demo.folder)).toEqual([]);
});

test('the demo does not go on in part: when one program ends, all end', async () => {
  const demo = await startDemo();
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const children = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const spa = children.find(
    ([, parent, ...args]) => parent === `${demo.pid}` && /examples\/spa/.test(args.join(' ')),
  );
  process.kill(Number(spa?.[0]));
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain('examples/spa/server.js has ended by itself');
  await expect(fetch(demo.issuer)).rejects.toThrow();
  expect(await readdir(demo.folder)).toEqual([]);
});
