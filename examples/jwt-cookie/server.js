import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET } = process.env;
const { PORT = '5003', HOST = 'localhost', ORIGIN = `http://localhost:${PORT}` } = process.env;
if (!CLIENT_ID || !CLIENT_SECRET) throw new Error('Set CLIENT_ID and CLIENT_SECRET: see README.md');

const isSecure = ORIGIN.startsWith('https:');
const prefix = isSecure ? '__Host-' : '';
const options = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' };
let discovered;
let keys;

const app = express();
app.disable('x-powered-by');
app.use((req, res, next) => {
  const own = "img-src 'self'; style-src 'self'";
  res.set('content-security-policy', `default-src 'none'; ${own}; base-uri 'none'; frame-ancestors 'none'`);
  res.set('cache-control', 'no-store');
  // A cookie does not tell that our own page sent the form; Origin does.
  if (req.method === 'POST' && req.headers.origin !== ORIGIN) return res.sendStatus(403);
  next();
});

app.get('/login', async (_req, res) => {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const { config } = await discover();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${ORIGIN}/callback`,
    scope: 'openid profile email notes:read',
    resource: ORIGIN, // RFC 8707: the access token is for this very app, which is its own API
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  // Only this browser can finish what it began: the answer is compared with what it kept.
  res.cookie(`${prefix}checks`, JSON.stringify(checks), { ...options, maxAge: 600_000 });
  res.redirect(303, address.href);
});

app.get('/callback', async (req, res) => {
  const checks = JSON.parse(cookieOf(req, 'checks') ?? 'null');
  res.clearCookie(`${prefix}checks`, options);
  if (!checks) return res.redirect(303, '/');
  const { config } = await discover();
  keep(res, await oidc.authorizationCodeGrant(config, new URL(req.url, ORIGIN), checks));
  res.redirect(303, '/');
});

app.post('/logout', async (req, res) => {
  const { config } = await discover();
  const refreshToken = cookieOf(req, 'refresh');
  if (refreshToken) await oidc.tokenRevocation(config, refreshToken); // a copy of the cookie is worth nothing
  for (const name of ['access', 'refresh']) res.clearCookie(prefix + name, options);
  const address = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: `${ORIGIN}/` });
  res.redirect(303, address.href);
});

app.get('/style.css', (_req, res) => res.sendFile(new URL('../style.css', import.meta.url).pathname));
app.get('/notes.svg', (_req, res) => res.sendFile(new URL('../notes.svg', import.meta.url).pathname));

app.get('/', authenticate, (req, res) => {
  const { sub, scope, roles = [] } = req.person;
  const out = '<form method="post" action="/logout"><button class="quiet">Sign out</button></form>';
  const admin = '<p><a href="/admin">For administrators</a></p>';
  const what = `for <code>${html(scope)}</code>, with the roles <b>${html(roles.join(', ') || 'none')}</b>`;
  show(res, 200, `<p>Signed in as <b>${html(sub)}</b>, ${what}</p>${admin}${out}`);
});

app.get('/admin', authenticate, authorize('admin'), (_req, res) =>
  show(res, 200, '<p>Only administrators see this.</p>'),
);

app.use((error, _req, res, _next) => {
  console.error(error);
  const again = '<p><a class="button" href="/login">Sign in</a></p>';
  show(res, 500, `<p role="alert">You are not signed in.</p>${again}`);
});
app.listen(Number(PORT), HOST, () =>
  console.log(`JWT in a cookie on ${ORIGIN}, signs people in at ${ISSUER}`),
);

/** Who asks, by the JWT of the cookie. One that has run out is renewed on the way, and the refresh token with it. */
async function authenticate(req, res, next) {
  req.person = (await verify(cookieOf(req, 'access'))) ?? (await renew(req, res));
  if (req.person) return next();
  show(res, 401, '<p>Nobody is signed in.</p><p><a class="button" href="/login">Sign in</a></p>');
}

/** Lets in who has one of these roles. */
function authorize(...roles) {
  return (req, res, next) =>
    roles.some((role) => req.person.roles?.includes(role))
      ? next()
      : show(res, 403, '<p role="alert">This page is not for you.</p>');
}

async function verify(token) {
  const { keys } = await discover();
  // RFC 9068 §4: type, issuer and audience, and only algorithms of public keys.
  const wanted = { issuer: ISSUER, audience: ORIGIN, typ: 'at+jwt', algorithms: ['ES256', 'RS256', 'PS256'] };
  return jwtVerify(token ?? '', keys, wanted).then(
    ({ payload }) => payload,
    () => undefined,
  );
}

/** Requests at the same time may bring one refresh token: Gatehouse gives all of them the same successor. */
async function renew(req, res) {
  const { config } = await discover();
  const refreshToken = cookieOf(req, 'refresh');
  const tokens = refreshToken && (await oidc.refreshTokenGrant(config, refreshToken).catch(() => undefined));
  if (tokens) keep(res, tokens);
  return tokens && verify(tokens.access_token);
}

function keep(res, { access_token: access, refresh_token: refresh, expires_in: seconds }) {
  res.cookie(`${prefix}access`, access, { ...options, maxAge: seconds * 1_000 });
  res.cookie(`${prefix}refresh`, refresh, options);
}

async function discover() {
  const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  const authentication = oidc.ClientSecretBasic(CLIENT_SECRET);
  discovered ??= await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, { execute });
  keys ??= createRemoteJWKSet(new URL(discovered.serverMetadata().jwks_uri));
  return { config: discovered, keys };
}

function cookieOf(req, name) {
  const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  const [, value] = pairs.find(([each]) => each === prefix + name) ?? [];
  return value && decodeURIComponent(value);
}

const html = (value = '') => String(value).replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);

function show(res, status, main) {
  res.status(status).send(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
    <title>Notes</title><link rel="icon" href="/notes.svg"><link rel="stylesheet" href="/style.css">
    <header><img src="/notes.svg" alt=""> Notes</header><main><h1>Your notes</h1>${main}</main></html>`);
}
