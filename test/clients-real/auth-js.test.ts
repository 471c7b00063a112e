import { text } from 'node:stream/consumers';
import { Auth, type AuthConfig } from '@auth/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { startRelyingParty, throughGatehouse } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

let started: TestApp;
beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

/** Auth.js as its framework packages use it: one handler of requests, an OIDC provider with issuer, id and secret. */
function startAuthApp(...more: string[]) {
  return startRelyingParty(async (origin) => {
    const { clientId, secret } = await registerAs(started, '@auth/core', { app: origin }, more);
    const config: AuthConfig = {
      basePath: '/auth',
      secret: 'a long random secret of the app itself',
      trustHost: true,
      providers: [
        {
          id: 'gatehouse',
          name: 'Gatehouse',
          type: 'oidc',
          issuer: started.url,
          clientId,
          clientSecret: secret,
        },
      ],
    };
    return async (req, res) => {
      if (!req.url?.startsWith('/auth/')) {
        res.end(); // the rest of the app
        return;
      }
      const hasBody = req.method === 'POST';
      const response = await Auth(
        new Request(`${origin}${req.url}`, {
          method: req.method ?? 'GET',
          headers: Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
          body: hasBody ? await text(req) : null,
        }),
        config,
      );
      res.writeHead(response.status, [...response.headers].flat());
      res.end(await response.text());
    };
  });
}

/** Through its own page with the button "Sign in with Gatehouse", and tells what its session then holds. */
async function signIn(origin: string, person: { email: string }) {
  const app = createVisitor(origin);
  const gatehouse = createVisitor(started.url);
  const away = await app.submit(await app.open('/auth/signin'));
  const back = await throughGatehouse(gatehouse, away.url, person);
  await app.open(back.url);
  return JSON.parse((await app.open('/auth/session')).html);
}

test('Auth.js signs a person in', async () => {
  const site = await startAuthApp();
  try {
    const person = await createPerson(started);
    const { user } = await signIn(site.origin, person);
    expect(user).toMatchObject({ name: 'Ana Bauer', email: person.email });
  } finally {
    await site.close();
  }
});

test('Auth.js shows nobody when the ID token has no claims', async () => {
  const site = await startAuthApp('--id-token-claims', 'off');
  try {
    const { user } = await signIn(site.origin, await createPerson(started));
    expect(user).toBeDefined();
    expect(user.name ?? user.email).toBeUndefined();
  } finally {
    await site.close();
  }
});
