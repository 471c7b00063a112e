import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, API } = process.env;
const { PORT = '5001', HOST = 'localhost', ORIGIN = `http://${HOST}:${PORT}` } = process.env;
if (!CLIENT_ID) throw new Error('Set CLIENT_ID: see README.md');

const own = (name) => new URL(name, import.meta.url);
const library = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'));
const page = ['text/html; charset=utf-8', own('index.html')];

/** `/callback` and `/silent` are the same page: the address tells the script what to do. */
const files = new Map([
  ['/', page],
  ['/callback', page],
  ['/silent', page],
  ['/app.js', ['text/javascript', own('app.js')]],
  ['/style.css', ['text/css', own('../style.css')]],
  ['/notes.svg', ['image/svg+xml', own('../notes.svg')]],
  ['/oidc-client-ts.js', ['text/javascript', library]],
]);

/** No inline script; calls to the issuer and the API only; the silent renewal frames the issuer, then ourselves. */
const issuer = new URL(ISSUER).origin;
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  `connect-src 'self' ${issuer} ${API ? new URL(API).origin : ''}`,
  `frame-src 'self' ${issuer}`,
  "frame-ancestors 'self'",
  "base-uri 'none'",
].join('; ');

createServer(async (req, res) => {
  const [path] = req.url.split('?');
  res.setHeader('content-security-policy', policy);
  res.setHeader('cache-control', 'no-store');
  if (path === '/settings.json') {
    res.setHeader('content-type', 'application/json');
    return res.end(JSON.stringify({ issuer: ISSUER, clientId: CLIENT_ID, api: API }));
  }
  const [type, file] = files.get(path) ?? [];
  if (!file) return res.writeHead(404).end();
  res.setHeader('content-type', type);
  res.end(await readFile(file));
}).listen(Number(PORT), HOST, () => console.log(`SPA on ${ORIGIN}, signs people in at ${ISSUER}`));
