import type { Adapter } from 'oidc-provider';
import type { Client } from '../../clients/clients.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';
import type { PersonClaims } from '../claim-sources.ts';
import { TOKEN_EXCHANGE } from '../grant-types/token-exchange.ts';
import {
  clientMetadata,
  type ExchangingHolder,
  holderMetadata,
  introspectionClientMetadata,
} from './client-metadata.ts';
import { isAtTokenEndpoint, refusingAdapter } from './every-model.ts';

export type ClientDeps = {
  clients: { find(id: string): Promise<Client | undefined> };
  resourceServers: { findByIntrospectionId(id: string): Promise<ResourceServer | undefined> };
  /** Which kind of token is exchanged by who names this as the `client_id`; absent: that of no client but those above. */
  kindOfHolder(id: string): string | undefined;
};

export type ClientAdapterDeps = ClientDeps & { personClaims: Pick<PersonClaims, 'isScope'> };

export type ClientFinder = (id: string) => Promise<Client | ResourceServer | ExchangingHolder | undefined>;

/**
 * What a client of the protocol is made of: a client that is not disabled, or a resource server that introspects; and, at a
 * token exchange alone, the holder of what is exchanged. That one is taken as it comes: whether there is such a token is
 * seen with the token itself, so the answer for an id that never was is the same.
 */
export function createClientFinder({ clients, resourceServers, kindOfHolder }: ClientDeps): ClientFinder {
  return async (id) => {
    const exchanges = isAtTokenEndpoint(TOKEN_EXCHANGE) ? kindOfHolder(id) : undefined;
    if (exchanges !== undefined) return { id, exchanges };
    const client = await clients.find(id);
    if (client) return client.disabledAt === undefined ? client : undefined;
    return await resourceServers.findByIntrospectionId(id);
  };
}

/** Clients: read only, each as the library's metadata. */
export function createClientAdapter(deps: ClientAdapterDeps): Adapter {
  const find = createClientFinder(deps);
  return {
    ...refusingAdapter('Client'),
    async find(id) {
      const source = await find(id);
      if (!source) return undefined;
      if ('exchanges' in source) return holderMetadata(source);
      return 'metadata' in source
        ? clientMetadata(source, deps.personClaims.isScope)
        : introspectionClientMetadata(id, source);
    },
  };
}
