import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { decodeJwt } from 'jose';
import passport from 'passport';
import OpenIdConnectStrategy from 'passport-openidconnect';
import { createClient } from 'redis';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET, SESSION_SECRET } = process.env;
const { PORT = '5004', HOST = 'localhost', ORIGIN = `http://localhost:${PORT}` } = process.env;
const { REDIS_URL = 'redis://localhost:6379' } = process.env;
if (!CLIENT_ID || !CLIENT_SECRET || !SESSION_SECRET)
  throw new Error('Set CLIENT_ID, CLIENT_SECRET and SESSION_SECRET: see README.md');

const discovery = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();
const redis = await createClient({ url: REDIS_URL }).on('error', console.error).connect();
const isSecure = ORIGIN.startsWith('https:');

passport.use(
  'gatehouse',
  new OpenIdConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: discovery.authorization_endpoint,
      tokenURL: discovery.token_endpoint,
      userInfoURL: discovery.userinfo_endpoint,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${ORIGIN}/callback`,
      scope: ['profile', 'email', 'roles'],
      nonce: true, // it knows no PKCE: a code that was planted is told by the nonce (RFC 9700 §2.1.1)
      skipUserProfile: true, // the ID token has the same
    },
    // The library has compared issuer, audience, nonce and time of the ID token, which came from Gatehouse itself.
    (_issuer, profile, _context, idToken, done) => {
      const { name, email, roles = [] } = decodeJwt(idToken);
      done(null, { id: profile.id, name, email, roles, idToken });
    },
  ),
);
// What is kept in Redis is what the pages need. Changed roles count from the next sign-in.
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.disable('x-powered-by');
app.set('trust proxy', 'loopback'); // TLS ends at a proxy on this machine
app.use((req, res, next) => {
  const own = "img-src 'self'; style-src 'self'";
  res.set('content-security-policy', `default-src 'none'; ${own}; base-uri 'none'; frame-ancestors 'none'`);
  res.set('cache-control', 'no-store');
  // The cookie does not tell that our own page sent the form; Origin does.
  if (req.method === 'POST' && req.headers.origin !== ORIGIN) return res.sendStatus(403);
  next();
});
for (const name of ['style.css', 'notes.svg'])
  app.get(`/${name}`, (_req, res) => res.sendFile(new URL(`../${name}`, import.meta.url).pathname));
app.use(
  session({
    name: isSecure ? '__Host-notes' : 'notes',
    secret: SESSION_SECRET,
    // Who only begins a sign-in is remembered for ten minutes: anybody can.
    store: new RedisStore({ client: redis, prefix: 'notes:', ttl: (kept) => (kept.passport ? 86_400 : 600) }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: isSecure },
  }),
);
app.use(passport.session()); // a sign-in gets a new session id by itself, so that nobody can plant one

app.get('/login', passport.authenticate('gatehouse'));
app.get('/callback', passport.authenticate('gatehouse', { failureRedirect: '/' }), (_req, res) =>
  res.redirect(303, '/'),
);
app.post('/logout', (req, res, next) => {
  const { idToken } = req.user ?? {};
  req.session.destroy((error) => {
    if (error) return next(error);
    const wanted = { client_id: CLIENT_ID, post_logout_redirect_uri: `${ORIGIN}/` };
    const query = new URLSearchParams(idToken ? { ...wanted, id_token_hint: idToken } : wanted);
    res.redirect(303, `${discovery.end_session_endpoint}?${query}`);
  });
});

app.get('/', signedIn, ({ user }, res) => {
  const roles = html(user.roles.join(', ') || 'none');
  const out = '<form method="post" action="/logout"><button class="quiet">Sign out</button></form>';
  const who = `<p>Signed in as <b>${html(user.name)}</b>, ${html(user.email)}, with the roles <b>${roles}</b></p>`;
  show(res, 200, `${who}<p><a href="/admin">For administrators</a></p>${out}`);
});
app.get('/admin', signedIn, withRole('admin'), (_req, res) =>
  show(res, 200, '<p>Only administrators see this.</p>'),
);

app.use((error, _req, res, _next) => {
  console.error(error);
  const again = '<p><a class="button" href="/login">Sign in</a></p>';
  show(res, 500, `<p role="alert">You are not signed in.</p>${again}`);
});
app.listen(Number(PORT), HOST, () => console.log(`Passport on ${ORIGIN}, signs people in at ${ISSUER}`));

function signedIn(req, res, next) {
  if (req.user) return next();
  show(res, 401, '<p>Nobody is signed in.</p><p><a class="button" href="/login">Sign in</a></p>');
}

function withRole(role) {
  return ({ user }, res, next) =>
    user.roles.includes(role) ? next() : show(res, 403, '<p role="alert">This page is not for you.</p>');
}

function html(value = '') {
  return String(value).replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);
}

function show(res, status, main) {
  res.status(status).send(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
    <title>Notes</title><link rel="icon" href="/notes.svg"><link rel="stylesheet" href="/style.css">
    <header><img src="/notes.svg" alt=""> Notes</header><main><h1>Your notes</h1>${main}</main></html>`);
}
