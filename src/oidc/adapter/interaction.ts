import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { type ArtifactDeps, createArtifactAdapter, findArtifact, rowOf, saveHeld } from './artifact.ts';
import { currentContext } from './every-model.ts';
import { openedHolder } from './held.ts';
import { inFlightOf } from './in-flight.ts';

const MODEL = 'Interaction';

/** How long a sign-in may take from the moment that its interaction is over until its session is saved. */
const COMPLETING_SECONDS = 60;

/** Sign-ins that are under way: bounded while nobody has proved anything in them, and ended by whoever may end them. */
export function createInteractionAdapter(deps: ArtifactDeps & { issuer: string }): Adapter {
  const { store, clock, held, issuer } = deps;

  return {
    ...createArtifactAdapter(MODEL, deps),

    async find(id) {
      const found = await findArtifact(MODEL, id, deps);
      if (!found) return undefined;
      found.payload.returnTo = `${issuer}/auth/${id}`;
      await noteOpened(id, found.stored?.heldBy, found.payload);
      return found.payload;
    },

    async upsert(id, payload, expiresIn) {
      const userId = proverOf(payload);
      const row = { ...rowOf(MODEL, id, payload, expiresIn, deps), userId };
      if (isWrittenBack(id)) {
        if (await store.updateArtifact(MODEL, id, row)) return;
        throw new errors.SessionNotFound('the interaction was ended meanwhile');
      }
      const isAnybodys = payload.session?.accountId === undefined && userId === undefined;
      await (isAnybodys ? saveHeld(MODEL, id, row, 'u', deps) : store.saveArtifact(MODEL, id, row));
    },

    /** At the resume, before the session is saved: a sign-in that is ended in between is not found by either. */
    async destroy(id) {
      const ctx = currentContext();
      const { result } = (ctx.oidc.entities.Interaction ?? {}) as Pick<AdapterPayload, 'result'>;
      const userId = result?.login?.accountId;
      if (userId === undefined) return store.deleteArtifact(MODEL, id);
      const expiresAt = clock.now() + COMPLETING_SECONDS * 1000;
      if (!(await store.completeSignIn(id, { userId, expiresAt }))) {
        throw new errors.SessionNotFound('the sign-in was ended meanwhile');
      }
      inFlightOf(ctx.req).unfinished.signIn = { id, userId };
    },
  };

  /** Our pages find it outside of a request of the library: the browser is there, and now it lives as long as it says. */
  async function noteOpened(id: string, before: string | undefined, { exp = 0 }: AdapterPayload) {
    const after = openedHolder(before);
    if (before === undefined || after === undefined || Provider.ctx !== undefined) return;
    await store.openArtifact(MODEL, id, { before, after, expiresAt: exp * 1000 });
    await held.keepOpenedWithin(after);
  }
}

/** Whose sign-in this is: who is to be signed in at the resume, or has proved something on the way there. */
function proverOf({ result, lastSubmission }: AdapterPayload): string | undefined {
  const { proved } = (lastSubmission ?? {}) as { proved?: { userId?: string } };
  return result?.login?.accountId ?? proved?.userId;
}

/**
 * Whether this is an interaction that was there before. The library makes one in a request of its own, and tells the
 * request of it only when it is saved; our pages only ever write back what they read.
 */
function isWrittenBack(id: string): boolean {
  return Provider.ctx === undefined || Provider.ctx.oidc.entities.Interaction?.jti === id;
}
