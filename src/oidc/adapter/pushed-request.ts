import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { interactionToRestart, isProved, pushedAgain } from '../restart.ts';
import { type ArtifactDeps, createArtifactAdapter, findArtifact, rowOf, saveHeld } from './artifact.ts';
import { currentContext } from './every-model.ts';

const MODEL = 'PushedAuthorizationRequest';

/** What an app pushed, and what it would have pushed, had it pushed the request of an interaction (`restart.ts`). */
export function createPushedRequestAdapter(
  deps: ArtifactDeps & { issuer: string; interactions: Pick<Adapter, 'find'> },
): Adapter {
  const { store, issuer, interactions } = deps;
  const findPushed = async (id: string) => (await findArtifact(MODEL, id, deps))?.payload;

  return {
    ...createArtifactAdapter(MODEL, deps),

    async find(id) {
      const uid = interactionToRestart(id);
      if (uid === undefined) return findPushed(id);
      const interaction = await interactions.find(uid);
      if (!interaction || isProved(interaction)) return undefined;
      const { parJti } = interaction as { parJti?: string };
      // The one that the app pushed is spent as well, if it is still there: it is good for one answer.
      const isLeft = parJti !== undefined && (await findPushed(parJti)) !== undefined;
      return pushedAgain(isLeft ? parJti : id, interaction, issuer) as object as AdapterPayload;
    },

    async upsert(id, payload, expiresIn) {
      const row = rowOf(MODEL, id, payload, expiresIn, deps);
      const isAnybodys = currentContext().oidc.client?.clientAuthMethod === 'none';
      await (isAnybodys ? saveHeld(MODEL, id, row, 'p', deps) : store.saveArtifact(MODEL, id, row));
    },

    async consume(id) {
      if (interactionToRestart(id) !== undefined) return;
      if (await store.consumeArtifact(MODEL, id, 0)) return;
      throw new errors.InvalidRequest('request_uri is invalid, expired, or was already used');
    },
  };
}
