import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { repository } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { folderOf, type Program, run, start, withTools } from './programs.ts';

withTools('Python', ['python3'], () => {
  let started: TestApp;
  let program: Program;
  let api: string;
  beforeAll(async () => {
    started = await startApp();
    const example = (name: string) => readFileSync(join(repository, 'examples/python-api', name), 'utf8');
    const names = ['api.py', 'requirements.txt'];
    const folder = folderOf('python-api', Object.fromEntries(names.map((name) => [name, example(name)])));
    await run('python3', ['-m', 'venv', 'venv'], { cwd: folder });
    const bin = (name: string) => join(folder, 'venv', 'bin', name);
    await run(bin('pip'), ['install', '--quiet', '-r', 'requirements.txt'], { cwd: folder });
    const port = await findFreePort();
    api = `http://localhost:${port}`;
    program = await start(bin('uvicorn'), ['api:app', '--port', String(port)], {
      cwd: folder,
      env: { ISSUER: started.url, RESOURCE: api },
      url: `${api}/nothing`,
    });
  });
  afterAll(async () => {
    await program?.stop();
    await started?.close();
  });

  const call = async (path: string, token?: string, body?: string) =>
    await fetch(`${api}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      ...(body === undefined ? {} : { body }),
    });

  test('the API in Python takes our tokens by scope and role, and no others', async () => {
    const { clients, resourceServers, roles } = started.modules;
    const scopes = ['notes:read', 'notes:write'].map((name) => ({ name, sentence: name }));
    await resourceServers.create({ identifier: api, scopes }, SYSTEM);
    const service = { name: 'Robot', type: 'service', grants: ['client_credentials'] } as const;
    const { client, secret = '' } = await clients.create({ ...service, grants: [...service.grants] }, SYSTEM);
    const tokenFor = async (scope: string) => {
      const answer = await fetch(`${started.url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.id}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: api, scope }),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    };
    const reader = await tokenFor('notes:read');
    const writer = await tokenFor('notes:read notes:write');

    expect((await call('/notes', writer, 'Water the plants')).status).toBe(201);
    const listed = await (await call('/notes', reader)).json();
    expect(listed.notes).toEqual([expect.stringContaining('Water the plants')]);
    expect((await call('/notes', writer, 'x'.repeat(1001))).status).toBe(413);

    const without = await call('/notes');
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const weak = await call('/notes', reader, 'no');
    expect([weak.status, weak.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="notes:write"',
    ]);

    expect((await call('/people', reader)).status).toBe(403);
    await roles.create({ name: 'admin' }, SYSTEM);
    await roles.assign('admin', { clientId: client.id }, SYSTEM);
    expect(await (await call('/people', await tokenFor('notes:read'))).json()).toEqual({ people: 1 });

    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT(decodeJwt(reader))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', jwk: await exportJWK(publicKey), kid: 'of-mine' })
      .sign(privateKey);
    for (const token of [forged, `${reader.slice(0, -8)}AAAAAAAA`, 'nothing'])
      expect((await call('/notes', token)).status).toBe(401);
  });
});
