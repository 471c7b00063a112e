import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { createRequestSlot } from '../lib/request-slot.ts';

/**
 * A grant whose access tokens were bound to a key (DPoP) gives no bearer tokens later. The refresh token of a public
 * client is bound to that key, by the library when the code came with a proof; that of a client that authenticates is
 * bound to the client (RFC 9449 §5), so it remembers only that a proof is needed, of whatever key.
 */
export function rememberBinding(provider: Provider): void {
  const model = provider.RefreshToken as unknown as {
    IN_PAYLOAD: readonly string[];
    prototype: BindableToken & { save(...asked: unknown[]): Promise<string> };
  };
  const known = model.IN_PAYLOAD;
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => [...known, 'needsProof', 'boundTo'] });
  const { save } = model.prototype;
  model.prototype.save = async function saveBinding(
    this: typeof model.prototype,
    ...asked: unknown[]
  ): Promise<string> {
    const ctx = Provider.ctx;
    const rotated = ctx?.oidc.entities.RotatedRefreshToken as BindableToken | undefined;
    if (ctx && !isPublic(ctx) && hasProof(ctx)) this.needsProof = true;
    const boundTo = rotated && (rotated.boundTo ?? firstKeys.get(rotated));
    if (boundTo !== undefined) this.boundTo = boundTo;
    return save.apply(this, asked);
  };
}

type BindableToken = {
  /** The key since the sign-in. The library looks at it. */
  jkt?: string;
  /** The key since a later refresh. */
  boundTo?: string;
  needsProof?: boolean;
};

/** The key of the first proof that came with a refresh token, which its successor is bound to. */
const firstKeys = createRequestSlot<string>('first key');

/** Asked before a refresh token is spent: `invalid_grant` for a proof that is missing or of another key. */
export async function assertBound(
  ctx: KoaContextWithOIDC,
  onTheft: (ctx: KoaContextWithOIDC) => Promise<void>,
): Promise<void> {
  const token = ctx.oidc.entities.RefreshToken as unknown as BindableToken;
  const key = await keyOf(ctx);
  if (token.needsProof && key === undefined) throw new errors.InvalidGrant('missing DPoP proof JWT');
  if (token.boundTo !== undefined && token.boundTo !== key) {
    // Two hold it: whoever brought the first proof, and this one. Either may be the thief, so it ends, as with a token
    // that was used twice; else a thief could make a stolen bearer token their own and leave its owner none to use twice.
    await onTheft(ctx);
    throw new errors.InvalidGrant('the refresh token belongs to another key');
  }
  if (isPublic(ctx) && key !== undefined && token.jkt === undefined) firstKeys.set(token, key);
}

/** The thumbprint of the proof's key. The library has verified it by then: a proof that is there and wrong is refused. */
async function keyOf(ctx: KoaContextWithOIDC): Promise<string | undefined> {
  if (!hasProof(ctx)) return undefined;
  const { jwk = {} } = decodeProtectedHeader(ctx.get('dpop'));
  return calculateJwkThumbprint(jwk);
}

const hasProof = (ctx: KoaContextWithOIDC) => ctx.get('dpop') !== '';
const isPublic = (ctx: KoaContextWithOIDC) => ctx.oidc.client?.clientAuthMethod === 'none';
