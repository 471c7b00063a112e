import { z } from 'zod';
import { asOption, type Deed, defineDeed } from '../deeds/deeds.ts';
import { commandUsage } from '../lib/command.ts';
import { defined } from '../lib/defined.ts';
import { nearest } from '../lib/nearest.ts';
import { parseSince } from '../lib/since.ts';
import type { Audit, AuditEvent } from './audit.ts';
import { eventUnknown, subjectUnknown } from './errors.ts';
import { findEvent, listEvents } from './events.ts';

export type AuditDeedsDeps = {
  audit: Pick<Audit, 'list' | 'follow'>;
  /** The id of a person who is named by id or address; of a client, by its id. Nothing for who is not there. */
  findUserId(named: string): Promise<string | undefined>;
  findClientId(id: string): Promise<string | undefined>;
};

const limitError = 'must be from 0 to 10000';

/** What can be done to the audit: look at it. */
export const auditDeeds: readonly Deed<AuditDeedsDeps>[] = [
  defineDeed('audit.tail', {
    summary: 'Shows the last audit events, and with --follow new ones as they happen.',
    input: z.strictObject({
      follow: z
        .boolean()
        .default(false)
        .describe('Keep showing new events until Ctrl-C; with --json one object per line.'),
      limit: z
        .int(limitError)
        .min(0, limitError)
        .max(10_000, limitError)
        .optional()
        .describe('How many past events to show: 20, and with --since up to 10000.'),
      event: z.string().optional().describe('Only this event, or all of a folder: keys.rotated, keys.'),
      user: asOption(z.string().optional(), { value: 'id|email' }).describe('Only events of this person.'),
      client: asOption(z.string().optional(), { value: 'id' }).describe('Only events of this client.'),
      since: asOption(z.string().optional(), { value: 'time' }).describe(
        'Only events from then on: 30m, 24h, 7d, 2026-11-29, 2026-11-29T08:00Z.',
      ),
    }),
    permission: 'audit:read',
    /** Oldest first; nothing more after following. */
    async run(deps: AuditDeedsDeps, { follow, event, user, client, since, ...wish }, _by, { signal, tell }) {
      const { audit } = deps;
      const limit = wish.limit ?? (since === undefined ? 20 : 10_000);
      const filter = defined({
        event: event === undefined ? undefined : knownEvent(event),
        userId: user === undefined ? undefined : await knownId(deps, user, 'user'),
        clientId: client === undefined ? undefined : await knownId(deps, client, 'client'),
        since: since === undefined ? undefined : toTime(since),
      });
      if (!follow) return (await audit.list({ ...filter, limit })).reverse();
      await audit.follow(signal, (each) => tell(toJson(each), toLine(each)), { ...filter, past: limit });
      return undefined;
    },
    show: (events) => events?.map(toJson),
    command: {
      text: (events) => (events ? events.map(toLine).join('\n') || 'No such audit events.' : ''),
    },
  }),
];

/** Of the catalogue, or a folder of it. Else nobody could tell a typing mistake from a quiet night. */
function knownEvent(typed: string): string {
  const names = listEvents().map(({ name }) => name);
  if (findEvent(typed) || names.some((name) => name.startsWith(`${typed}.`))) return typed;
  const folders = names.map((name) => name.split('.', 1)[0] ?? '');
  throw eventUnknown({ guess: nearest(typed, [...names, ...new Set(folders)]) ?? '' });
}

/** The audit outlives accounts and clients: who is gone is known by the events that are left. */
async function knownId(deps: AuditDeedsDeps, typed: string, kind: 'user' | 'client'): Promise<string> {
  const id = await (kind === 'user' ? deps.findUserId(typed) : deps.findClientId(typed));
  if (id !== undefined) return id;
  const filter = kind === 'user' ? { userId: typed } : { clientId: typed };
  if ((await deps.audit.list({ ...filter, limit: 1 })).length > 0) return typed;
  throw subjectUnknown({ kind });
}

function toTime(typed: string): number {
  const at = parseSince(typed, Date.now());
  if (at === undefined)
    throw commandUsage({ sentence: '--since is a time like 24h, 7d, 2026-11-29 or 2026-11-29T08:00Z.' });
  return at;
}

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
