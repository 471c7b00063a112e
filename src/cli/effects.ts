import type { Clients } from '../clients/clients.ts';
import type { Keys } from '../keys/keys.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';

/** Clients for the commands: their algorithm has keys from now on, and a disabled or deleted one has no grant. */
export function createClientEffects(
  clients: Clients,
  {
    keys,
    end,
  }: {
    keys: Pick<Keys, 'ensure'>;
    /** Ends what people have open at this client (`access/ends.ts`). */
    end(clientId: string, cause: 'client_disabled' | 'client_deleted'): Promise<unknown>;
  },
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
    async disable(...input) {
      const client = await clients.disable(...input);
      await end(input[0], 'client_disabled');
      return client;
    },
    async enable(...input) {
      // Once more: enabling brings nothing back, not even what was under way when it was disabled.
      await end(input[0], 'client_disabled');
      return clients.enable(...input);
    },
    async delete(...input) {
      await clients.delete(...input);
      await end(input[0], 'client_deleted');
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
