import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAudit } from '../../src/audit/audit.ts';
import { createLeases } from '../../src/database/lease.ts';
import { createSweeper } from '../../src/database/sweeper.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { userUpdated } from '../../src/users/events.ts';
import { createUsers } from '../../src/users/users.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

const config = { audit: { retentionSeconds: 86_400 } };

eachDatabase('what the audit tells of a person’s address', (dialect) => {
  let database: TestDatabase;
  const clock = { time: Date.UTC(2026, 10, 29), now: () => clock.time };
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
  });
  afterAll(() => database.close());

  const setUp = () => {
    const audit = createAudit({ db: database.db, clock, config });
    const end = async () => ({ sessions: 0, grants: 0 });
    return { audit, users: createUsers({ db: database.db, clock, audit, end, giveRoles: async () => [] }) };
  };
  let people = 0;
  async function changeAddress() {
    const { audit, users } = setUp();
    people += 1;
    const [older, newer] = [`older${people}@example.com`, `newer${people}@example.com`];
    const { id } = await users.create({ email: older, profile: { nickname: 'Duck' } }, SYSTEM);
    clock.time += 1;
    await users.update(id, { email: newer, profile: { nickname: 'Goose' } }, SYSTEM);
    const updated = async () => (await audit.list({ userId: id, event: 'users.updated' }))[0]?.detail;
    return { audit, users, id, older, newer, updated };
  }
  const rows = (table: string, where: object) => database.db(table).where(where).select('*');

  test('is both values, and of a profile that a field was replaced', async () => {
    const { audit, id, older, newer, updated } = await changeAddress();
    expect(await updated()).toMatchObject({
      before: { email: older, nickname: 'set' },
      after: { email: newer, nickname: 'replaced' },
    });
    const [created] = await audit.list({ userId: id, event: 'users.created' });
    expect(created?.detail).toMatchObject({ before: { email: null }, after: { email: older } });
    // The event itself, which nothing changes, has the words.
    expect(JSON.stringify(await rows('audit_events', { user_id: id }))).not.toContain('@example.com');
    const heard: unknown[] = []; // at most those of this test
    const ending = new AbortController();
    ending.abort();
    const hear = ({ detail }: { detail: unknown }) => void heard.push(detail);
    await audit.follow(ending.signal, hear, { userId: id, past: 1 });
    expect(heard).toMatchObject([{ after: { email: newer } }]);
  });

  test('is gone with the person, of whom the events stay', async () => {
    const { users, id, updated } = await changeAddress();
    await users.delete(id, SYSTEM);
    expect(await rows('audit_personal', { user_id: id })).toEqual([]);
    expect(await updated()).toMatchObject({ before: { email: 'set' }, after: { email: 'replaced' } });
  });

  test('is not told of who was deleted meanwhile, and that fails nothing', async () => {
    const { audit, users, id } = await changeAddress();
    await users.delete(id, SYSTEM);
    await audit.record(userUpdated, {
      outcome: 'success',
      userId: id,
      detail: { fields: ['email'], before: { email: 'set' }, after: { email: 'replaced' } },
      personal: { before: { email: 'a@example.com' }, after: { email: 'b@example.com' } },
    });
    const [event] = await audit.list({ userId: id, event: 'users.updated' });
    expect(event?.detail).toMatchObject({ after: { email: 'replaced' } });
    expect(await rows('audit_personal', { user_id: id })).toEqual([]);
  });

  test('is swept with its event', async () => {
    const { audit, id } = await changeAddress();
    expect(await rows('audit_personal', { user_id: id })).toHaveLength(2);
    clock.time += 86_400_001;
    const { db } = database;
    await createSweeper({ db, clock, leases: createLeases({ db }), tables: audit.sweeps }).sweep();
    expect(await rows('audit_personal', { user_id: id })).toEqual([]);
  });
});
