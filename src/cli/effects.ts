import type { Clients } from '../clients/clients.ts';
import type { Keys } from '../keys/keys.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';

/** Clients for the commands: their algorithm has keys from now on, and a deleted one leaves no grant behind. */
export function createClientEffects(
  clients: Clients,
  { keys, endGrants }: { keys: Pick<Keys, 'ensure'>; endGrants(clientId: string): Promise<void> },
): Clients {
  return {
    ...clients,
    async create(...input) {
      const made = await clients.create(...input);
      await keys.ensure(made.client.metadata.id_token_signed_response_alg);
      return made;
    },
    async update(...input) {
      const client = await clients.update(...input);
      await keys.ensure(client.metadata.id_token_signed_response_alg);
      return client;
    },
    async delete(...input) {
      await clients.delete(...input);
      await endGrants(input[0]);
    },
  };
}

/** Resource servers for the commands: their algorithm has keys from now on. */
export function createResourceServerEffects(
  resourceServers: ResourceServers,
  { keys }: { keys: Pick<Keys, 'ensure'> },
): ResourceServers {
  return {
    ...resourceServers,
    async create(...input) {
      const made = await resourceServers.create(...input);
      await keys.ensure(made.resourceServer.signingAlg);
      return made;
    },
    async update(...input) {
      const resourceServer = await resourceServers.update(...input);
      await keys.ensure(resourceServer.signingAlg);
      return resourceServer;
    },
  };
}
