import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET, API } = process.env;
const { PORT = '5000', HOST = 'localhost', ORIGIN = `http://localhost:${PORT}` } = process.env;
if (!CLIENT_ID || !CLIENT_SECRET) throw new Error('Set CLIENT_ID and CLIENT_SECRET: see README.md');

const routes = {
  'GET /': showHome,
  'GET /login': startSignIn,
  'GET /callback': finishSignIn,
  'POST /logout': signOut,
  'POST /notes': addNote,
  'POST /clear': clearNotes,
  'GET /style.css': sendFile('style.css', 'text/css'),
  'GET /notes.svg': sendFile('notes.svg', 'image/svg+xml'),
};
const isSecure = ORIGIN.startsWith('https:');
// `__Host-`: no other host can set it. Browsers take that name with https only.
const cookie = isSecure ? '__Host-notes' : 'notes';
const sessions = new Map(); // in memory: a restart signs everybody out
let discovered;

createServer(async (req, res) => {
  try {
    const route = routes[`${req.method} ${req.url.split('?')[0]}`];
    if (!route) return show(res, 404, '<p>There is no such page.</p>');
    // The session's cookie does not tell that our own page sent the form; Origin does.
    if (req.method === 'POST' && req.headers.origin !== ORIGIN) return show(res, 403, '<p>Refused.</p>');
    await route(req, res, sessions.get(cookieOf(req, cookie)) ?? {});
  } catch (error) {
    // The person said no (`access_denied`), or what was granted has ended (`invalid_grant`).
    console.error(error);
    if (!req.url.startsWith('/callback')) sessions.delete(cookieOf(req, cookie)); // there any site can lead
    const reason = html(error.error_description ?? error.error ?? 'Something is broken here.');
    const again = '<p><a class="button" href="/login">Sign in</a></p>';
    show(res, 500, `<p role="alert">You are not signed in. ${reason}</p>${again}`);
  }
}).listen(Number(PORT), HOST, () => console.log(`Web app on ${ORIGIN}, signs people in at ${ISSUER}`));

/** Found at the first use, so that the issuer may be started after this app. */
async function discover() {
  const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  const authentication = oidc.ClientSecretBasic(CLIENT_SECRET);
  discovered ??= await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, { execute });
  return discovered;
}

async function startSignIn(_req, res, _session, wanted = {}) {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const address = oidc.buildAuthorizationUrl(await discover(), {
    redirect_uri: `${ORIGIN}/callback`,
    scope: `openid profile email${API ? ' notes:read notes:write' : ''}`,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...(API ? { resource: API } : {}), // RFC 8707: the access token is for this API
    ...wanted,
  });
  // In this browser, which alone can finish it: anybody can come here, and nothing is kept for who never comes back.
  setCookie(res, `${cookie}-checks`, encodeURIComponent(JSON.stringify(checks)), '; Max-Age=600');
  redirect(res, address.href);
}

async function finishSignIn(req, res) {
  const checks = JSON.parse(decodeURIComponent(cookieOf(req, `${cookie}-checks`) ?? 'null'));
  if (!checks) return redirect(res, '/'); // a link of another site: whoever is signed in stays signed in
  setCookie(res, `${cookie}-checks`, '', '; Max-Age=0');
  const config = await discover();
  const tokens = await oidc.authorizationCodeGrant(config, new URL(req.url, ORIGIN), checks);
  const claims = tokens.claims();
  // A token for an API is none for userinfo: then the ID token tells who it is (OIDC Core §5.4).
  const person = API ? claims : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  sessions.delete(cookieOf(req, cookie));
  const id = randomBytes(32).toString('base64url'); // always a new one, so that nobody can plant one
  sessions.set(id, { person, tokens, expiresAt: expiryOf(tokens) });
  setCookie(res, cookie, id);
  redirect(res, '/');
}

async function signOut(req, res, { tokens }) {
  sessions.delete(cookieOf(req, cookie));
  const address = oidc.buildEndSessionUrl(await discover(), {
    post_logout_redirect_uri: `${ORIGIN}/`,
    ...(tokens ? { id_token_hint: tokens.id_token } : {}),
  });
  redirect(res, address.href);
}

/** A token that lives 10 seconds more at least. Requests at the same time share one refresh. */
async function accessTokenOf(session) {
  if (Date.now() < session.expiresAt - 10_000) return session.tokens.access_token;
  session.refreshing ??= refresh(session).finally(() => delete session.refreshing);
  await session.refreshing;
  return session.tokens.access_token;
}

async function refresh(session) {
  const renewed = await oidc.refreshTokenGrant(await discover(), session.tokens.refresh_token);
  session.tokens = { ...session.tokens, ...renewed };
  session.expiresAt = expiryOf(renewed);
}

async function showHome(_req, res, session) {
  const { person } = session;
  if (!person)
    return show(res, 200, '<p>Nobody is signed in.</p><p><a class="button" href="/login">Sign in</a></p>');
  const who = `<p>Signed in as <b>${html(person.name ?? person.email)}</b>, ${html(person.email)}</p>`;
  const out = '<form method="post" action="/logout"><button class="quiet">Sign out</button></form>';
  show(res, 200, `${who}${API ? await notesOf(session) : ''}${out}`);
}

async function notesOf(session) {
  const { notes } = await (await callApi(session)).json();
  return `<ul>${notes.map((note) => `<li>${html(note)}</li>`).join('')}</ul>
    <form method="post" action="/notes"><input name="note" aria-label="Note"> <button>Add</button></form>
    <form method="post" action="/clear"><button class="quiet">Throw all away</button></form>`;
}

async function addNote(req, res, session) {
  const note = new URLSearchParams(await text(req)).get('note') ?? '';
  if (session.person && API) await callApi(session, { method: 'POST', body: note });
  redirect(res, '/');
}

/** The API may want a stronger or fresher sign-in (RFC 9470): the person gives it, and presses again. */
async function clearNotes(req, res, session) {
  if (!session.person || !API) return redirect(res, '/');
  const response = await callApi(session, { method: 'DELETE' });
  if (response.ok) return redirect(res, '/');
  const wanted = response.headers.get('www-authenticate').matchAll(/\b(acr_values|max_age)="([^"]*)"/g);
  await startSignIn(req, res, session, Object.fromEntries([...wanted].map((pair) => pair.slice(1))));
}

async function callApi(session, options = {}) {
  const headers = { authorization: `Bearer ${await accessTokenOf(session)}` };
  const response = await fetch(`${API}/notes`, { ...options, headers });
  const wantsMore = /insufficient_user_authentication/.test(response.headers.get('www-authenticate'));
  if (!response.ok && !wantsMore) throw new Error(`the API answered ${response.status}`);
  return response;
}

/** Lax, because people come back from another site. */
function setCookie(res, name, value, more = '') {
  const secure = isSecure ? '; Secure' : '';
  res.appendHeader('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${more}`);
}

const cookieOf = (req, name) => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(req.headers.cookie ?? '')?.[1];
const expiryOf = (tokens) => Date.now() + tokens.expires_in * 1_000;
const html = (value = '') => String(value).replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);
const redirect = (res, location) => res.writeHead(303, { location }).end();

/** The look that the examples share. */
function sendFile(name, type) {
  return async (_req, res) =>
    res.setHeader('content-type', type).end(await readFile(new URL(`../${name}`, import.meta.url)));
}

function show(res, status, main) {
  const own = "img-src 'self'; style-src 'self'";
  const policy = `default-src 'none'; ${own}; base-uri 'none'; frame-ancestors 'none'`;
  res.setHeader('content-security-policy', policy);
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  res.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
    <title>Notes</title><link rel="icon" href="/notes.svg"><link rel="stylesheet" href="/style.css">
    <header><img src="/notes.svg" alt=""> Notes</header><main><h1>Your notes</h1>${main}</main></html>`);
}
