import type { AuditEntry, EventData, EventDefinition } from '../audit/audit.ts';
import { requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { AccountDeps, SignedIn } from './deps.ts';

/** Records what a person does to their own account. */
export async function recordOwn<Data extends EventData>(
  audit: Pick<AccountDeps['audit'], 'record'>,
  ctx: RouteContext,
  { person }: Pick<SignedIn, 'person'>,
  event: EventDefinition<Data>,
  ...[about]: Record<never, never> extends Data
    ? [about?: { clientId?: string; detail?: Data }]
    : [about: { clientId?: string; detail: Data }]
): Promise<void> {
  await audit.record(event, {
    outcome: 'success',
    actor: { type: 'person', id: person.id },
    userId: person.id,
    ...about,
    request: requestInfo(ctx),
  } as AuditEntry<Data>);
}
