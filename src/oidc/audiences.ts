import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { settingsOf } from './grants.ts';

/*
 * Whom a JWT that a client signed is for. One that names several, or an address that another server may claim as its
 * own, can be passed on from there to us (audience injection, CVE-2025-27370 and -27371): so `aud` is one string, and
 * the issuer (FAPI 2.0 Security Profile §5.3.2.1; draft-ietf-oauth-rfc7523bis).
 */

/** The one `aud` of a client's assertions. */
export function assertionAudienceOf(
  { issuer, urlFor }: { issuer: string; urlFor(route: string): string },
  client: object | undefined,
): string {
  const namesEndpoint = client !== undefined && settingsOf(client).assertionAudience === 'token-endpoint';
  return namesEndpoint ? urlFor('token') : issuer;
}

/**
 * The library takes the issuer, the token endpoint and the endpoint that was asked, also in a list among others; it asks
 * us when it has verified the signature, and before it notes the `jti`.
 */
export function assertAssertionAudience(
  { oidc }: KoaContextWithOIDC,
  { aud }: Record<string, unknown>,
  client: object,
): void {
  if (aud !== assertionAudienceOf(oidc, client))
    throw new errors.InvalidClientAuth('audience (aud) must be one string');
}

/** A request object (RFC 9101 §4) is for the issuer, whoever pushes it; those that the library makes of a pushed request say so. */
export function assertRequestObjectAudience(
  { oidc }: KoaContextWithOIDC,
  { aud }: Record<string, unknown>,
): void {
  if (aud !== oidc.issuer)
    throw new errors.InvalidRequestObject('aud of the request object must be the issuer, as one string');
}
