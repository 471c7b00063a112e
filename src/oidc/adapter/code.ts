import { type Adapter, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { steadyClock } from '../../lib/clock.ts';
import type { OidcConfig } from '../config.ts';
import { givesRefreshToken } from '../grants.ts';
import { lifetimes } from '../lifetimes.ts';
import { type ArtifactDeps, createArtifactAdapter, findArtifact } from './artifact.ts';
import { currentInFlight } from './current.ts';
import { currentContext, isAtTokenEndpoint } from './every-model.ts';
import { type CodeInFlight, inFlightOf } from './in-flight.ts';
import type { AdapterStore } from './storage.ts';

const MODEL = 'AuthorizationCode';

export type CodeDeps = ArtifactDeps & { settings: Pick<OidcConfig, 'codeGraceSeconds'> };

/** Codes: of many simultaneous redemptions one is the first, and none harms it. */
export function createCodeAdapter(deps: CodeDeps): Adapter {
  const { store, settings } = deps;

  return {
    ...createArtifactAdapter(MODEL, deps),

    /**
     * In its first moments a spent code looks fresh, so that every loser meets the statement that redeems it: refused,
     * and the winner's tokens live. Later it shows, and the library revokes what it gave (RFC 6749 §4.1.2).
     */
    async find(id) {
      const isRedeeming = isAtTokenEndpoint('authorization_code');
      const found = await findArtifact(MODEL, id, deps, {
        graceSeconds: isRedeeming ? settings.codeGraceSeconds : 0,
        remembered: lifetimes.spentCodeSeconds,
      });
      const inFlight = currentInFlight();
      if (!inFlight || !found) return found?.payload;
      const { grantId = '', scope } = found.payload as { grantId?: string; scope?: string };
      inFlight.code = {
        id,
        grantId,
        foundAt: steadyClock.now(),
        scopes: new Set(scope?.split(' ')),
        isAwaited: false,
        saveAccessToken: undefined,
      };
      return found.payload;
    },

    /** Of a client that gets a refresh token it is redeemed with that one, which the library saves last. */
    async consume() {
      const { req, oidc } = currentContext();
      const { code } = inFlightOf(req);
      if (!code) throw new Error('oidc-provider redeemed a code that it had not found');
      if (oidc.client && givesRefreshToken(oidc.client, code.scopes)) {
        code.isAwaited = true;
        return;
      }
      const isFirst = await store.redeemCode(code.id, redemptionOf(code, settings));
      if (!isFirst) throw new errors.InvalidGrant('authorization code already consumed');
    },
  };
}

/** Wins the code that waits for this refresh token, and saves both; throws when it was won before. */
export async function redeemForRefresh(
  code: CodeInFlight,
  token: { id: string; payload: string; expiresAt: number },
  { store, settings }: { store: Pick<AdapterStore, 'redeemCodeForRefresh'>; settings: CodeDeps['settings'] },
): Promise<void> {
  const redemption = await store.redeemCodeForRefresh(
    { id: code.id, ...redemptionOf(code, settings) },
    token,
  );
  if (redemption === 'ended') throw new errors.InvalidGrant('the grant was ended meanwhile');
  if (redemption === 'spent') throw new errors.InvalidGrant('authorization code already consumed');
  code.isAwaited = false;
  await code.saveAccessToken?.();
}

/** Refuses to answer with tokens whose code nobody has won: a defence against a library that asks in another order. */
export function assertRedeemed({ req }: Pick<KoaContextWithOIDC, 'req'>): void {
  if (inFlightOf(req).code?.isAwaited) throw new Error('tokens were made for a code that was not redeemed');
}

/**
 * Whoever comes too late is a thief only if the code was spent before this request looked at it: what this one has
 * waited since, for a busy server or a signature, is no sign of theft.
 */
function redemptionOf({ grantId, foundAt }: CodeInFlight, { codeGraceSeconds }: CodeDeps['settings']) {
  const waitedSeconds = (steadyClock.now() - foundAt) / 1000;
  return {
    grantId,
    rememberedSeconds: lifetimes.spentCodeSeconds,
    graceSeconds: codeGraceSeconds + waitedSeconds,
  };
}
