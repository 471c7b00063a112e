import type { AdapterPayload } from 'oidc-provider';
import { adapterMetadata, type Client, type ClientSettings, defaultSettings } from '../../clients/clients.ts';
import { defined } from '../../lib/defined.ts';
import type { ResourceServer } from '../../resource-servers/resource-servers.ts';
import type { PersonClaims } from '../claim-sources.ts';
import { TOKEN_EXCHANGE } from '../grant-types/token-exchange.ts';

/** What our own code reads from oidc-provider's Client, as `client.gatehouse`. */
export type SettingsOfClient = ClientSettings & {
  isBuiltIn: boolean;
  /** When its first code was redeemed with PKCE. */
  pkceSince?: number;
  /** Every scope that the client may ask; absent: all. The library's own `scope` knows those about the person only. */
  scope?: string;
  /** Set when this is no client but a resource server that introspects: what of it is told by its tokens. */
  introspects?: Pick<ResourceServer, 'id' | 'audience' | 'scopes' | 'roles' | 'rolesClaim'>;
  /** Set when this is no client but the holder of a token who exchanges it: the kind of that token. */
  exchanges?: string;
};

/** Who exchanges a token and is no registered client, under the id that the request names. */
export type ExchangingHolder = { id: string; exchanges: string };

/**
 * A client as oidc-provider's metadata (OIDC Registration §2), with our settings under `gatehouse`. `isScope`: whether the
 * library knows a scope, as it does not know those of APIs.
 */
export function clientMetadata(client: Client, isScope: PersonClaims['isScope']): AdapterPayload {
  const metadata = adapterMetadata(client, { isKnownScope: isScope });
  const { scope, redirect_uris } = client.metadata;
  const hasStandard = scope?.split(' ').some(isScope);
  return {
    ...metadata,
    // The library must be given one that it knows; this one, which few ask for, is narrowed away like all others.
    ...(hasStandard === false ? { scope: 'offline_access' } : {}),
    gatehouse: { ...(metadata.gatehouse as object), ...defined({ scope }) },
    // Our own account pages ask for no code: the session is what they need. It has no secret and nobody is asked for
    // consent, so it must be able to do nothing more.
    ...(client.isBuiltIn
      ? { response_types: redirect_uris.length > 0 ? ['none'] : [], grant_types: [] }
      : {}),
  };
}

/** A holder, as a client that has no secret and can exchange what it brings, and nothing else. */
export function holderMetadata({ id, exchanges }: ExchangingHolder): AdapterPayload {
  const gatehouse: SettingsOfClient = { ...defaultSettings(), isBuiltIn: false, exchanges };
  return {
    client_id: id,
    redirect_uris: [],
    response_types: [],
    grant_types: [TOKEN_EXCHANGE],
    token_endpoint_auth_method: 'none',
    gatehouse,
  };
}

/** A resource server's introspection credentials, as a client that can do nothing else (RFC 7662 §2.1). */
export function introspectionClientMetadata(id: string, resourceServer: ResourceServer): AdapterPayload {
  const gatehouse: SettingsOfClient = {
    ...defaultSettings(),
    isBuiltIn: false,
    introspects: {
      id: resourceServer.id,
      audience: resourceServer.audience,
      scopes: resourceServer.scopes,
      roles: resourceServer.roles,
      rolesClaim: resourceServer.rolesClaim,
    },
  };
  return {
    client_id: id,
    client_name: resourceServer.name ?? resourceServer.identifier,
    redirect_uris: [],
    response_types: [],
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: `sha256:${(resourceServer.introspection?.secretHashes ?? []).join(',')}`,
    gatehouse,
  };
}
