import { z } from 'zod';
import { type Deed, defineDeed } from '../deeds/deeds.ts';
import { defined } from '../lib/defined.ts';
import type { Audit, AuditEvent } from './audit.ts';

export type AuditDeedsDeps = { audit: Pick<Audit, 'list' | 'follow'> };

const limitError = 'must be from 0 to 10000';

/** What can be done to the audit: look at it. */
export const auditDeeds: readonly Deed<AuditDeedsDeps>[] = [
  defineDeed('audit.tail', {
    summary: 'Shows the last audit events, and with --follow those that come.',
    input: z.strictObject({
      follow: z.boolean().default(false).describe('Go on until Ctrl-C; with --json one object a line.'),
      limit: z
        .int(limitError)
        .min(0, limitError)
        .max(10_000, limitError)
        .default(20)
        .describe('How many past events to show.'),
      event: z.string().optional().describe('Only this event, or all of a folder: keys.rotated, keys.'),
      user: z.string().optional().describe('Only events of this person (usr_…).'),
    }),
    permission: 'audit:read',
    /** Oldest first; nothing more after following. */
    async run({ audit }: AuditDeedsDeps, { follow, limit, event, user }, _by, { signal, tell }) {
      const filter = defined({ event, userId: user });
      if (!follow) return (await audit.list({ ...filter, limit })).reverse();
      await audit.follow(signal, (each) => tell(toJson(each), toLine(each)), { ...filter, past: limit });
      return undefined;
    },
    show: (events) => events?.map(toJson),
    command: {
      text: (events) => (events ? events.map(toLine).join('\n') || 'No audit events yet.' : ''),
    },
  }),
];

function toJson(event: AuditEvent): Record<string, unknown> {
  return { ...event, at: new Date(event.at).toISOString() };
}

function toLine(event: AuditEvent): string {
  const { type, id } = event.actor;
  const about = [
    event.userId && event.userId !== id ? `user ${event.userId}` : '',
    event.clientId && event.clientId !== id ? `client ${event.clientId}` : '',
    event.network ? `from ${event.network}` : '',
    event.referenceId ? `reference ${event.referenceId}` : '',
    Object.keys(event.detail).length > 0 ? JSON.stringify(event.detail) : '',
  ];
  const when = new Date(event.at).toISOString();
  const who = id ? `${type} ${id}` : type;
  return [`${when}  ${event.event}  ${event.outcome}  ${who}`, ...about.filter((part) => part !== '')].join(
    '  ',
  );
}
