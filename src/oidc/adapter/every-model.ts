import { type Adapter, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isForeignKeyViolation } from '../../database/errors.ts';

/** Every method of an adapter, refusing: a model overrides what it has. */
export function refusingAdapter(model: string): Adapter {
  const refuse = (method: string) => async () => {
    throw new Error(`oidc-provider asked for ${model}.${method}, which is not built in`);
  };
  return {
    upsert: refuse('upsert'),
    find: refuse('find'),
    findByUserCode: refuse('findByUserCode'),
    findByUid: refuse('findByUid'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
  };
}

/** The request that the library is at. Throws outside of one. */
export function currentContext(): KoaContextWithOIDC {
  const ctx = Provider.ctx;
  if (!ctx) throw new Error('oidc-provider wrote outside a request');
  return ctx;
}

/** Whether the library is at a token request of this grant type. */
export function isAtTokenEndpoint(grantType: string): boolean {
  return Provider.ctx?.oidc.route === 'token' && Provider.ctx.oidc.params?.grant_type === grantType;
}

/**
 * The library ends the whole grant also when an app gives back one access token. RFC 7009 §2.1 leaves that open; an app
 * that throws away one token means that one, so its refresh token lives.
 */
export function unlessOneToken(
  revoke: (grantId: string) => Promise<void>,
): (grantId: string) => Promise<void> {
  return async (grantId) => {
    const oidc = Provider.ctx?.oidc;
    if (oidc?.route === 'revocation' && oidc.entities.AccessToken) return;
    await revoke(grantId);
  };
}

/** Whether a row was refused because its parent is gone: PostgreSQL's 23503, and SQLite's own name for it. */
export function isForeignKeyFault(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    if (isForeignKeyViolation(fault)) return true;
  }
  return false;
}
