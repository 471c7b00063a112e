import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * The part to copy. Verifies JWT access tokens (RFC 9068) offline, with the keys that the issuer publishes:
 *
 *     const authorize = createAuthorize({ issuer, resource, audience });
 *     const handler = authorize('notes:read')((req, res, claims) => …);
 *
 * `audience` is what `aud` must name. After an unknown `kid` the keys are fetched again, at most once in
 * `cooldownDuration` milliseconds.
 */
export function createAuthorize({ issuer, resource, audience = resource, cooldownDuration = 5_000 }) {
  const verify = createVerifier({ issuer, audience, cooldownDuration });
  const resource_metadata = metadataUrl(resource);

  return (...scopes) =>
    (handler) =>
    async (req, res) => {
      const [, token] = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '') ?? [];
      // RFC 6750 §3.1: a request without a token is told where tokens come from, and no error.
      if (!token) return refuse(res, 401, { resource_metadata });
      let claims;
      try {
        claims = await verify(token);
      } catch (error) {
        if (isTokenRefused(error))
          return refuse(res, 401, {
            error: 'invalid_token',
            error_description: error.message,
            resource_metadata,
          });
        console.error('The keys of the issuer are not to be had:', error);
        return res.writeHead(503, { 'retry-after': '5' }).end();
      }
      const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
      if (!scopes.every((scope) => granted.includes(scope)))
        return refuse(res, 403, { error: 'insufficient_scope', scope: scopes.join(' '), resource_metadata });
      return handler(req, res, claims);
    };
}

/** RFC 9728 §3.1: the well-known part goes between the host and the path. */
export function metadataUrl(resource) {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}

function createVerifier({ issuer, audience, cooldownDuration }) {
  let keys;
  return async (token) => {
    // Found at the first request, so that the issuer may be started after this server.
    keys ??= await findKeys(issuer, cooldownDuration);
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt', // RFC 9068 §4: so that no ID token passes for an access token
      algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
      clockTolerance: 5,
    });
    // RFC 9449 §7.1: a token that is bound to a key is no bearer token.
    if (payload.cnf)
      throw new errors.JWTInvalid('the token is bound to a key; this API takes bearer tokens only');
    return payload;
  };
}

async function findKeys(issuer, cooldownDuration) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`discovery answered ${response.status}`);
  const metadata = await response.json();
  if (metadata.issuer !== issuer)
    throw new Error(`ISSUER is ${issuer}, but discovery says ${metadata.issuer}`);
  return createRemoteJWKSet(new URL(metadata.jwks_uri), { cooldownDuration });
}

/** Not when the keys could not be fetched: a client would throw a good token away. */
function isTokenRefused({ code = '' }) {
  return /^ERR_(JWT_|JWS_|JOSE_ALG_|JOSE_NOT_|JWKS_NO_|JWKS_MULTIPLE_)/.test(code);
}

/** RFC 6750 §3: the reason stands in `WWW-Authenticate`. */
function refuse(res, status, fields) {
  const list = Object.entries(fields).map(
    ([name, value]) => `${name}="${value.replace(/[^ !#-[\]-~]/g, "'")}"`,
  );
  res.writeHead(status, { 'www-authenticate': `Bearer ${list.join(', ')}` }).end();
}
