import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { AccountDeps, SignedIn } from './account.ts';

/** Records what a person does to their own account. */
export async function recordOwn(
  audit: Pick<AccountDeps['audit'], 'record'>,
  ctx: RouteContext,
  { person }: Pick<SignedIn, 'person'>,
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

/** The language of a mail: the person's own, else that of the page in front of them. */
export function localeOf(
  ctx: RouteContext,
  { profile }: { profile: Readonly<Record<string, unknown>> },
): string {
  return typeof profile.locale === 'string' ? profile.locale : requestInfo(ctx).locale;
}
