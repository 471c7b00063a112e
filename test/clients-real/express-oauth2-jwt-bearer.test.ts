import { createRequire } from 'node:module';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { folderOf, run } from './programs.ts';
import { startRelyingParty } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

/** Not among our packages: it says of itself that it does not run on Node 26, and npm would repeat that to everybody. */
const PACKAGE = 'express-oauth2-jwt-bearer@1.10';
type Bearer = { auth(options: { issuerBaseURL: string; audience: string }): express.RequestHandler };

const folder = folderOf('express-oauth2-jwt-bearer', { 'package.json': '{ "private": true }' });
let started: TestApp;
beforeAll(async () => {
  await run('npm', ['install', '--no-audit', '--prefer-offline', PACKAGE], { cwd: folder });
  started = await startApp();
});
afterAll(() => started?.close());

test('express-oauth2-jwt-bearer lets our tokens in, and none that was changed', async () => {
  const { auth } = createRequire(join(folder, 'package.json'))('express-oauth2-jwt-bearer') as Bearer;
  const audience = 'https://notes.example';
  const site = await startRelyingParty(async () => {
    const app = express();
    app.use(auth({ issuerBaseURL: started.url, audience }));
    app.get('/', (req, res) => {
      // The MCP SDK, in the same program of types, says something else of `auth`.
      res.json((req as unknown as { auth?: { payload: object } }).auth?.payload);
    });
    app.use(((error, _req, res, _next) => {
      res.status(error.status ?? 500).end();
    }) as express.ErrorRequestHandler);
    return app;
  });
  try {
    const { clientId, secret } = await registerAs(started, 'express-oauth2-jwt-bearer', { api: audience });
    const response = await fetch(`${started.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'notes:read' }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const ask = (headers: Record<string, string>) => fetch(site.origin, { headers });
    const answer = await ask({ authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ aud: audience, scope: 'notes:read', client_id: clientId });
    expect((await ask({})).status).toBe(401);
    const changed = token.replace(
      /\.[^.]*\./,
      `.${btoa('{"aud":"https://notes.example"}').replaceAll('=', '')}.`,
    );
    expect((await ask({ authorization: `Bearer ${changed}` })).status).toBe(401);
  } finally {
    await site.close();
  }
});
