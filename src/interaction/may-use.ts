import { requestInfo } from '../http/request.ts';
import { defined } from '../lib/defined.ts';
import { isLetIn } from '../roles/roles.ts';
import { displayName } from '../users/users.ts';
import type { InteractionDeps } from './deps.ts';
import { appRefused } from './events.ts';
import type { Journey } from './journey.ts';
import { resume } from './sign-in.ts';
import { findSignedIn } from './signed-in.ts';
import { appOf } from './waiting-app.ts';

/** For who may not use the app: another account, or back to it. Nothing else can be done here. */
export function createMayUseStep({
  pages,
  users,
  roles,
  audit,
}: Pick<InteractionDeps, 'pages' | 'users' | 'roles' | 'audit'>) {
  return {
    async show(journey: Journey): Promise<void> {
      const { ctx, interaction, client, to } = journey;
      const person = await findSignedIn(journey, users);
      // Gone since: the request is judged anew, and asks for a sign-in.
      if (!person) return resume(journey);
      const why = interaction.prompt.reasons.includes('app_refused') ? 'app' : 'scopes';
      // Whoever was asked has given the role meanwhile: a reload goes on.
      const read = () => roles.read({ userId: person.id });
      if (why === 'app' && (await isLetIn(client.settings?.allowedRoles, read))) return resume(journey);
      await audit.record(appRefused, {
        outcome: 'refused',
        actor: { type: 'person', id: person.id },
        userId: person.id,
        clientId: client.id,
        detail: { why },
        request: requestInfo(ctx),
      });
      pages.show(
        ctx,
        'interaction/may-use',
        {
          app: appOf(client, interaction.params.redirect_uri),
          person: { name: displayName(person), email: person.email },
          why,
          ...defined({ contact: client.metadata.contacts?.[0] }),
          switchAction: to('switch'),
          cancelAction: to('cancel'),
        },
        { status: 403 },
      );
    },
  };
}
