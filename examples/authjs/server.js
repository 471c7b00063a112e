import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, CLIENT_SECRET, AUTH_SECRET } = process.env;
const { PORT = '5005', HOST = 'localhost', ORIGIN = `http://localhost:${PORT}` } = process.env;
if (!CLIENT_ID || !CLIENT_SECRET || !AUTH_SECRET)
  throw new Error('Set CLIENT_ID, CLIENT_SECRET and AUTH_SECRET: see README.md');

const config = {
  secret: AUTH_SECRET,
  trustHost: true,
  providers: [
    {
      id: 'gatehouse',
      name: 'Gatehouse',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      authorization: { params: { scope: 'openid profile email roles' } },
      checks: ['pkce', 'state', 'nonce'],
      profile: ({ sub, name, email, roles = [] }) => ({ id: sub, name, email, roles }),
    },
  ],
  callbacks: {
    // Into the encrypted cookie at the sign-in, and from there to our pages. Changed roles count from the next one.
    jwt: ({ token, user, profile }) => (user ? { ...token, sub: profile.sub, roles: user.roles } : token),
    session: ({ session, token }) => ({
      ...session,
      user: { ...session.user, id: token.sub, roles: token.roles },
    }),
  },
};

const app = express();
app.disable('x-powered-by');
app.set('trust proxy', 'loopback'); // TLS ends at a proxy on this machine
// Auth.js makes its addresses of the names that a request says; only ours makes any.
app.use((req, res, next) => {
  const names = [req.headers.host, req.headers['x-forwarded-host'] ?? new URL(ORIGIN).host];
  return names.every((name) => name === new URL(ORIGIN).host) ? next() : res.sendStatus(421);
});
for (const name of ['style.css', 'notes.svg'])
  app.get(`/${name}`, (_req, res) => res.sendFile(new URL(`../${name}`, import.meta.url).pathname));
app.use('/auth', ExpressAuth(config)); // its pages, which check a token of their own in each form

app.use((_req, res, next) => {
  const own = "img-src 'self'; style-src 'self'";
  res.set('content-security-policy', `default-src 'none'; ${own}; base-uri 'none'; frame-ancestors 'none'`);
  res.set('cache-control', 'no-store');
  next();
});

app.get('/', signedIn, ({ user }, res) => {
  const roles = html(user.roles.join(', ') || 'none');
  const who = `<p>Signed in as <b>${html(user.name)}</b>, ${html(user.email)}, with the roles <b>${roles}</b></p>`;
  const admin = '<p><a href="/admin">For administrators</a></p>';
  show(res, 200, `${who}${admin}<p><a class="button quiet" href="/auth/signout">Sign out</a></p>`);
});
app.get('/admin', signedIn, withRole('admin'), (_req, res) =>
  show(res, 200, '<p>Only administrators see this.</p>'),
);
app.listen(Number(PORT), HOST, () => console.log(`Auth.js on ${ORIGIN}, signs people in at ${ISSUER}`));

async function signedIn(req, res, next) {
  req.user = (await getSession(req, config))?.user;
  if (req.user) return next();
  show(res, 401, '<p>Nobody is signed in.</p><p><a class="button" href="/auth/signin">Sign in</a></p>');
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
