import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { AccountDeps, SignedIn } from './account.ts';

/** Records what a person does to their own account. */
export async function recordOwn(
  audit: AccountDeps['audit'],
  ctx: RouteContext,
  { person }: SignedIn,
  event: string,
  about: { clientId?: string; detail?: Record<string, unknown> } = {},
): Promise<void> {
  await audit.record({
    event,
    outcome: 'success',
    actor: { type: 'user', id: person.id },
    userId: person.id,
    ...about,
    request: requestInfo(ctx),
  });
}
