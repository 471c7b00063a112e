import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, BROWSER } = process.env;
const { API = 'http://localhost:4000' } = process.env;
const { SESSION = join(homedir(), '.config', 'gatehouse-notes', 'session.json') } = process.env;
const SCOPE = 'openid profile offline_access notes:read notes:write';
const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
// A program on somebody's machine keeps no secret: PKCE takes its place (RFC 8252 §8.1).
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.None(), { execute });

const commands = { login, list, add, logout };
const [name = 'list', ...words] = process.argv.slice(2);
if (!commands[name]) throw new Error(`There is login, list, add and logout, but no ${name}`);
try {
  await commands[name](...words);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The person's own browser, with their own sessions and passkeys (RFC 8252 §6); never a window of this program. */
async function login() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Any free port: Gatehouse compares the address without it (RFC 8252 §7.3).
  const redirect_uri = `http://127.0.0.1:${server.address().port}/callback`;
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const expectedNonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: SCOPE,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    resource: API,
  });
  console.log(`Sign in with your browser: ${url.href}`);
  openBrowser(url.href);
  try {
    const callback = await answerOf(server, redirect_uri, expectedState);
    const tokens = await oidc.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
    });
    await keep(tokens);
    const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    console.log(`Hello ${person.name ?? person.sub}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Waits for the browser that brings the state: whatever else calls this port is none of ours. */
function answerOf(server, redirect_uri, state) {
  return new Promise((resolve) => {
    server.on('request', (req, res) => {
      const url = new URL(req.url, redirect_uri);
      const isOurs = url.pathname === '/callback' && url.searchParams.get('state') === state;
      res.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
      res.end(isOurs ? 'You can close this window.' : 'Nothing here', () => isOurs && resolve(url));
    });
  });
}

function openBrowser(url) {
  if (BROWSER === 'none') return;
  const [program, ...args] = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] }[
    process.platform
  ] ?? ['xdg-open'];
  spawn(program, [...args, url], { stdio: 'ignore' }).on('error', () => {});
}

async function list() {
  console.log((await (await call('/notes')).json()).notes.join('\n'));
}

async function add(...text) {
  await call('/notes', { method: 'POST', body: text.join(' ') });
}

async function call(path, options = {}) {
  const { access_token: token } = await fresh();
  const answer = await fetch(new URL(path, API), {
    ...options,
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer;
}

/** The refresh token is good once: what comes back takes its place before anything else happens. */
async function fresh() {
  const session = await read();
  if (!session) throw new Error('Nobody is signed in: npm start login');
  if (session.ends_at > Date.now() + 30_000) return session;
  return await keep(await oidc.refreshTokenGrant(config, session.refresh_token, { resource: API }));
}

async function logout() {
  const session = await read();
  if (session) await oidc.tokenRevocation(config, session.refresh_token);
  await rm(SESSION, { force: true });
  console.log('Signed out');
}

async function read() {
  return JSON.parse(await readFile(SESSION, 'utf8').catch(() => 'null'));
}

/** Readable by nobody else, and never half written. Where there is a keychain, this is what belongs into it. */
async function keep({ access_token, refresh_token, expires_in }) {
  const session = { access_token, refresh_token, ends_at: Date.now() + expires_in * 1000 };
  await mkdir(dirname(SESSION), { recursive: true, mode: 0o700 });
  await writeFile(`${SESSION}.new`, JSON.stringify(session), { mode: 0o600 });
  await rename(`${SESSION}.new`, SESSION);
  return session;
}
