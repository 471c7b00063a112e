import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { type Actor, SYSTEM } from '../lib/actor.ts';
import { browserName } from '../lib/browser-name.ts';
import type { Changes } from '../lib/changes.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createId } from '../lib/ids.ts';
import type { Job } from '../lib/job.ts';
import type { RequestInfo } from '../lib/request-info.ts';
import { sha256 } from '../lib/secret.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { redact } from '../observability/redact.ts';
import { asToday, type EventData, type EventDefinition, readDetail, storedNames } from './events.ts';
import { type AuditEvent, createAuditStore, type Outcome, type Repeated } from './store.ts';

export type { Actor, ChangedBy } from '../lib/actor.ts';
export { CHANGES, defineEvent, defineEventOfEach, findEvent, listEvents, readDetail } from './events.ts';
export type { AuditEvent, Outcome } from './store.ts';
export type { EventData, EventDefinition };

/** What a caller tells of an event of the catalogue (`defineEvent`). `detail` is what the event's `data` says. */
export type AuditEntry<Data extends EventData = EventData> = AboutEvent &
  (Record<never, never> extends Data ? { detail?: Data } : { detail: Data });

type AboutEvent = {
  outcome: Outcome;
  /** The person or client named in the entry unless said; the system when none is. */
  actor?: Actor;
  userId?: string;
  clientId?: string;
  request?: RequestInfo;
  /** Where it came from, of what no request of ours brought: somebody else's server has told us of it. */
  network?: string;
  /**
   * What changed of what the person of `userId` is known by, by its values; `detail` says of the same that it was set or
   * replaced. It is kept beside the event, shown as part of it, and gone with the person.
   */
  personal?: Changes;
  /**
   * Nobody who is signed in, or has proved anything, stands behind it: anybody can cause it as often as they like. Such
   * events of one kind (event, client, network) are one a minute, whomever they name: else it would show in the time
   * that an answer takes whether there is such a person.
   */
  isAnonymous?: boolean;
};

/** `since`: milliseconds since the epoch. */
export type AuditQuery = {
  event?: string;
  userId?: string;
  clientId?: string;
  since?: number;
  limit?: number;
  after?: string;
};

export type AuditDeps = {
  db: Database;
  clock: Clock;
  config: { audit: { retentionSeconds: number } };
  logger?: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  metrics?: Pick<Metrics, 'count'>;
  /** How often `follow` looks. Tests look more often. */
  pollMs?: number;
};

export type Audit = ReturnType<typeof createAudit>;

/**
 * Who did what, when, from where, and how it ended. Append-only (the table refuses changes). Recording is part of the
 * deed: when it cannot be written, `record` throws `database.away`, and the caller's answer is not given either.
 */
export function createAudit({ db, clock, config, logger, metrics, pollMs = 500 }: AuditDeps) {
  const store = createAuditStore(db);

  return {
    /** Its rows that run out. */
    sweeps: [sweptAudit(config.audit), sweptRepeated],
    jobs: [
      {
        everyMs: 5_000,
        run: writeRepeated,
        failure: 'What was repeated could not be written to the audit',
      },
    ] satisfies Job[],

    /**
     * What is written is `detail` as the event's `data` reads it, and nothing that the catalogue does not name. A deed does
     * not fail by what it tells: what cannot be read is written as it is, and the log says so, at which the tests fail.
     */
    async record<Data extends EventData>(
      defined: EventDefinition<Data>,
      entry: AuditEntry<Data>,
    ): Promise<void> {
      const { detail, problems } = readDetail(defined, entry.detail);
      if (problems.length > 0) logger?.error({ audit: { event: defined.name, problems } }, NOT_AS_DECLARED);
      const event = toEvent(defined.name, { ...entry, detail }, clock.now());
      if (entry.isAnonymous) await store.countRepeated(repeatedId(event), event, lineOf(event));
      else await store.insert(event);
      if (entry.personal && event.userId !== undefined)
        await store.insertPersonal(event.id, event.userId, redact(entry.personal) as Changes);
      metrics?.count('gatehouse_audit_events_total', { event: event.event, outcome: event.outcome });
      logger?.info(
        {
          audit: { id: event.id, outcome: event.outcome, actor: event.actor },
          ...(event.referenceId ? { request: { id: event.referenceId } } : {}),
          ...(event.userId ? { user: { id: event.userId } } : {}),
          ...(event.clientId ? { client: { id: event.clientId } } : {}),
        },
        `${event.event} (${event.outcome})`,
      );
    },

    writeRepeated,

    /**
     * Newest first, 100 unless said. `after`: the last event of the page before. `event`: its name, or its folder. An
     * event that is stored under an older name is found by both names, and told under the one of today.
     */
    async list({ limit = 100, event, ...filter }: AuditQuery = {}): Promise<AuditEvent[]> {
      await writeRepeated();
      return (await store.list({ ...filter, ...namesOf(event), limit })).map(asToday);
    },

    /**
     * Calls `onEvent` for the last `past` events and then for each one that comes, until the signal: each one once,
     * nearly in the order of their times.
     */
    async follow(
      signal: AbortSignal,
      onEvent: (event: AuditEvent) => void,
      {
        past = 0,
        since,
        event: name,
        ...whose
      }: Pick<AuditQuery, 'event' | 'userId' | 'clientId' | 'since'> & { past?: number } = {},
    ): Promise<void> {
      const filter = { ...whose, ...namesOf(name) };
      const seen = new Map<string, number>();
      const startedAt = clock.now();
      // What is there already is not news, also when its time is a little ahead of ours.
      for (const event of await fetchFrom(startedAt - LATE_MS)) seen.set(event.id, event.at);
      const shown =
        past > 0 ? (await store.list({ ...filter, ...defined({ since }), limit: past })).map(asToday) : [];
      for (const event of shown.reverse()) {
        seen.set(event.id, event.at);
        onEvent(event);
      }
      let newest = startedAt;
      while (!signal.aborted) {
        await delay(pollMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
        await writeRepeated();
        for (const event of await fetchFrom(newest - LATE_MS)) {
          if (seen.has(event.id)) continue;
          seen.set(event.id, event.at);
          newest = Math.max(newest, event.at);
          onEvent(event);
        }
        for (const [id, at] of seen) if (at < newest - LATE_MS) seen.delete(id);
      }

      async function fetchFrom(from: number): Promise<AuditEvent[]> {
        const events: AuditEvent[] = [];
        let [at, id] = [from, ''];
        while (true) {
          const page = await store.listFrom({ ...filter, at, id, limit: PAGE });
          events.push(...page.map(asToday));
          const last = page.at(-1);
          if (!last || page.length < PAGE) return events;
          [at, id] = [last.at, last.id];
        }
      }
    },
  };

  /**
   * Writes what anonymous requests caused: the first one of a kind at once, then one event a minute for all, with their
   * `count`. Any node may, whenever it likes; each is written once, and what nobody wrote any more is written after the
   * next start.
   */
  async function writeRepeated(): Promise<void> {
    while (true) {
      const now = clock.now();
      const due = await store.listDueRepeated(now, PAGE);
      const merge = (repeated: Repeated) => merged(repeated, now);
      for (const id of due) await store.writeRepeated(id, { now, pauseMs: REPEATED_MS, merge });
      if (due.length < PAGE) return;
    }
  }
}

/** What was not repeated for a minute after it was written. */
const sweptRepeated: SweptTable = {
  name: 'audit_repeated',
  key: 'id',
  expiresAt: 'due_at',
  unless: 'count > 0',
};

/** Events older than the retention. */
function sweptAudit(config: { retentionSeconds: number }): SweptTable {
  return { name: 'audit_events', key: 'id', expiresAt: 'at', keepSeconds: config.retentionSeconds };
}

/** One event of a kind in this time. */
const REPEATED_MS = 60_000;

function repeatedId({ event, clientId = '', network = '' }: AuditEvent): string {
  return sha256(JSON.stringify([event, clientId, network]));
}

/** What tells one from others of its kind: of whom, and why. */
function lineOf({ userId, detail }: AuditEvent): string {
  return JSON.stringify({ ...defined({ userId }), ...detail });
}

/** As of the last one, or as late as who follows the events would not miss it. */
function merged({ last, lines, count }: Repeated, now: number): AuditEvent {
  const at = Math.max(last.at, now - LATE_MS / 2);
  if (count === 1) return { ...last, at };
  if (lines.length <= 1) return { ...last, at, detail: { ...last.detail, count } };
  const { userId: _userId, knownBrowserHash: _knownBrowserHash, browser: _browser, ...event } = last;
  const each = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const { clientId } = event;
  const actor = clientId === undefined ? SYSTEM.actor : ({ type: 'client', id: clientId } as const);
  return { ...event, actor, at, detail: { count, each } };
}

/** What the log says of an event that tells something else than its `data`. */
export const NOT_AS_DECLARED = 'An audit event does not tell what the catalogue says of it';

/** An event may become visible this much later than its own time: transactions end, and nodes' clocks differ. */
const LATE_MS = 10_000;
const PAGE = 500;

function namesOf(event: string | undefined): { event?: { name: string; stored: readonly string[] } } {
  return event === undefined ? {} : { event: { name: event, stored: storedNames(event) } };
}

/** Characters of a browser's name, which may be whatever a program calls itself. */
const LONGEST_BROWSER = 60;

function toEvent(event: string, entry: AuditEntry, at: number): AuditEvent {
  const { outcome, userId, clientId, detail = {}, request } = entry;
  return {
    id: createId('evt'),
    at,
    event,
    outcome,
    actor: entry.actor ?? actorOf(entry),
    ...defined({
      userId,
      clientId,
      network: request?.network ?? entry.network,
      referenceId: request?.id,
      knownBrowserHash: request?.knownBrowserHash,
    }),
    ...(request && request.userAgent !== ''
      ? { browser: browserName(request.userAgent).slice(0, LONGEST_BROWSER) }
      : {}),
    detail: redact(detail) as Record<string, unknown>,
  };
}

function actorOf({ userId, clientId }: AboutEvent): Actor {
  if (userId !== undefined) return { type: 'person', id: userId };
  if (clientId !== undefined) return { type: 'client', id: clientId };
  return SYSTEM.actor;
}
