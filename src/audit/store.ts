import type { Database } from '../database/database.ts';
import { isForeignKeyViolation } from '../database/errors.ts';
import type { Actor } from '../lib/actor.ts';
import type { Changes } from '../lib/changes.ts';

export type Outcome = 'success' | 'refused' | 'failed';

export type AuditEvent = {
  id: `evt_${string}`;
  /** Milliseconds since the epoch. */
  at: number;
  event: string;
  outcome: Outcome;
  /** Those that were stored before actors had ids may have none. */
  actor: Pick<Actor, 'type'> & Partial<Actor>;
  userId?: string;
  clientId?: string;
  network?: string;
  /** As people know it: "Firefox · Linux". */
  browser?: string;
  knownBrowserHash?: string;
  /** The id of the request, as the log and the error page have it. */
  referenceId?: string;
  detail: Record<string, unknown>;
};

const COLUMNS = [
  'id',
  'at',
  'event',
  'outcome',
  'actor_type',
  'actor_id',
  'user_id',
  'client_id',
  'network',
  'browser',
  'device_hash',
  'reference_id',
  'detail',
] as const;

const INSERT = `insert into audit_events (${COLUMNS.join(', ')})
  values (${COLUMNS.map(() => '?').join(', ')}) returning id`;

type Row = {
  id: `evt_${string}`;
  at: number;
  event: string;
  outcome: AuditEvent['outcome'];
  actor_type: Exclude<AuditEvent['actor']['type'], 'person'> | 'user';
  actor_id: string | null;
  user_id: string | null;
  client_id: string | null;
  network: string | null;
  browser: string | null;
  device_hash: string | null;
  reference_id: string | null;
  detail: string;
};

/** With what is told beside it, as long as the person is there. */
type FoundRow = Row & { told: string | null };
const TOLD = '(select told from audit_personal where event_id = audit_events.id) as told';

export type AuditFilter = {
  /** An event or a folder, and all names under which what is meant is stored. */
  event?: { name: string; stored: readonly string[] } | undefined;
  userId?: string | undefined;
  clientId?: string | undefined;
  /** Milliseconds since the epoch. */
  since?: number | undefined;
  limit: number;
};

/** Events of one kind: the last one, in what they differ, and how many there were. */
export type Repeated = { last: AuditEvent; lines: readonly string[]; count: number };

/** Characters; what differs after that is counted. */
const MOST_TOLD = 4000;

export function createAuditStore(db: Database) {
  const filtered = ({ event, userId, clientId, since, limit }: AuditFilter) => {
    const query = db('audit_events').select(COLUMNS).select(db.knex.raw(TOLD)).limit(limit);
    // `keys` finds `keys.rotated` as well: the folder is the first word of each event.
    if (event) {
      const places = event.stored.map(() => '?').join(', ');
      const pattern = `${escapeLike(event.name)}.%`;
      query.whereRaw(`(event in (${places}) or event like ? escape '!')`, [...event.stored, pattern]);
    }
    if (userId) query.where({ user_id: userId });
    if (clientId) query.where({ client_id: clientId });
    if (since !== undefined) query.where('at', '>=', since);
    return query;
  };

  return {
    async insert(event: AuditEvent): Promise<void> {
      const row = toRow(event);
      await db.hot(
        INSERT,
        COLUMNS.map((column) => row[column]),
      );
    },

    /** What names the person of an event. Nothing is written, and nothing fails, when that person is gone. */
    async insertPersonal(eventId: string, userId: string, told: Changes): Promise<void> {
      try {
        await db('audit_personal').insert({
          event_id: eventId,
          user_id: userId,
          told: JSON.stringify(told),
        });
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error;
      }
    },

    /**
     * Counts an event of which there may be many. One statement, whatever was there before, so that nothing about a
     * person can be learned from how long it takes. `line`: in what it differs from the others; each is kept once.
     */
    async countRepeated(id: string, event: AuditEvent, line: string): Promise<void> {
      await db.hot(
        `insert into audit_repeated (id, event, told, count, due_at) values (?, ?, ?, 1, ?)
          on conflict (id) do update set event = excluded.event, count = audit_repeated.count + 1,
            told = case when audit_repeated.told like ? or length(audit_repeated.told) > ${MOST_TOLD}
              then audit_repeated.told else audit_repeated.told || excluded.told end
          returning id`,
        [id, JSON.stringify(event), `${line}\n`, event.at, `%${line}%`],
      );
    },

    /** Writes what is due; the next one is due `pauseMs` later. Both or neither, whoever is killed. */
    async writeRepeated(
      id: string,
      { now, pauseMs, merge }: { now: number; pauseMs: number; merge: (repeated: Repeated) => AuditEvent },
    ): Promise<void> {
      await db.transaction(async (inside) => {
        const [row] = await inside.raw<{ event: string; written_told: string; written: number }>(
          `update audit_repeated set written = count, count = 0, written_told = told, told = '', due_at = ?
            where id = ? and due_at <= ? and count > 0 returning event, written_told, written`,
          [now + pauseMs, id, now],
        );
        if (!row) return;
        const lines = row.written_told.split('\n').slice(0, -1);
        const last = JSON.parse(row.event) as AuditEvent;
        await createAuditStore(inside).insert(merge({ last, lines, count: Number(row.written) }));
      });
    },

    async listDueRepeated(now: number, limit: number): Promise<string[]> {
      const rows: { id: string }[] = await db('audit_repeated')
        .where('due_at', '<=', now)
        // Written out: with a parameter the index of what waits would not be taken.
        .whereRaw('count > 0')
        .orderBy('due_at')
        .limit(limit)
        .select('id');
      return rows.map(({ id }) => id);
    },

    /** Newest first; `after` is the last event of the page before. */
    async list(filter: AuditFilter & { after?: string | undefined }): Promise<AuditEvent[]> {
      const query = filtered(filter).orderBy([
        { column: 'at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ]);
      if (filter.after) {
        const last = db('audit_events').where({ id: filter.after });
        query.whereRaw('(at, id) < (?, ?)', [last.clone().select('at'), filter.after]);
      }
      const rows: FoundRow[] = await query;
      return rows.map(toEvent);
    },

    /** Oldest first, from a time on, after one event of that time. */
    async listFrom(filter: AuditFilter & { at: number; id: string }): Promise<AuditEvent[]> {
      const rows: FoundRow[] = await filtered(filter)
        .whereRaw('(at, id) > (?, ?)', [filter.at, filter.id])
        .orderBy(['at', 'id']);
      return rows.map(toEvent);
    },
  };
}

function toRow(event: AuditEvent): Row {
  return {
    id: event.id,
    at: event.at,
    event: event.event,
    outcome: event.outcome,
    // A person is called `user` in this column since the first release.
    actor_type: event.actor.type === 'person' ? 'user' : event.actor.type,
    actor_id: event.actor.id ?? null,
    user_id: event.userId ?? null,
    client_id: event.clientId ?? null,
    network: event.network ?? null,
    browser: event.browser ?? null,
    device_hash: event.knownBrowserHash ?? null,
    reference_id: event.referenceId ?? null,
    detail: JSON.stringify(event.detail),
  };
}

function toEvent(row: FoundRow): AuditEvent {
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    actor: {
      type: row.actor_type === 'user' ? 'person' : row.actor_type,
      ...(row.actor_id === null ? {} : { id: row.actor_id }),
    },
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    ...(row.client_id === null ? {} : { clientId: row.client_id }),
    ...(row.network === null ? {} : { network: row.network }),
    ...(row.browser === null ? {} : { browser: row.browser }),
    ...(row.device_hash === null ? {} : { knownBrowserHash: row.device_hash }),
    ...(row.reference_id === null ? {} : { referenceId: row.reference_id }),
    detail: withPersonal(JSON.parse(row.detail), row.told),
  };
}

/** The values in the place of the words that stand for them. */
function withPersonal(detail: Record<string, unknown>, told: string | null): Record<string, unknown> {
  if (told === null) return detail;
  const { before, after } = JSON.parse(told) as Changes;
  return {
    ...detail,
    before: { ...(detail.before as object), ...before },
    after: { ...(detail.after as object), ...after },
  };
}

/** `_` is a wildcard of LIKE, and a letter of our events. */
function escapeLike(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
