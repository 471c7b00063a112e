import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { genericOAuth } from 'better-auth/plugins';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { signInThrough, startRelyingParty } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

let started: TestApp;
beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

test('better-auth signs a person in by its generic OAuth plug-in', async () => {
  const site = await startRelyingParty(async (app) => {
    const { clientId, secret } = await registerAs(started, 'better-auth', { app });
    const auth = betterAuth({
      baseURL: app,
      secret: 'a long random secret of the app itself',
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      telemetry: { enabled: false },
      plugins: [
        genericOAuth({
          config: [
            {
              providerId: 'gatehouse',
              clientId,
              clientSecret: secret,
              discoveryUrl: `${started.url}/.well-known/openid-configuration`,
              scopes: ['openid', 'profile', 'email'],
            },
          ],
        }),
      ],
    });
    const handler = toNodeHandler(auth);
    return async (req, res) => {
      if (req.url?.startsWith('/api/auth/')) return void (await handler(req, res));
      if (req.url !== '/login') return void res.end();
      // What its browser client does when the button is pressed.
      const response = await auth.api.signInSocial({
        body: { provider: 'gatehouse', callbackURL: '/api/auth/get-session' },
        asResponse: true,
      });
      const { url } = (await response.json()) as { url: string };
      res.writeHead(302, { location: url, 'set-cookie': response.headers.getSetCookie() });
      res.end();
    };
  });
  try {
    const person = await createPerson(started);
    const { page } = await signInThrough(started, `${site.origin}/login`, person);
    expect(JSON.parse(page.html).user).toMatchObject({
      name: 'Ana Bauer',
      email: person.email,
      emailVerified: true,
    });
  } finally {
    await site.close();
  }
});
