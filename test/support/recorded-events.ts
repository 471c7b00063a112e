import type { AuditEntry, EventDefinition } from '../../src/audit/audit.ts';

export type RecordedEvent = AuditEntry & { event: string };

/** An audit that keeps what it is told in `events`, under the event's name. */
export function recordEvents() {
  const events: RecordedEvent[] = [];
  const record = async ({ name }: EventDefinition, entry: AuditEntry): Promise<void> =>
    void events.push({ event: name, ...entry });
  return { events, audit: { record } };
}
