import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clients } from '../clients/clients.ts';
import { settingsOf } from './grants.ts';

export type PkceRatchetDeps = {
  clients: Pick<Clients, 'notePkce'>;
  logger: { error(fields: object, message: string): void };
};

/**
 * RFC 9700 §2.1.1 wants PKCE of every client that can do it. Which can is seen: a client that authenticates (others use
 * it always) has redeemed a code with its verifier, and from then on a request without a challenge is not from it.
 */
export function createPkceRatchet({ clients, logger }: PkceRatchetDeps) {
  return {
    /** Looks at an answered token request. One that could not be noted is told by the next code. */
    async note({ oidc, status }: KoaContextWithOIDC): Promise<void> {
      const { client, entities } = oidc;
      if (status !== 200 || !client || entities.AuthorizationCode?.codeChallenge === undefined) return;
      if (settingsOf(client).pkceSince !== undefined || client.clientAuthMethod === 'none') return;
      await clients.notePkce(client.clientId).catch((error: unknown) => {
        logger.error({ err: error, client: { id: client.clientId } }, 'its PKCE could not be noted');
      });
    },
  };
}
