import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { mcpAuthMetadataRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthMetadata, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { startRelyingParty, throughGatehouse } from './sign-in.ts';
import { typeCommands } from './type-commands.ts';

let started: TestApp;
beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

/** An MCP server as the SDK's examples have it; `jose` looks at the tokens. */
function startMcpServer() {
  return startRelyingParty(async (origin) => {
    const resourceServerUrl = new URL(`${origin}/mcp`);
    const metadata = await fetch(`${started.url}/.well-known/oauth-authorization-server`);
    const keys = createRemoteJWKSet(new URL(`${started.url}/jwks`));
    const app = express();
    app.use(express.json());
    app.use(
      mcpAuthMetadataRouter({
        oauthMetadata: (await metadata.json()) as OAuthMetadata,
        resourceServerUrl,
        scopesSupported: ['tools:call'],
      }),
    );
    const bearer = requireBearerAuth({
      requiredScopes: ['tools:call'],
      resourceMetadataUrl: `${origin}/.well-known/oauth-protected-resource/mcp`,
      verifier: {
        async verifyAccessToken(token) {
          const { payload } = await jwtVerify(token, keys, {
            issuer: started.url,
            audience: resourceServerUrl.href,
            typ: 'at+jwt',
          }).catch(() => {
            throw new InvalidTokenError('not one of ours');
          });
          return {
            token,
            clientId: String(payload.client_id),
            scopes: String(payload.scope).split(' '),
            expiresAt: payload.exp ?? 0,
            extra: { sub: payload.sub },
          };
        },
      },
    });
    app.post('/mcp', bearer, async (req, res) => {
      const server = new McpServer({ name: 'notes', version: '1.0.0' });
      server.registerTool('whoami', { description: 'Tells who asks' }, ({ authInfo }) => ({
        content: [{ type: 'text', text: String(authInfo?.extra?.sub) }],
      }));
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      await server.connect(transport as Parameters<typeof server.connect>[0]);
      await transport.handleRequest(req as never, res, req.body);
    });
    app.get('/mcp', bearer, (_req, res) => {
      res.status(405).end();
    });
    return app;
  });
}

test('an MCP client of the SDK finds its way to a tool, and refreshes', async () => {
  const callback = 'http://localhost:7454/callback';
  const site = await startMcpServer();
  try {
    const person = await createPerson(started);
    const made = await typeCommands(started, '@modelcontextprotocol/sdk', { mcp: `${site.origin}/mcp` });
    let asked: URL | undefined;
    let verifier = '';
    let tokens: OAuthTokens | undefined;
    const provider: OAuthClientProvider = {
      redirectUrl: callback,
      clientMetadata: { redirect_uris: [callback] },
      clientInformation: () => ({ client_id: made.at(-1)?.client_id ?? '' }),
      tokens: () => tokens,
      saveTokens: (saved) => {
        tokens = saved;
      },
      redirectToAuthorization: (url) => {
        asked = url;
      },
      saveCodeVerifier: (saved) => {
        verifier = saved;
      },
      codeVerifier: () => verifier,
    };
    const connect = async () => {
      const transport = new StreamableHTTPClientTransport(new URL(`${site.origin}/mcp`), {
        authProvider: provider,
      });
      const client = new Client({ name: 'assistant', version: '1.0.0' });
      return { transport, client, done: client.connect(transport as Parameters<typeof client.connect>[0]) };
    };
    const first = await connect();
    await expect(first.done).rejects.toThrow(UnauthorizedError);
    expect(asked?.searchParams.get('resource')).toBe(`${site.origin}/mcp`);
    const back = await throughGatehouse(createVisitor(started.url), asked?.href ?? '', person);
    await first.transport.finishAuth(new URL(back.url).searchParams.get('code') ?? '');

    const second = await connect();
    await second.done;
    const whoami = () => second.client.callTool({ name: 'whoami' });
    expect((await whoami()).content).toEqual([{ type: 'text', text: person.id }]);

    const before = tokens?.access_token;
    if (tokens) tokens = { ...tokens, access_token: 'worth-nothing' };
    expect((await whoami()).content).toEqual([{ type: 'text', text: person.id }]);
    expect(tokens?.access_token).not.toBe(before);
    await second.client.close();
  } finally {
    await site.close();
  }
});
