import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Audit,
  type AuditEntry,
  type AuditEvent,
  createAudit,
  defineEvent,
  type EventDefinition,
  findEvent,
  NOT_AS_DECLARED,
} from '../../src/audit/audit.ts';
import { auditDeeds } from '../../src/audit/deeds.ts';
import { createLeases } from '../../src/database/lease.ts';
import { createSweeper } from '../../src/database/sweeper.ts';
import { commandsOf } from '../../src/deeds/deeds.ts';
import { keyRotated } from '../../src/keys/events.ts';
import type { CommandInput } from '../../src/lib/command.ts';
import { passwordChanged } from '../../src/users/events.ts';
import { tellPassword } from '../../src/users/users.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

const request = {
  id: 'req-1',
  address: '203.0.113.9',
  network: '203.0.113.9',
  userAgent: 'test',
  nonce: 'n',
  locale: 'en',
  knownBrowserHash: 'device-hash',
};

type TestEntry = AuditEntry & { event: string };

/** The event of this name, which only this test may have. */
function eventOf(name: string): EventDefinition {
  const data = z.record(z.string(), z.unknown());
  return findEvent(name) ?? defineEvent(name, { when: 'In a test', subject: 'person', data });
}

eachDatabase('audit', (dialect) => {
  let database: TestDatabase;
  let audit: Audit;
  const record = async ({ event, ...entry }: TestEntry, node = audit): Promise<void> =>
    node.record(eventOf(event), entry);
  const clock = { time: 0, now: () => clock.time };

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    audit = createAudit({
      db: database.db,
      clock,
      config: { audit: { retentionSeconds: 86_400 } },
      pollMs: 5,
    });
  });
  beforeEach(async () => {
    clock.time = Date.UTC(2026, 10, 21);
    await database.db('audit_events').delete();
    await database.db('audit_repeated').delete();
  });
  afterAll(() => database.close());

  test('records who, what, when, from where, the outcome and the reference', async () => {
    await record({
      event: 'methods.refused',
      outcome: 'refused',
      userId: 'usr_ada',
      clientId: 'cli_books',
      detail: { method: 'password', why: 'wrong' },
      request,
    });
    expect(await audit.list()).toEqual([
      {
        id: expect.stringMatching(/^evt_/),
        at: clock.time,
        event: 'methods.refused',
        outcome: 'refused',
        actor: { type: 'person', id: 'usr_ada' },
        userId: 'usr_ada',
        clientId: 'cli_books',
        network: '203.0.113.9',
        browser: 'test',
        knownBrowserHash: 'device-hash',
        referenceId: 'req-1',
        detail: { method: 'password', why: 'wrong' },
      },
    ]);
  });

  describe('what anonymous requests cause', () => {
    const refused = {
      event: 'password.refused',
      outcome: 'refused',
      clientId: 'cli_books',
      request,
      isAnonymous: true,
    } as const;
    const often = (times: number, entry: TestEntry, nodes: readonly Audit[] = [audit]) =>
      Promise.all(Array.from({ length: times }, (_, at) => record(entry, nodes[at % nodes.length])));
    const counts = async () =>
      (await audit.list()).map(({ detail }) => (typeof detail.count === 'number' ? detail.count : 1));

    test('is one event a minute, with its count, on two nodes at once, and none is lost', async () => {
      const other = createAudit({
        db: database.db,
        clock,
        config: { audit: { retentionSeconds: 86_400 } },
        pollMs: 5,
      });
      await record(refused);
      expect(await counts()).toEqual([1]);
      await often(50, refused, [audit, other]);
      await Promise.all([often(50, refused, [other, audit]), audit.writeRepeated(), other.writeRepeated()]);
      expect(await counts()).toEqual([1]);
      clock.time += 61_000;
      await Promise.all(Array.from({ length: 50 }, (_, at) => (at % 2 ? audit : other).writeRepeated()));
      expect(await counts()).toEqual([100, 1]);
      await often(3, refused);
      expect(await counts()).toEqual([100, 1]);
      clock.time += 61_000;
      expect(await counts()).toEqual([3, 100, 1]);
    });

    test('of 50 at once that are the first, each is counted once, while others write', async () => {
      await Promise.all([often(50, refused), audit.writeRepeated(), audit.writeRepeated()]);
      clock.time += 61_000;
      expect((await counts()).reduce((sum, count) => sum + count, 0)).toBe(50);
      expect((await counts()).length).toBeLessThanOrEqual(2);
    });

    test('is told at once the first time, and again after a quiet minute', async () => {
      await record({ ...refused, userId: 'usr_ada', detail: { reason: 'wrong' } });
      expect(await audit.list()).toMatchObject([
        { userId: 'usr_ada', detail: { reason: 'wrong' }, network: '203.0.113.9', referenceId: 'req-1' },
      ]);
      clock.time += 61_000;
      await record(refused);
      expect(await counts()).toEqual([1, 1]);
    });

    test('says of whom and why, each once', async () => {
      await record(refused);
      await audit.writeRepeated();
      for (const [userId, reason] of [
        ['usr_ada', 'wrong'],
        ['usr_ada', 'wrong'],
        ['usr_bob', 'wrong'],
      ] as const) {
        await record({ ...refused, userId, actor: { type: 'person', id: userId }, detail: { reason } });
      }
      await record({ ...refused, detail: { reason: 'unknown' } });
      clock.time += 61_000;
      const [event] = await audit.list();
      expect(event?.detail).toEqual({
        count: 4,
        each: [
          { userId: 'usr_ada', reason: 'wrong' },
          { userId: 'usr_bob', reason: 'wrong' },
          { reason: 'unknown' },
        ],
      });
      expect([event?.userId, event?.actor]).toEqual([undefined, { type: 'client', id: 'cli_books' }]);
    });

    test('of one person alone names that person, with the count', async () => {
      await record(refused);
      await audit.writeRepeated();
      const adas = {
        ...refused,
        userId: 'usr_ada',
        actor: { type: 'person', id: 'usr_ada' },
        detail: { reason: 'wrong' },
      } as const;
      await often(20, adas);
      clock.time += 61_000;
      expect(await audit.list({ userId: 'usr_ada' })).toMatchObject([
        { actor: { type: 'person', id: 'usr_ada' }, detail: { reason: 'wrong', count: 20 } },
      ]);
    });

    test('takes a bounded place, however many people it is said to be', async () => {
      for (let each = 0; each < 300; each += 1) {
        await record({ ...refused, userId: `usr_${'x'.repeat(20)}${each}` });
      }
      const [row] = await database.db('audit_repeated').select('told', 'count');
      expect(row.count).toBe(300);
      expect(row.told.length).toBeLessThan(4200);
    });

    test('outlives the process that counted it', async () => {
      await often(7, refused);
      clock.time += 600_000;
      await createAudit({
        db: database.db,
        clock,
        config: { audit: { retentionSeconds: 86_400 } },
      }).writeRepeated();
      expect(await counts()).toEqual([7]);
    });

    test('is counted apart for each event, client and network', async () => {
      const elsewhere = { ...request, network: '203.0.113.10' };
      for (const entry of [
        refused,
        { ...refused, event: 'email.refused' },
        { ...refused, clientId: 'cli_other' },
        { ...refused, request: elsewhere },
      ]) {
        await often(3, entry);
      }
      expect(await audit.list()).toHaveLength(4);
    });

    test('is told who follows', async () => {
      const seen: AuditEvent[] = [];
      const stop = new AbortController();
      const following = audit.follow(stop.signal, (event) => {
        seen.push(event);
        stop.abort();
      });
      await record(refused);
      await following;
      expect(seen).toMatchObject([{ event: 'password.refused' }]);
    });

    test('is swept when it was quiet, never before it was written', async () => {
      const sweeper = createSweeper({
        db: database.db,
        clock,
        leases: createLeases({ db: database.db }),
        tables: audit.sweeps,
      });
      await often(3, refused);
      clock.time += 61_000;
      await sweeper.sweep();
      expect(await counts()).toEqual([3]);
      clock.time += 61_000;
      await sweeper.sweep();
      expect(await database.db('audit_repeated').select('id')).toEqual([]);
    });
  });

  test('names the actor: the one that is told, else the person, the client, or the system', async () => {
    await record({
      event: 'a.done',
      outcome: 'success',
      actor: { type: 'operator', id: 'ops' },
      userId: 'usr_ada',
    });
    await record({ event: 'b.done', outcome: 'success', clientId: 'cli_books' });
    await record({ event: 'c.done', outcome: 'success' });
    const actors = new Map((await audit.list()).map(({ event, actor }) => [event, actor]));
    expect(actors.get('a.done')).toEqual({ type: 'operator', id: 'ops' });
    expect(actors.get('b.done')).toEqual({ type: 'client', id: 'cli_books' });
    expect(actors.get('c.done')).toEqual({ type: 'system', id: 'gatehouse' });
  });

  test('keeps no secret, by its name or by its looks', async () => {
    const token = 'q8Jm3vZx0YkT5bN2cR7wF1hL9pD4sG6aE8uI0oK3jM5';
    await record({
      event: 'oidc.something',
      outcome: 'success',
      detail: {
        password: 'hunter2',
        client_secret: 's3cr3t',
        nested: { refreshToken: 'abc', list: [{ code: '123456' }] },
        note: `the token was ${token}`,
        where: 'https://app.example/cb?code=abc123&state=xyz',
        jwt_like: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln',
        tokens: 3,
        tokenFormat: 'jwt',
      },
    });
    const [row] = await database.db('audit_events').select('detail');
    for (const secret of ['hunter2', 's3cr3t', 'abc', '123456', token, 'xyz', 'eyJ']) {
      expect(row.detail).not.toContain(secret);
    }
    expect(JSON.parse(row.detail)).toMatchObject({ tokens: 3, tokenFormat: 'jwt', password: '[removed]' });
  });

  test('what was written cannot be changed', async () => {
    await record({ event: 'a.done', outcome: 'success' });
    await expect(database.db('audit_events').update({ outcome: 'refused' })).rejects.toThrow('append-only');
    expect((await audit.list())[0]?.outcome).toBe('success');
  });

  test('lists newest first, page after page, by event, folder and person', async () => {
    for (const event of ['keys.rotated', 'keys.retired', 'keys_other.done', 'users.created']) {
      clock.time += 1;
      await record({
        event,
        outcome: 'success',
        ...(event === 'users.created' ? { userId: 'usr_a' } : {}),
      });
    }
    const names = (events: AuditEvent[]) => events.map(({ event }) => event);
    const first = await audit.list({ limit: 2 });
    expect(names(first)).toEqual(['users.created', 'keys_other.done']);
    expect(names(await audit.list({ limit: 2, after: first[1]?.id ?? '' }))).toEqual([
      'keys.retired',
      'keys.rotated',
    ]);
    expect(names(await audit.list({ event: 'keys' }))).toEqual(['keys.retired', 'keys.rotated']);
    expect(names(await audit.list({ event: 'keys.rotated' }))).toEqual(['keys.rotated']);
    expect(names(await audit.list({ userId: 'usr_a' }))).toEqual(['users.created']);
  });

  test('what is stored under an older name is found by both names, and told under the one of today', async () => {
    const stored = [
      ['account.password_changed', { endedOtherSessions: true }],
      ['interaction.password_set', {}],
      ['users.password_set', {}],
      ['users.password_setting', {}],
    ] as const;
    for (const [event, detail] of stored) {
      clock.time += 1;
      await database.db('audit_events').insert({
        ...{ id: `evt_${event}`, at: clock.time, event, outcome: 'success', actor_type: 'system' },
        detail: JSON.stringify(detail),
      });
    }
    clock.time += 1;
    await audit.record(passwordChanged, {
      outcome: 'success',
      detail: { how: 'recovery', ...tellPassword({ had: true }) },
    });
    const told = ['recovery', 'operator', 'link', 'account'].map((how) => ({
      event: 'users.password_changed',
      detail: { how },
    }));
    for (const event of ['users.password_changed', ...stored.slice(0, 3).map(([name]) => name)]) {
      const found = await audit.list({ event });
      expect(found).toHaveLength(4);
      expect(found).toMatchObject(told);
    }
    // A folder: that of today, and that of before.
    expect(await audit.list({ event: 'users' })).toHaveLength(5);
    expect(await audit.list({ event: 'account' })).toMatchObject([told[3]]);
    const ending = new AbortController();
    const heard: AuditEvent[] = [];
    const hear = (event: AuditEvent) => {
      heard.push(event);
      if (heard.length === 4) ending.abort();
    };
    await audit.follow(ending.signal, hear, { event: 'interaction.password_set', past: 10 });
    expect(heard).toMatchObject(told.toReversed());
  });

  test('what an event tells is read by the catalogue, and what it does not name is not written', async () => {
    const errors: { fields: object; message: string }[] = []; // at most those of this test
    const logger = {
      info() {},
      error: (fields: object, message: string) => void errors.push({ fields, message }),
    };
    const config = { audit: { retentionSeconds: 86_400 } };
    const node = createAudit({ db: database.db, clock, config, logger });
    const keys = { retired: 'one', current: 'another' };
    const told = async (detail: object) => {
      clock.time += 1;
      const whole = { ...keys, ...detail } as typeof keys & { alg: string };
      await node.record(keyRotated, { outcome: 'success', detail: whole });
      const [event] = await node.list({ event: 'keys.rotated', limit: 1 });
      return event?.detail;
    };
    expect(await told({ alg: 'ES256', purpose: undefined })).toEqual({ alg: 'ES256', ...keys });
    expect(errors).toEqual([]);

    expect(await told({ alg: 'ES256', email: 'ana@example.com' })).toEqual({ alg: 'ES256', ...keys });
    expect(errors).toMatchObject([
      {
        fields: { audit: { event: 'keys.rotated', problems: ['email: is not declared'] } },
        message: NOT_AS_DECLARED,
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain('ana@example.com');

    // The deed is done: it is told as well as it can be.
    expect(await told({ alg: 256 })).toEqual({ alg: 256, ...keys });
    expect(errors).toHaveLength(2);
  });

  test('lists events of one moment page after page, none twice and none left out', async () => {
    await Promise.all(
      Array.from({ length: 9 }, (_, at) => record({ event: `e.n${at}`, outcome: 'success' })),
    );
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await audit.list({ limit: 2, ...(after ? { after } : {}) });
      found.push(...page.map(({ event }) => event));
      after = page.at(-1)?.id;
      if (!after) break;
    }
    expect(found.toSorted()).toEqual(Array.from({ length: 9 }, (_, at) => `e.n${at}`));
  });

  test('follows events as they come, each once, also one whose time is a little earlier', async () => {
    await record({ event: 'before.it', outcome: 'success' });
    clock.time += 1;
    await record({ event: 'before.last', outcome: 'success' });
    const ending = new AbortController();
    const heard: string[] = [];
    const steps = [
      () => {
        clock.time += 5_000;
        return record({ event: 'first.one', outcome: 'success' });
      },
      () => {
        clock.time -= 2_000;
        return record({ event: 'late.one', outcome: 'success' });
      },
      async () => ending.abort(),
    ];
    clock.time += 1;
    await audit.follow(
      ending.signal,
      ({ event }) => {
        heard.push(event);
        void steps.shift()?.();
      },
      { past: 1 },
    );
    expect(heard).toEqual(['before.last', 'first.one', 'late.one']);
  });

  test('a person is called so, and stored as before, so that events of every release read alike', async () => {
    await record({ event: 'users.created', outcome: 'success', userId: 'usr_ada' });
    const [row] = await database.db('audit_events').select('actor_type', 'actor_id');
    expect(row).toEqual({ actor_type: 'user', actor_id: 'usr_ada' });
    expect((await audit.list())[0]?.actor).toEqual({ type: 'person', id: 'usr_ada' });
  });

  test('audit tail shows the last events as text, and as one JSON document', async () => {
    await record({ event: 'keys.rotated', outcome: 'success', actor: { type: 'operator', id: 'ops' } });
    clock.time += 1000;
    await record({ event: 'users.created', outcome: 'success', userId: 'usr_ada', request });
    const [tail] = commandsOf(auditDeeds, { audit, ...nobody });
    const answer = await tail?.run(inputOf({ limit: 5 }));
    expect(answer?.text.split('\n')).toEqual([
      '2026-11-21T00:00:00.000Z  keys.rotated  success  operator ops',
      '2026-11-21T00:00:01.000Z  users.created  success  person usr_ada  from 203.0.113.9  reference req-1',
    ]);
    expect(answer?.json).toMatchObject([
      { event: 'keys.rotated', at: '2026-11-21T00:00:00.000Z' },
      { event: 'users.created', userId: 'usr_ada' },
    ]);
  });

  test('audit tail --follow --json writes one object a line until it is told to stop', async () => {
    await record({ event: 'keys.rotated', outcome: 'success' });
    const ending = new AbortController();
    const lines: string[] = [];
    const [tail] = commandsOf(auditDeeds, { audit, ...nobody });
    const write = (line: string) => {
      lines.push(line);
      if (lines.length === 2) ending.abort();
    };
    const running = tail?.run(inputOf({ follow: true }, { isJson: true, write, signal: ending.signal }));
    await expect.poll(() => lines.length).toBe(1);
    clock.time += 20_000;
    await record({ event: 'keys.retired', outcome: 'success' });
    await running;
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['keys.rotated', 'keys.retired']);
  });

  test('audit tail of one person, one client, one event, since a time', async () => {
    await record({ event: 'users.created', outcome: 'success', userId: 'usr_ada' });
    clock.time += 3_600_000;
    await record({ event: 'users.updated', outcome: 'success', userId: 'usr_ada', clientId: 'cli_books' });
    const then = new Date(clock.time).toISOString();
    clock.time += 1;
    await record({ event: 'keys.rotated', outcome: 'success' });
    const find = async (named: string) => (named === 'ada@example.com' ? 'usr_ada' : undefined);
    const [tail] = commandsOf(auditDeeds, { audit, findUserId: find, findClientId: async () => undefined });
    const events = async (values: CommandInput['values']) => {
      const answer = await tail?.run(inputOf(values));
      return ((answer?.json ?? []) as { event: string }[]).map(({ event }) => event);
    };
    expect(await events({ user: 'ada@example.com' })).toEqual(['users.created', 'users.updated']);
    // Deleted meanwhile, and still in the audit.
    expect(await events({ user: 'usr_ada', limit: 1 })).toEqual(['users.updated']);
    expect(await events({ client: 'cli_books' })).toEqual(['users.updated']);
    expect(await events({ since: then })).toEqual(['users.updated', 'keys.rotated']);
    expect(await events({ user: 'usr_ada', event: 'users' })).toEqual(['users.created', 'users.updated']);
    expect(await events({ event: 'keys.retired' })).toEqual([]);
    for (const values of [{ user: 'bob@example.com' }, { user: 'usr_bob' }, { client: 'cli_none' }])
      await expect(tail?.run(inputOf(values))).rejects.toMatchObject({ code: 'audit.subject_unknown' });
    await expect(tail?.run(inputOf({ event: 'key' }))).rejects.toMatchObject({
      sentence: expect.stringContaining('Did you mean keys?'),
    });
    await expect(tail?.run(inputOf({ since: 'yesterday' }))).rejects.toMatchObject({ code: 'command.usage' });
  });

  test('the sweeper removes what is older than the retention', async () => {
    await record({ event: 'old.one', outcome: 'success' });
    clock.time += 2 * 86_400_000;
    await record({ event: 'new.one', outcome: 'success' });
    const leases = createLeases({ db: database.db });
    await createSweeper({ db: database.db, clock, leases, tables: audit.sweeps }).sweep();
    expect((await audit.list()).map(({ event }) => event)).toEqual(['new.one']);
  });
});

/** For commands that name nobody. */
const nobody = { findUserId: async () => undefined, findClientId: async () => undefined };

function inputOf(values: CommandInput['values'], more: Partial<CommandInput> = {}): CommandInput {
  return {
    positionals: [],
    values,
    isJson: false,
    readStdin: async () => '',
    write: () => {},
    signal: new AbortController().signal,
    ...more,
  };
}
