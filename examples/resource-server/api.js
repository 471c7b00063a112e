import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createAuthorize, metadataUrl } from './authorize.js';

/**
 * A small API that keeps each person's notes: `notes:read` to list them, `notes:write` to add one, and to throw all
 * away, which needs two factors given in the last five minutes. Whoever has the role `admin` may ask how many people have
 * notes; turning the own ones around takes a scope and a role.
 */
export function createApi(options) {
  const authorize = createAuthorize(options);
  const notes = new Map();
  const notesOf = ({ sub }) => notes.get(sub) ?? [];

  // RFC 9728: where clients learn which issuer gives tokens for this API.
  const metadata = {
    resource: options.resource,
    authorization_servers: [options.issuer],
    scopes_supported: ['notes:read', 'notes:write'],
    bearer_methods_supported: ['header'],
  };
  const list = authorize({ scope: 'notes:read' })((_req, res, claims) =>
    json(res, 200, { notes: notesOf(claims) }),
  );
  const add = authorize({ scope: 'notes:write' })(async (req, res, claims) => {
    if (Number(req.headers['content-length'] ?? Infinity) > 1_000)
      return json(res, 413, { error: 'too long' });
    notes.set(claims.sub, [...notesOf(claims), await text(req)].slice(-100));
    json(res, 201, { notes: notesOf(claims) });
  });
  const strong = { scope: 'notes:write', acrValues: ['2', '3'], maxAge: 300 };
  const clear = authorize(strong)((_req, res, { sub }) => {
    notes.delete(sub);
    json(res, 200, { notes: [] });
  });
  const count = authorize('admin')((_req, res) => json(res, 200, { people: notes.size }));
  const move = authorize({ scope: 'notes:write', role: ['admin', 'editor'] })((_req, res, { sub }) => {
    notes.set(sub, notesOf({ sub }).toReversed());
    json(res, 200, { notes: notesOf({ sub }) });
  });
  const routes = new Map([
    [`GET ${new URL(metadataUrl(options.resource)).pathname}`, (_req, res) => json(res, 200, metadata)],
    ['GET /notes', list],
    ['POST /notes', add],
    ['DELETE /notes', clear],
    ['POST /notes/turn', move],
    ['GET /people', count],
  ]);

  return createServer((req, res) => {
    // A token is sent by a script and never by the browser alone, so scripts of any origin may call.
    res.setHeader('access-control-allow-origin', '*');
    res.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
    res.setHeader('access-control-allow-headers', 'authorization, content-type');
    res.setHeader('access-control-expose-headers', 'www-authenticate');
    if (req.method === 'OPTIONS') return res.writeHead(204).end();
    const [path] = req.url.split('?');
    return (routes.get(`${req.method} ${path}`) ?? notFound)(req, res);
  });
}

function notFound(_req, res) {
  json(res, 404, { error: 'not found' });
}

function json(res, status, body) {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}
