import { type Client, defaultSettings } from './registration.ts';

/** The client through which a person signs in to `/account`: the same journey as any app's. */
export const ACCOUNT_CLIENT_ID = 'gatehouse-account';

/** It has no row and no secret (PKCE and our own redirect URI bind it), and no command shows or changes it. */
export function builtInAccountClient(issuer: string, brandName = 'Gatehouse'): Client {
  return {
    id: ACCOUNT_CLIENT_ID,
    name: brandName,
    type: 'web',
    isBuiltIn: true,
    metadata: {
      redirect_uris: [`${issuer}/account/callback`],
      post_logout_redirect_uris: [`${issuer}/account/signed-out`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid profile email',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
      application_type: 'web',
    },
    settings: { ...defaultSettings(), firstParty: true },
    secretHashes: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
}

/** Whose the tokens of people's API keys are; a service's are its own client's. */
export const API_KEYS_CLIENT_ID = 'gatehouse-api-keys';

/**
 * It has no row, and nobody can be it: it says that it authenticates with a secret, and has none. Else whoever holds such
 * a token could ask in its name what we know of it.
 */
export function builtInApiKeysClient(): Client {
  return {
    id: API_KEYS_CLIENT_ID,
    name: 'API keys',
    type: 'service',
    isBuiltIn: true,
    metadata: {
      redirect_uris: [],
      post_logout_redirect_uris: [],
      grant_types: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
      application_type: 'web',
    },
    settings: defaultSettings(),
    secretHashes: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
}
