import type { Adapter } from 'oidc-provider';
import type { Client } from '../../clients/clients.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';
import type { PersonClaims } from '../claim-sources.ts';
import { clientMetadata, introspectionClientMetadata } from './client-metadata.ts';
import { refusingAdapter } from './every-model.ts';

export type ClientDeps = {
  clients: { find(id: string): Promise<Client | undefined> };
  resourceServers: { findByIntrospectionId(id: string): Promise<ResourceServer | undefined> };
};

export type ClientAdapterDeps = ClientDeps & { personClaims: Pick<PersonClaims, 'isScope'> };

export type ClientFinder = (id: string) => Promise<Client | ResourceServer | undefined>;

/** What a client of the protocol is made of: a client that is not disabled, or a resource server that introspects. */
export function createClientFinder({ clients, resourceServers }: ClientDeps): ClientFinder {
  return async (id) => {
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
      return 'metadata' in source
        ? clientMetadata(source, deps.personClaims.isScope)
        : introspectionClientMetadata(id, source);
    },
  };
}
