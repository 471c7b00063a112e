import type { Adapter } from 'oidc-provider';
import { type ArtifactDeps, createArtifactAdapter } from './artifact.ts';
import { currentInFlight } from './current.ts';

/**
 * Opaque access tokens. The library saves one before the refresh token that redeems its code (`code.ts`): it waits until
 * the code is won, so that whoever loses leaves no token behind.
 */
export function createAccessTokenAdapter(deps: ArtifactDeps): Adapter {
  const artifacts = createArtifactAdapter('AccessToken', deps);
  return {
    ...artifacts,
    async upsert(id, payload, expiresIn) {
      const code = currentInFlight()?.code;
      const save = async () => {
        await artifacts.upsert(id, payload, expiresIn);
      };
      if (!code?.isAwaited) return save();
      code.saveAccessToken = save;
    },
  };
}
