import { Provider } from 'oidc-provider';
import { isHashedSecret } from '../clients/clients.ts';
import { bindToIssuer, type IssuerConfig } from '../http/issuer.ts';
import { hmac } from '../lib/secret.ts';

/**
 * What we change in oidc-provider beside its configuration. Each is semi-public, so the version is pinned, and
 * tests in test/oidc and test/security fail when the library moves.
 */
export function overrideLibrary(provider: Provider, { issuer, successorKeys }: OverrideDeps): void {
  buildUrlsFromIssuer(provider, issuer);
  compareHashedSecrets(provider);
  deriveSuccessors(provider, successorKeys);
}

export type OverrideDeps = {
  issuer: IssuerConfig;
  /** The server key that makes the successor in this request; set by the statement that consumed. */
  successorKeys: WeakMap<object, Buffer>;
};

/** The library takes addresses and the Secure attribute from the request; ours come from the issuer, whatever Host. */
function buildUrlsFromIssuer(provider: Provider, issuer: IssuerConfig): void {
  bindToIssuer(provider, issuer);
  const context = (provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext.prototype;
  Object.assign(context, {
    urlFor: (name: string, options?: Record<string, unknown>) => provider.urlFor(name, options),
  });
}

/** The store knows only SHA-256 of a client's secrets; two may be good during a rotation. */
function compareHashedSecrets(provider: Provider): void {
  const { prototype } = provider.Client as unknown as { prototype: { clientSecret?: string } };
  Object.assign(prototype, {
    compareClientSecret(this: { clientSecret?: string }, presented: string): boolean {
      return isHashedSecret(this.clientSecret, presented);
    },
  });
}

/**
 * A refresh token's successor is an HMAC of the token itself, so that every node gives an honest retry the same one and
 * nothing readable is kept. First tokens stay random.
 */
function deriveSuccessors(provider: Provider, successorKeys: WeakMap<object, Buffer>): void {
  const { prototype } = provider.RefreshToken as unknown as {
    prototype: { generateTokenId(this: object): string };
  };
  const random = prototype.generateTokenId;
  prototype.generateTokenId = function generateTokenId(this: object): string {
    const ctx = Provider.ctx;
    const rotated = ctx?.oidc.entities.RotatedRefreshToken;
    if (!ctx || !rotated) return random.call(this);
    const key = successorKeys.get(ctx);
    if (!key) throw new Error('a refresh token was rotated without its server key');
    return hmac(key, 'refresh successor', rotated.jti);
  };
}
