import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startAppForTest } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bareEnvironment, followProgram, repository } from '../support/processes.ts';
import { createPerson } from '../support/relying-party.ts';
import { watch } from '../support/watchdog.ts';
import { reserveOrigin } from './example-process.ts';
import { signInOnPages } from './set-up.ts';

/** The client of the README's "sign your app in". */
const file = join(repository, 'examples', 'minimal-client.js');

test('the client of the README signs a person in, and tells a stranger to try again', async () => {
  const started = await startAppForTest();
  const browser = await openBrowser();
  onTestFinished(browser.close);
  const origin = await reserveOrigin();
  const { client, secret = '' } = await started.modules.clients.create(
    {
      name: 'My app',
      redirectUris: [`${origin}/callback`],
    },
    SYSTEM,
  );
  const child = spawn(process.execPath, [file], {
    cwd: repository,
    env: {
      ...bareEnvironment(),
      ...{ ISSUER: started.url, CLIENT_ID: client.id, CLIENT_SECRET: secret, PORT: new URL(origin).port },
    },
  });
  watch(child, { signal: 'KILL' });
  const program = followProgram(child);
  onTestFinished(async () => {
    program.signal('SIGTERM');
    await program.ended;
  });
  await program.waitFor(/Open http/);

  const page = await browser.newPage();
  const person = await createPerson(started);
  await page.goto(origin);
  await signInOnPages(page, person.email);
  expect(await page.textContent('body')).toBe('Hello Ana Bauer');
  const planted = await fetch(`${origin}/callback?code=of-another&iss=${encodeURIComponent(started.url)}`);
  expect([planted.status, await planted.text()]).toEqual([400, 'Try again']);
});
