import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import type { OidcConfig } from '../config.ts';
import { redeemForRefresh } from './code.ts';
import { currentInFlight, keepGrant } from './current.ts';
import {
  currentContext,
  isAtTokenEndpoint,
  isForeignKeyFault,
  refusingAdapter,
  unlessOneToken,
} from './every-model.ts';
import { inFlightOf } from './in-flight.ts';
import { expiryOf, toSeconds, withoutId } from './payload.ts';
import type { AdapterStore, StoredRefreshToken } from './storage.ts';
import { kindOf } from './token-marks.ts';

export type RefreshTokenDeps = {
  store: AdapterStore;
  settings: Pick<OidcConfig, 'refreshGraceSeconds' | 'codeGraceSeconds'>;
  clock: Clock;
  /** The keys that make successors: an HMAC of the token that is presented. */
  serverKeys: {
    current(purpose: 'refresh'): Promise<{ id: string; key: Buffer }>;
    find(purpose: 'refresh', id: string): Promise<Buffer | undefined>;
  };
};

/** Refresh tokens: each is good once, an honest retry gets the same successor, and a late one is theft. */
export function createRefreshTokenAdapter({ store, settings, clock, serverKeys }: RefreshTokenDeps): Adapter {
  const model = 'RefreshToken';

  async function rotate(
    { id, keyId }: { id: string; keyId: string },
    successor: Parameters<AdapterStore['rotateRefreshToken']>[2],
  ): Promise<void> {
    if (await store.rotateRefreshToken(id, keyId, successor)) return;
    const found = await store.findRefreshToken(id, settings.refreshGraceSeconds);
    if (!found) throw new errors.InvalidGrant('the grant was ended meanwhile');
    if (!found.isInGrace) throw new errors.InvalidGrant('refresh token already used');
    // Another request, or another node, was first, and has inserted the same successor.
    if (found.successorKeyId === keyId) return;
    // With another key: one took its place between the two. The next try finds out beforehand.
    const changed = new errors.TemporarilyUnavailable('the key of refresh tokens has just changed');
    throw Object.assign(changed, { status: 503, statusCode: 503 });
  }

  return {
    ...refusingAdapter(model),

    async find(id) {
      if (kindOf(id) !== undefined) return undefined;
      const isRefreshing = isAtTokenEndpoint('refresh_token');
      const found = await store.findRefreshToken(id, isRefreshing ? settings.refreshGraceSeconds : 0);
      if (!found) return undefined;
      const left = found.isEmptied ? leftOf(found) : {};
      const payload: AdapterPayload = { ...left, ...(JSON.parse(found.payload) as AdapterPayload), jti: id };
      keepGrant(payload.grantId, found.grant);
      if (found.consumedAt !== undefined && !found.isInGrace) payload.consumed = toSeconds(found.consumedAt);
      const inFlight = currentInFlight();
      if (found.isInGrace && inFlight) inFlight.refresh.knownKeyId = found.successorKeyId;
      return payload;
    },

    async upsert(id, payload, expiresIn) {
      const token = {
        grantId: payload.grantId ?? '',
        payload: JSON.stringify(withoutId(payload)),
        expiresAt: expiryOf(payload, expiresIn, clock),
      };
      const inFlight = currentInFlight();
      if (inFlight?.code?.isAwaited) {
        return redeemForRefresh(inFlight.code, { id, ...token }, { store, settings });
      }
      const spending = inFlight?.refresh.spending;
      await (spending ? rotate(spending, { id, ...token }) : store.insertRefreshToken(id, token)).catch(
        (cause: unknown) => {
          if (isForeignKeyFault(cause)) throw new errors.InvalidGrant('the grant was ended meanwhile');
          throw cause;
        },
      );
    },

    /** Notes only which token is spent: that is one statement with the insertion of its successor, in `upsert`. */
    async consume(id) {
      const { refresh } = inFlightOf(currentContext().req);
      // Inside the window a retry gets the successor that the first request made.
      const { knownKeyId } = refresh;
      if (knownKeyId !== undefined) {
        refresh.successorKey = await serverKeys.find('refresh', knownKeyId);
        if (!refresh.successorKey)
          throw new Error(`no server key ${knownKeyId} for a refresh token's successor`);
        return;
      }
      const { id: keyId, key } = await serverKeys.current('refresh');
      refresh.spending = { id, keyId };
      refresh.successorKey = key;
    },

    destroy: (id) => store.deleteRefreshToken(id),
    revokeByGrantId: unlessOneToken((grantId) => store.deleteRefreshTokensOfGrant(grantId)),
  };
}

/**
 * What is left of a token that was spent long ago: enough to see that it is stolen, for whoever may ask, and to end what
 * it gave. A scope that is asked for is not compared, because the token is refused in any case.
 */
function leftOf({ grantId, grant = '{}' }: StoredRefreshToken): AdapterPayload {
  const { accountId, clientId } = JSON.parse(grant) as AdapterPayload;
  const { scope } = (Provider.ctx?.oidc.params ?? {}) as { scope?: string };
  return { grantId, accountId, clientId, ...defined({ scope }) };
}
