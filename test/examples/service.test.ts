import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bareEnvironment, followProgram, repository } from '../support/processes.ts';
import { removeWhenWeEnd, watch } from '../support/watchdog.ts';
import type { Example } from './example-process.ts';
import { countLines, startNotesApi } from './set-up.ts';

let started: TestApp;
let api: Example;
let folder: string;
beforeAll(async () => {
  started = await startApp();
  api = await startNotesApi(started);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-service-'));
  removeWhenWeEnd(folder);
});
afterAll(async () => {
  await api?.stop();
  await started?.close();
});

/** Runs a file of the example in a folder of its own, to its end. */
async function run(file: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(repository, 'examples/service', file)], {
    cwd: folder,
    env: { ...bareEnvironment(), ...environment },
  });
  watch(child, { signal: 'KILL' });
  const program = followProgram(child);
  const exitCode = await program.ended;
  return { exitCode, output: program.output() };
}

test('a service proves itself by its key, and calls the API with the token', async () => {
  expect((await run('make-key.js')).output).toContain('private-key.json stays here');
  const key = join(folder, 'private-key.json');
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const before = readFileSync(key, 'utf8');
  await run('make-key.js');
  expect(readFileSync(key, 'utf8')).toBe(before);
  const [publicKey] = JSON.parse(readFileSync(join(folder, 'public-keys.json'), 'utf8')).keys;
  expect(publicKey).not.toHaveProperty('d');

  const { json } = await setUpCli(started.app.commands)([
    ...['clients', 'create', '--name', 'Notes robot', '--type', 'service', '--grant', 'client_credentials'],
    ...['--auth-method', 'private_key_jwt', '--jwks', join(folder, 'public-keys.json')],
    ...['--scope', 'notes:read notes:write', '--json'],
  ]);
  expect(json.client_secret).toBeUndefined();
  const environment = { ISSUER: started.url, CLIENT_ID: json.client_id, API: api.origin };
  const { output } = await run('service.js', environment);
  expect(output).toMatch(/It is \d{4}-\d\d-\d\dT/);
  // The second note is beside the first one: the service is the same one.
  expect((await run('service.js', environment)).output.match(/It is/g)).toHaveLength(2);

  const stolen = await run('service.js', { ...environment, CLIENT_ID: 'cli_of_another' });
  expect(stolen.output).toContain('invalid_client');
});

test('it is short', () => {
  expect(countLines('service')).toBeLessThan(150);
});
