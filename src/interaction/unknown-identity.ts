import type { Identity } from '../methods/methods.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey } from './journey.ts';
import { appOf } from './waiting-app.ts';

/**
 * What happens when it is certain who somebody is elsewhere (`provider`, `subject`), and no account here is connected with
 * that. It answers the request; nobody has signed in.
 */
export type WhenUnknown = (journey: Journey, found: { method: string; identity: Identity }) => Promise<void>;

/** The answer in words. Nothing of what the provider says is shown or kept. */
export function createUnknownIdentity({ pages }: Pick<InteractionDeps, 'pages'>): WhenUnknown {
  return async ({ ctx, interaction, client, to }, { method, identity }) => {
    pages.show(
      ctx,
      'interaction/unknown-identity',
      {
        app: appOf(client, interaction.params.redirect_uri),
        method,
        provider: identity.provider,
        otherUrl: to(''),
        cancelAction: to('cancel'),
      },
      { status: 403 },
    );
  };
}
