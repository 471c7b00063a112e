import type { Command, CommandAnswer, CommandInput } from '../lib/command.ts';
import type { Audit, AuditEvent } from './audit.ts';

/** `audit tail`: the last events, oldest first, and with `--follow` those that come. */
export function createAuditCommands({ audit }: { audit: Pick<Audit, 'list' | 'follow'> }): Command[] {
  return [
    {
      name: 'audit tail',
      summary: 'Shows the last audit events, and with --follow those that come.',
      options: {
        follow: { type: 'flag', help: 'Go on until Ctrl-C; with --json one object a line' },
        limit: { type: 'number', help: 'How many past events to show (20)' },
        event: { type: 'text', help: 'Only this event, or all of a folder: keys.rotated, keys' },
        user: { type: 'text', help: 'Only events of this person (usr_…)' },
      },
      run: (input) => tail(audit, input),
    },
  ];
}

async function tail(audit: Pick<Audit, 'list' | 'follow'>, input: CommandInput): Promise<CommandAnswer> {
  const { follow, limit, event, user } = input.values;
  const filter = {
    ...(typeof event === 'string' ? { event } : {}),
    ...(typeof user === 'string' ? { userId: user } : {}),
  };
  const past = typeof limit === 'number' ? limit : 20;
  if (follow) {
    const write = (each: AuditEvent) =>
      input.write(input.isJson ? JSON.stringify(toJson(each)) : toLine(each));
    await audit.follow(input.signal, write, { ...filter, past });
    return { json: undefined, text: '' };
  }
  const events = (await audit.list({ ...filter, limit: past })).reverse();
  return { json: events.map(toJson), text: events.map(toLine).join('\n') || 'No audit events yet.' };
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
