import type { Adapter } from 'oidc-provider';
import type { OidcConfig } from '../config.ts';
import { createAccessTokenAdapter } from './access-token.ts';
import { type ArtifactDeps, createArtifactAdapter } from './artifact.ts';
import { type ClientAdapterDeps, createClientAdapter } from './client.ts';
import { createCodeAdapter } from './code.ts';
import { createGrantAdapter, type GrantDeps } from './grant.ts';
import { createInteractionAdapter } from './interaction.ts';
import { createPushedRequestAdapter } from './pushed-request.ts';
import { createRefreshTokenAdapter, type RefreshTokenDeps } from './refresh-token.ts';
import { createSessionAdapter, type SessionDeps } from './session.ts';

export type AdapterDeps = ArtifactDeps &
  ClientAdapterDeps &
  GrantDeps &
  RefreshTokenDeps &
  SessionDeps & { issuer: string; settings: OidcConfig };

/**
 * The storage of oidc-provider, one adapter for each of its models. The library hands over the token itself as the id,
 * checks and consumes in separate steps, and treats an honest retry like a thief; what is done about each is in the
 * model's file. What one of them tells another within a request is in `in-flight.ts`.
 */
export function createAdapterFactory(deps: AdapterDeps): (model: string) => Adapter {
  const interactions = createInteractionAdapter(deps);
  return (model) => {
    switch (model) {
      case 'Client':
        return createClientAdapter(deps);
      case 'Session':
        return createSessionAdapter(deps);
      case 'Grant':
        return createGrantAdapter(deps);
      case 'AccessToken':
        return createAccessTokenAdapter(deps);
      case 'AuthorizationCode':
        return createCodeAdapter(deps);
      case 'RefreshToken':
        return createRefreshTokenAdapter(deps);
      case 'Interaction':
        return interactions;
      case 'PushedAuthorizationRequest':
        return createPushedRequestAdapter({ ...deps, interactions });
      default:
        return createArtifactAdapter(model, deps);
    }
  };
}
