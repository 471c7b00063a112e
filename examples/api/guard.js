import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * The part to copy: `const guard = createGuard(…)`, then `app.get('/notes', guard('notes:read'), …)`, as Express middleware.
 * It takes an access token (`Authorization: Bearer`) or an API key (`X-API-Key`), and sets `req.caller`.
 *
 * `{ isWrite: true }`: the issuer is asked whether the token still holds, and believed for five seconds. `id`, `secret`: the
 * introspection credentials of this API.
 */
export function createGuard({ issuer, resource, id, secret }) {
  const authorization = `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
  const recent = new Map();
  let metadata;
  let keys;

  return (scope, { isWrite = false } = {}) =>
    async (req, res, next) => {
      const key = req.get('x-api-key');
      const [, token] = /^Bearer +(\S+) *$/i.exec(req.get('authorization') ?? '') ?? [];
      // Two proofs would be two people.
      if (key && token) return res.status(400).json({ error: 'send a token or a key, not both' });
      if (!key && !token) return refuse(res, 401);
      try {
        req.caller = key ? await byKey(key, scope, req, res) : await byToken(token, scope, isWrite, res);
      } catch (error) {
        console.error('The issuer is not to be had:', error.message);
        return res.status(503).set('retry-after', '5').json({ error: 'try again' });
      }
      if (req.caller) next();
    };

  /** The issuer counts the use, and says what is left: handed on as it is. */
  async function byKey(key, scope, req, res) {
    const verdict = await ask(`${issuer}/api-keys/verify`, 'application/json', {
      body: JSON.stringify({ key, scope, address: req.ip }),
    });
    res.set(verdict.headers ?? {});
    if (verdict.active) return verdict;
    if (verdict.reason === 'rate_limited') res.status(429).json({ error: 'too many requests' });
    else if (['scope', 'no_scope'].includes(verdict.reason))
      refuse(res, 403, 'insufficient_scope', { scope });
    else refuse(res, 401, 'invalid_token');
  }

  async function byToken(token, scope, isWrite, res) {
    const claims = await verify(token).catch((error) => {
      // Not when the keys could not be fetched: a client would throw a good token away.
      if (!/^ERR_(JWT_|JWS_|JOSE_ALG_|JOSE_NOT_|JWKS_NO_|JWKS_MULTIPLE_)/.test(error.code)) throw error;
    });
    if (!claims || (isWrite && !(await isStillGood(token)))) return refuse(res, 401, 'invalid_token');
    if (!(claims.scope ?? '').split(' ').includes(scope))
      return refuse(res, 403, 'insufficient_scope', { scope });
    return claims;
  }

  /** Offline, with the keys that the issuer publishes. `typ` keeps ID tokens out (RFC 9068 §4). */
  async function verify(token) {
    metadata ??= await ask(`${issuer}/.well-known/openid-configuration`);
    keys ??= createRemoteJWKSet(new URL(metadata.jwks_uri));
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
      clockTolerance: 5,
    });
    if (payload.cnf) throw new errors.JWTInvalid('it is bound to a key, and no bearer token');
    return payload;
  }

  /** RFC 7662, by a memory of five seconds that keeps no token. */
  async function isStillGood(token) {
    const hash = createHash('sha256').update(token).digest('hex');
    const known = recent.get(hash);
    if (known && known.until > Date.now()) return known.isActive;
    const { active: isActive } = await ask(
      metadata.introspection_endpoint,
      'application/x-www-form-urlencoded',
      {
        body: new URLSearchParams({ token }).toString(),
      },
    );
    recent.set(hash, { isActive, until: Date.now() + 5_000 });
    if (recent.size > 10_000) recent.delete(recent.keys().next().value);
    return isActive;
  }

  async function ask(url, type, { body } = {}) {
    const response = await fetch(url, {
      ...(body ? { method: 'POST', body, headers: { authorization, 'content-type': type } } : {}),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.json();
  }
}

/** RFC 6750 §3. */
function refuse(res, status, error, more = {}) {
  const fields = Object.entries({ ...(error ? { error } : {}), ...more });
  const words = fields.map(([name, value]) => `${name}="${value}"`).join(', ');
  res
    .status(status)
    .set('www-authenticate', `Bearer ${words}`.trim())
    .json({ error: error ?? 'unauthorized' });
}
