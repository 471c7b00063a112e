import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { throughGatehouse } from '../clients-real/sign-in.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bareEnvironment, followProgram, repository } from '../support/processes.ts';
import { createPerson } from '../support/relying-party.ts';
import { removeWhenWeEnd, watch } from '../support/watchdog.ts';
import type { Example } from './example-process.ts';
import { countLines, startNotesApi } from './set-up.ts';

let started: TestApp;
let api: Example;
let environment: Record<string, string>;
let session: string;
beforeAll(async () => {
  started = await startApp();
  api = await startNotesApi(started);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-native-'));
  removeWhenWeEnd(folder);
  session = join(folder, 'notes', 'session.json');
  const { json } = await setUpCli(started.app.commands)([
    ...['clients', 'create', '--name', 'Notes', '--type', 'native'],
    ...['--redirect-uri', 'http://127.0.0.1/callback'],
    ...['--grant', 'authorization_code', '--grant', 'refresh_token'],
    ...['--scope', 'openid profile offline_access notes:read notes:write', '--json'],
  ]);
  environment = {
    ...{ ISSUER: started.url, CLIENT_ID: json.client_id, API: api.origin },
    ...{ SESSION: session, BROWSER: 'none' },
  };
});
afterAll(async () => {
  await api?.stop();
  await started?.close();
});

function start(...words: string[]) {
  const child = spawn(process.execPath, [join(repository, 'examples/native/notes.js'), ...words], {
    cwd: repository,
    env: { ...bareEnvironment(), ...environment },
  });
  watch(child, { signal: 'KILL' });
  return followProgram(child);
}

async function run(...words: string[]): Promise<string> {
  const program = start(...words);
  await program.ended;
  return program.output();
}

const kept = () => JSON.parse(readFileSync(session, 'utf8'));

test('a program signs a person in by their browser, keeps to itself what it got, and signs them out', async () => {
  const person = await createPerson(started);
  const program = start('login');
  const [, address = ''] = await program.waitFor(/browser: (\S+)/);
  const { url } = await throughGatehouse(createVisitor(started.url), address, person);
  // What calls the port without the state is not the browser that the program waits for.
  const planted = new URL(url);
  planted.searchParams.set('state', 'of-another');
  expect((await fetch(planted)).status).toBe(404);
  expect(await (await fetch(url)).text()).toBe('You can close this window.');
  await program.ended;
  expect(program.output()).toContain('Hello Ana Bauer');
  expect(statSync(session).mode & 0o777).toBe(0o600);

  expect(await run('add', 'Water', 'the', 'plants')).toBe('');
  expect(await run('list')).toContain('Water the plants');

  // As if ten minutes had passed: it renews, and keeps the new refresh token.
  const { refresh_token: first } = kept();
  writeFileSync(session, JSON.stringify({ ...kept(), ends_at: 0 }));
  expect(await run('list')).toContain('Water the plants');
  const { refresh_token: second } = kept();
  expect(second).not.toBe(first);

  expect(await run('logout')).toContain('Signed out');
  expect(await run('list')).toContain('Nobody is signed in');
  const again = await fetch(`${started.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: environment.CLIENT_ID ?? '',
      refresh_token: second,
    }),
  });
  expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
});

test('it is short', () => {
  expect(countLines('native')).toBeLessThan(150);
});
