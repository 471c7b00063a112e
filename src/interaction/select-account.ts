import type { SelectedAccount } from '../oidc/oidc.ts';
import { displayName } from '../users/users.ts';
import type { InteractionDeps } from './deps.ts';
import type { Journey } from './journey.ts';
import { submitted } from './proved.ts';
import { resume } from './sign-in.ts';
import { findSignedIn } from './signed-in.ts';
import { appOf } from './waiting-app.ts';

/**
 * With which account: the one that is signed in, or another one, by the form of every "not you?". Both go on in the
 * session that the interaction was begun in; when that has ended or is another person's by then, there is no interaction.
 */
export function createSelectAccountStep({ pages, users }: Pick<InteractionDeps, 'pages' | 'users'>) {
  return {
    async show(journey: Journey): Promise<void> {
      const { ctx, interaction, client, to } = journey;
      const person = await findSignedIn(journey, users);
      // Gone since: the request is judged anew, and asks for a sign-in.
      if (!person) return resume(journey);
      pages.show(ctx, 'interaction/select-account', {
        step: { done: 1, total: client.isBuiltIn ? 1 : 2 },
        action: to('select-account'),
        app: appOf(client, interaction.params.redirect_uri),
        person: { name: displayName(person), email: person.email },
        switchAction: to('switch'),
        cancelAction: to('cancel'),
      });
    },

    /** "Continue as …". What is still missing of this person is asked next, as of anybody who is signed in. */
    async stay(journey: Journey): Promise<void> {
      const { interaction } = journey;
      const { switch: _, ...others } = submitted(interaction);
      const answer: SelectedAccount = {};
      interaction.result = { ...others, select_account: answer };
      await interaction.persist();
      resume(journey);
    },
  };
}
