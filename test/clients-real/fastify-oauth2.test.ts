import oauthPlugin, { type OAuth2Namespace } from '@fastify/oauth2';
import Fastify from 'fastify';
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

test('@fastify/oauth2 signs a person in by its README, and refreshes', async () => {
  const site = await startRelyingParty(async (app) => {
    const { clientId, secret } = await registerAs(started, '@fastify/oauth2', { app });
    const fastify = Fastify();
    await fastify.register(oauthPlugin, {
      name: 'gatehouse',
      scope: ['openid', 'profile', 'email'],
      credentials: { client: { id: clientId, secret } },
      startRedirectPath: '/login',
      callbackUri: `${app}/login/callback`,
      discovery: { issuer: started.url },
    });
    fastify.get('/login/callback', async function (request) {
      const gatehouse = (this as unknown as { gatehouse: OAuth2Namespace }).gatehouse;
      const { token } = await gatehouse.getAccessTokenFromAuthorizationCodeFlow(request);
      const renewed = await gatehouse.getNewAccessTokenUsingRefreshToken(token, {});
      return {
        user: await gatehouse.userinfo(token.access_token),
        isOther: renewed.token.access_token !== token.access_token,
      };
    });
    await fastify.ready();
    return (req, res) => fastify.routing(req, res);
  });
  try {
    const person = await createPerson(started);
    const { page } = await signInThrough(started, `${site.origin}/login`, person);
    expect(JSON.parse(page.html)).toEqual({
      user: expect.objectContaining({ sub: person.id, name: 'Ana Bauer', email: person.email }),
      isOther: true,
    });
  } finally {
    await site.close();
  }
});
