import { type AuditEntry, type EventDefinition, readDetail } from '../../src/audit/audit.ts';

export type RecordedEvent = AuditEntry & { event: string };

/** An audit that keeps what it is told in `events`, under the event's name. Throws for what the catalogue does not say. */
export function recordEvents() {
  const events: RecordedEvent[] = [];
  const record = async (event: EventDefinition, entry: AuditEntry): Promise<void> => {
    const { problems } = readDetail(event, entry.detail);
    if (problems.length > 0) throw new Error(`${event.name}: ${problems.join('; ')}`);
    events.push({ event: event.name, ...entry });
  };
  return { events, audit: { record } };
}
