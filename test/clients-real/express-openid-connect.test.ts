import express from 'express';
import { auth } from 'express-openid-connect';
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

/** As its README says: the code flow, a secret, and nothing else changed. */
function startExpressApp(...more: string[]) {
  return startRelyingParty(async (origin) => {
    const { clientId, secret } = await registerAs(started, 'express-openid-connect', { app: origin }, more);
    const app = express();
    app.use(
      auth({
        issuerBaseURL: started.url,
        baseURL: origin,
        clientID: clientId,
        clientSecret: secret,
        secret: 'a long random secret of the app itself',
        authRequired: false,
        idpLogout: true,
        authorizationParams: { response_type: 'code', scope: 'openid profile email' },
      }),
    );
    app.get('/', (req, res) => {
      res.json({ isSignedIn: req.oidc.isAuthenticated(), user: req.oidc.user ?? null });
    });
    app.get('/refresh', async (req, res) => {
      const before = req.oidc.accessToken?.access_token;
      const after = await req.oidc.accessToken?.refresh();
      res.json({ isOther: after?.access_token !== before, type: after?.token_type });
    });
    return app;
  });
}

test('express-openid-connect signs a person in, refreshes and signs out', async () => {
  const site = await startExpressApp();
  try {
    const person = await createPerson(started);
    const { page, app, gatehouse } = await signInThrough(started, `${site.origin}/login`, person);
    const shown = JSON.parse(page.html);
    expect(shown.isSignedIn).toBe(true);
    expect(shown.user).toMatchObject({ sub: person.id, name: 'Ana Bauer', email: person.email });
    expect(JSON.parse((await app.open('/refresh')).html)).toEqual({ isOther: true, type: 'Bearer' });

    const leaving = await app.open('/logout');
    // The library sends the ID token of this very sign-in: nobody is asked.
    const left = await gatehouse.open(leaving.url);
    expect(left.url).toBe(`${site.origin}/`);
    expect(JSON.parse((await app.open('/')).html).isSignedIn).toBe(false);
    expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
  } finally {
    await site.close();
  }
});

test('express-openid-connect shows no name when the ID token has no claims', async () => {
  const site = await startExpressApp('--id-token-claims', 'off');
  try {
    const person = await createPerson(started);
    const { page } = await signInThrough(started, `${site.origin}/login`, person);
    const { user } = JSON.parse(page.html);
    expect(user.sub).toBe(person.id);
    expect(user).not.toHaveProperty('name');
  } finally {
    await site.close();
  }
});
