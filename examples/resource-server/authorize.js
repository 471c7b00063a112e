import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/**
 * The part to copy. Verifies JWT access tokens (RFC 9068), with the keys that the issuer publishes:
 *
 *     const authorize = createAuthorize({ issuer, resource, audience });
 *     const admins = authorize('admin')((req, res, claims) => …);                    // a role
 *     const readers = authorize({ scope: 'notes:read' })(…);                         // a scope
 *     const both = authorize({ scope: 'notes:write', role: 'editor' })(…);
 *     const strong = authorize({ scope: 'notes:write', acrValues: ['2', '3'], maxAge: 300 })(…);
 *
 * `role` may be a list, of which one is enough. The last line says how the person must have signed in (RFC 9470): which
 * values of `acr` will do, and how many seconds ago at most.
 * `audience` is what `aud` must name. After an unknown `kid` the keys are fetched again, at most once in
 * `cooldownDuration` milliseconds.
 * With `introspection: { id, secret }` each token is asked about at the issuer (RFC 7662): a role that was taken away holds
 * no longer at the next request, instead of at the next refresh; and opaque tokens are taken, too.
 */
export function createAuthorize({
  issuer,
  resource,
  audience = resource,
  cooldownDuration = 5_000,
  introspection,
}) {
  const verify = introspection
    ? createIntrospector({ issuer, audience, ...introspection })
    : createVerifier({ issuer, audience, cooldownDuration });
  const resource_metadata = metadataUrl(resource);

  return (asked) => {
    const { scope, role, ...signIn } = typeof asked === 'string' ? { role: asked } : asked;
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
      if (scope !== undefined && !hasEvery(scope.split(' '), claims.scope))
        return refuse(res, 403, { error: 'insufficient_scope', scope, resource_metadata });
      // No scope would help: the person, or the service itself, needs the role.
      if (role !== undefined && !hasOne([role].flat(), claims.roles))
        return refuse(res, 403, {
          error: 'insufficient_scope',
          error_description: 'the role is missing',
          resource_metadata,
        });
      const missing = missingOf(signIn, claims);
      if (missing)
        return refuse(res, 401, { error: 'insufficient_user_authentication', ...missing, resource_metadata });
      return handler(req, res, claims);
    };
  };
}

/** A list of names, and nothing else: a text would hold many. */
function hasOne(roles, held) {
  return Array.isArray(held) && roles.some((role) => held.includes(role));
}

function hasEvery(scopes, granted) {
  const names = typeof granted === 'string' ? granted.split(' ') : [];
  return scopes.every((scope) => names.includes(scope));
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

/** RFC 7662: what the issuer says of the token now. */
function createIntrospector({ issuer, audience, id, secret }) {
  const authorization = `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;
  let endpoint;
  return async (token) => {
    endpoint ??= (await discover(issuer)).introspection_endpoint;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ token }),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`introspection answered ${response.status}`);
    const claims = await response.json();
    if (!claims.active || ![claims.aud].flat().includes(audience))
      throw new errors.JWTInvalid('the token is not good, or not for this API');
    if (claims.cnf) throw new errors.JWTInvalid('the token is bound to a key');
    return claims;
  };
}

async function findKeys(issuer, cooldownDuration) {
  const { jwks_uri } = await discover(issuer);
  return createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration });
}

async function discover(issuer) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`discovery answered ${response.status}`);
  const metadata = await response.json();
  if (metadata.issuer !== issuer)
    throw new Error(`ISSUER is ${issuer}, but discovery says ${metadata.issuer}`);
  return metadata;
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
