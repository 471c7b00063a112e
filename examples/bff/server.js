import { randomBytes } from 'node:crypto';
import express from 'express';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET, API } = process.env;
const { PORT = '5002', HOST = 'localhost', ORIGIN = `http://localhost:${PORT}` } = process.env;
if (!CLIENT_ID || !CLIENT_SECRET || !API)
  throw new Error('Set CLIENT_ID, CLIENT_SECRET and API: see README.md');

// `__Host-`: no other host and no page without TLS can set it. Browsers take that name with https only.
const options = { httpOnly: true, sameSite: 'lax', secure: ORIGIN.startsWith('https:'), path: '/' };
const cookie = options.secure ? '__Host-bff' : 'bff';
const sessions = new Map(); // in memory, with the tokens: the browser has a random id, and nothing else
let discovered;

const app = express();
app.use((req, res, next) => {
  res.set('content-security-policy', "default-src 'self'; base-uri 'none'; frame-ancestors 'none'");
  res.set('cache-control', 'no-store');
  const id = cookieOf(req, cookie);
  Object.assign(req, { id, session: sessions.get(id) ?? {} });
  next();
});

app.get('/login', async (_req, res) => {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const address = oidc.buildAuthorizationUrl(await discover(), {
    redirect_uri: `${ORIGIN}/callback`,
    scope: 'openid profile email notes:read notes:write',
    resource: API,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  // In this browser, which alone can finish it: anybody can come here, and nothing is kept for who never comes back.
  res.cookie(`${cookie}-checks`, JSON.stringify(checks), { ...options, maxAge: 600_000 });
  res.redirect(303, address.href);
});

app.get('/callback', async (req, res) => {
  const checks = JSON.parse(decodeURIComponent(cookieOf(req, `${cookie}-checks`) ?? 'null'));
  res.clearCookie(`${cookie}-checks`, options);
  if (!checks) return res.redirect(303, '/'); // a link of another site: whoever is signed in stays signed in
  const tokens = await oidc.authorizationCodeGrant(await discover(), new URL(req.url, ORIGIN), checks);
  sessions.delete(req.id);
  const id = randomBytes(32).toString('base64url'); // always a new one, so that nobody can plant one
  sessions.set(id, { person: tokens.claims(), tokens, expiresAt: expiryOf(tokens) });
  res.cookie(cookie, id, options); // Lax, because people come back from another site
  res.redirect(303, '/');
});

// CSRF: a page of another site can send the cookie along, but no header of its own without asking first (CORS).
app.use('/bff', (req, res, next) => (req.get('x-bff') === '1' ? next() : res.sendStatus(403)));

app.get('/bff/session', ({ session: { person } }, res) =>
  person ? res.json({ name: person.name, email: person.email }) : res.sendStatus(401),
);

app.post('/bff/logout', async ({ id, session }, res) => {
  sessions.delete(id);
  const wanted = { post_logout_redirect_uri: `${ORIGIN}/`, id_token_hint: session.tokens?.id_token ?? '' };
  res.json({ location: oidc.buildEndSessionUrl(await discover(), wanted).href });
});

/** What the page may call, and no more: a proxy for any path would lend the token to anything. */
app.all('/bff/notes', express.text(), async (req, res) => {
  const { id, session, method } = req;
  if (!session.person) return res.sendStatus(401);
  if (method !== 'GET' && method !== 'POST') return res.sendStatus(405);
  const token = await accessTokenOf(session).catch((error) => {
    if (error.error !== 'invalid_grant') throw error;
    sessions.delete(id); // signed out at Gatehouse, or the access was taken away there
  });
  if (!token) return res.sendStatus(401);
  const body = method === 'POST' ? req.body : undefined;
  const answer = await fetch(`${API}/notes`, { method, body, headers: { authorization: `Bearer ${token}` } });
  res
    .status(answer.status)
    .type('json')
    .send(await answer.text());
});

const files = { '/': 'index.html', '/app.js': 'app.js' };
for (const name of ['style.css', 'notes.svg']) files[`/${name}`] = `../${name}`; // the look that the examples share
for (const [path, name] of Object.entries(files))
  app.get(path, (_req, res) => res.sendFile(new URL(name, import.meta.url).pathname));

app.use((error, _req, res, _next) => {
  console.error(error);
  res.redirect(303, '/?failed'); // the person said no, or something is broken: nobody is signed in
});
app.listen(Number(PORT), HOST, () => console.log(`BFF on ${ORIGIN}, signs people in at ${ISSUER}`));

/** Found at the first use, so that the issuer may be started after this app. */
async function discover() {
  const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  const authentication = oidc.ClientSecretBasic(CLIENT_SECRET);
  discovered ??= await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, { execute });
  return discovered;
}

/** A token that lives 10 seconds more at least. Tabs that ask at the same time share one refresh. */
async function accessTokenOf(session) {
  if (Date.now() < session.expiresAt - 10_000) return session.tokens.access_token;
  session.refreshing ??= refresh(session).finally(() => delete session.refreshing);
  return session.refreshing;
}

async function refresh(session) {
  const renewed = await oidc.refreshTokenGrant(await discover(), session.tokens.refresh_token);
  Object.assign(session, { tokens: { ...session.tokens, ...renewed }, expiresAt: expiryOf(renewed) });
  return renewed.access_token;
}

const expiryOf = (tokens) => Date.now() + tokens.expires_in * 1_000;
const cookieOf = (req, name) => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(req.headers.cookie ?? '')?.[1];
