import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIdConnectStrategy from 'passport-openidconnect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { signInThrough, startRelyingParty } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

/** passport-openidconnect 0.1 knows no PKCE, and signs people in as long as its client has never used it. */

let strict: TestApp;
let lenient: TestApp;
beforeAll(async () => {
  strict = await startApp({ settings: { oidc: { requirePkce: 'always' } } });
  lenient = await startApp();
});
afterAll(async () => {
  await strict?.close();
  await lenient?.close();
});

function startPassportApp(started: TestApp, ...more: string[]) {
  return startRelyingParty(async (origin) => {
    const { clientId, secret } = await registerAs(started, 'passport-openidconnect', { app: origin }, more);
    const authenticator = new passport.Passport();
    authenticator.serializeUser((user: object, done: Done) => done(null, user));
    authenticator.deserializeUser((user: object, done: Done) => done(null, user));
    authenticator.use(
      new OpenIdConnectStrategy(
        {
          issuer: started.url,
          authorizationURL: `${started.url}/auth`,
          tokenURL: `${started.url}/token`,
          userInfoURL: `${started.url}/me`,
          clientID: clientId,
          clientSecret: secret,
          callbackURL: `${origin}/callback`,
          scope: ['profile', 'email'],
          nonce: true,
        },
        (_issuer: string, profile: object, done: Done) => done(null, profile),
      ),
    );
    const app = express();
    app.use(session({ secret: 'of the app itself', resave: false, saveUninitialized: false }));
    app.use(authenticator.session());
    app.get('/login', authenticator.authenticate('openidconnect'));
    app.get('/callback', authenticator.authenticate('openidconnect'), (_req, res) => res.redirect('/'));
    app.get('/', (req, res) => {
      res.json((req as { user?: object }).user ?? null);
    });
    app.use(((error, _req, res, _next) => {
      res.status(500).json({ error: error.code ?? error.message });
    }) as express.ErrorRequestHandler);
    return app;
  });
}

type Done = (error: Error | null, user?: object) => void;

test('passport-openidconnect signs a person in', async () => {
  const site = await startPassportApp(lenient);
  try {
    const person = await createPerson(lenient);
    const { page } = await signInThrough(lenient, `${site.origin}/login`, person);
    expect(JSON.parse(page.html)).toMatchObject({
      id: person.id,
      displayName: 'Ana Bauer',
      emails: [{ value: person.email }],
    });
  } finally {
    await site.close();
  }
});

test('passport-openidconnect shows no name when the ID token has no claims', async () => {
  const site = await startPassportApp(lenient, '--id-token-claims', 'off');
  try {
    const person = await createPerson(lenient);
    const { page } = await signInThrough(lenient, `${site.origin}/login`, person);
    expect(JSON.parse(page.html)).toEqual({ id: person.id });
  } finally {
    await site.close();
  }
});

test('PKCE is asked of every client where the deployment says so (RFC 9700 §2.1.1)', async () => {
  const site = await startPassportApp(strict);
  try {
    const { page } = await signInThrough(strict, `${site.origin}/login`, await createPerson(strict));
    expect([page.status, JSON.parse(page.html)]).toEqual([500, { error: 'invalid_request' }]);
  } finally {
    await site.close();
  }
});

test('PKCE is asked of public clients everywhere (RFC 9700 §2.1.1)', async () => {
  const { client } = await lenient.modules.clients.create(
    {
      name: 'Browser app',
      type: 'spa',
      redirectUris: ['http://localhost:9999/callback'],
    },
    SYSTEM,
  );
  const asked = new URLSearchParams({
    client_id: client.id,
    redirect_uri: 'http://localhost:9999/callback',
    response_type: 'code',
    scope: 'openid',
  });
  const page = await createVisitor(lenient.url).open(`${lenient.url}/auth?${asked}`);
  expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
});
