import type { Identity } from '../methods/methods.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey } from './journey.ts';
import { appOf } from './waiting-app.ts';

/**
 * What happens when it is certain who somebody is elsewhere (`provider`, `subject`), and no account here is connected with
 * that. It answers the request; nobody has signed in.
 */
export type WhenUnknown = (journey: Journey, found: { method: string; identity: Identity }) => Promise<void>;

/**
 * An address whose mail was answered becomes an account. Of any other identity the answer in words; nothing of what the
 * provider says is shown or kept.
 */
export function createUnknownIdentity({
  pages,
  methods,
  registerProved,
}: Pick<InteractionDeps, 'pages' | 'methods' | 'registerProved'>): WhenUnknown {
  return async ({ ctx, interaction, client, to }, { method, identity }) => {
    if (methods.find(method)?.kind === 'mailbox') {
      const { app } = ctx.query;
      return registerProved(ctx, {
        email: identity.subject,
        ...(typeof app === 'string' ? { from: { uid: interaction.uid, app } } : {}),
        remember: ctx.state.form?.remember !== undefined,
      });
    }
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
