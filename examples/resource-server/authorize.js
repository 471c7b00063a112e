import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * The part to copy. Verifies JWT access tokens (RFC 9068) offline, with the keys that the issuer publishes:
 *
 *     const authorize = createAuthorize({ issuer, resource, audience });
 *     const handler = authorize('notes:read')((req, res, claims) => …);
 *     const strong = authorize('notes:write', { acrValues: ['2', '3'], maxAge: 300 })(…);
 *
 * The last argument may say how the person must have signed in (RFC 9470): which values of `acr` will do, and how many
 * seconds ago at most.
 * `audience` is what `aud` must name. After an unknown `kid` the keys are fetched again, at most once in
 * `cooldownDuration` milliseconds.
 */
export function createAuthorize({ issuer, resource, audience = resource, cooldownDuration = 5_000 }) {
  const verify = createVerifier({ issuer, audience, cooldownDuration });
  const resource_metadata = metadataUrl(resource);

  return (...asked) => {
    const scopes = asked.filter((each) => typeof each === 'string');
    const signIn = asked.find((each) => typeof each === 'object') ?? {};
    return (handler) => async (req, res) => {
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
      const missing = missingOf(signIn, claims);
      if (missing)
        return refuse(res, 401, { error: 'insufficient_user_authentication', ...missing, resource_metadata });
      return handler(req, res, claims);
    };
  };
}

/** RFC 9470 §3: what the client must ask for at the issuer; nothing when the sign-in behind the token will do. */
function missingOf({ acrValues, maxAge }, { acr, auth_time }) {
  const isStrong = !acrValues || acrValues.includes(acr);
  const isFresh = maxAge === undefined || Date.now() / 1_000 - (auth_time ?? 0) <= maxAge;
  if (isStrong && isFresh) return undefined;
  return {
    error_description: isStrong ? 'sign in again' : 'a stronger sign-in is needed',
    ...(acrValues ? { acr_values: acrValues.join(' ') } : {}),
    ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
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
