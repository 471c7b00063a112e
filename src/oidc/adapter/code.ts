import { type Adapter, errors } from 'oidc-provider';
import type { OidcConfig } from '../config.ts';
import { lifetimes } from '../lifetimes.ts';
import { type ArtifactDeps, createArtifactAdapter, findArtifact } from './artifact.ts';
import { isAtTokenEndpoint } from './every-model.ts';
import { currentInFlight } from './in-flight.ts';

const MODEL = 'AuthorizationCode';

/** Codes: of many simultaneous redemptions one is the first, and none harms it. */
export function createCodeAdapter(
  deps: ArtifactDeps & { settings: Pick<OidcConfig, 'codeGraceSeconds'> },
): Adapter {
  const { store, settings } = deps;
  const remembered = lifetimes.spentCodeSeconds;

  return {
    ...createArtifactAdapter(MODEL, deps),

    /**
     * In its first moments a spent code looks fresh, so that every loser meets the statement in `consume`: refused, and
     * the winner's tokens live. Later it shows, and the library revokes what it gave (RFC 6749 §4.1.2).
     */
    async find(id) {
      const isRedeeming = isAtTokenEndpoint('authorization_code');
      const graceSeconds = isRedeeming ? settings.codeGraceSeconds : 0;
      const found = await findArtifact(MODEL, id, deps, { graceSeconds, remembered });
      const inFlight = currentInFlight();
      if (inFlight && found?.payload.grantId) inFlight.code = { grantId: found.payload.grantId };
      return found?.payload;
    },

    async consume(id) {
      const isFirst = await store.redeemCode(id, {
        grantId: currentInFlight()?.code?.grantId ?? '',
        rememberedSeconds: remembered,
        graceSeconds: settings.codeGraceSeconds,
      });
      if (!isFirst) throw new errors.InvalidGrant('authorization code already consumed');
    },
  };
}
