import { createServer } from 'node:http';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET, PORT = '5000' } = process.env;
const app = `http://localhost:${PORT}`;
const execute = [oidc.allowInsecureRequests]; // for http://localhost only: leave it out on https
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, { execute });

const server = createServer((req, res) => answer(req, res).catch(() => res.writeHead(400).end('Try again')));
server.listen(PORT, () => console.log(`Open ${app}`));

async function answer(req, res) {
  if (req.url.startsWith('/callback')) {
    const pkceCodeVerifier = /verifier=([\w-]+)/.exec(req.headers.cookie)?.[1]; // of the browser that began
    const tokens = await oidc.authorizationCodeGrant(config, new URL(req.url, app), { pkceCodeVerifier });
    const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    return res.setHeader('content-type', 'text/plain; charset=utf-8').end(`Hello ${person.name}`);
  }
  const verifier = oidc.randomPKCECodeVerifier();
  const code_challenge = await oidc.calculatePKCECodeChallenge(verifier);
  const asked = { redirect_uri: `${app}/callback`, scope: 'openid profile', code_challenge };
  const { href } = oidc.buildAuthorizationUrl(config, { ...asked, code_challenge_method: 'S256' });
  res.writeHead(303, { location: href, 'set-cookie': `verifier=${verifier}; HttpOnly; SameSite=Lax` }).end();
}
