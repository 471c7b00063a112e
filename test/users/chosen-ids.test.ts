import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createId } from '../../src/lib/ids.ts';
import { eachDatabase } from '../support/database.ts';
import { everythingStored, setUpUsers } from './set-up.ts';

eachDatabase('people with a chosen id', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  let people = 0;
  beforeAll(async () => {
    given = await setUpUsers(dialect);
  });
  afterAll(() => given.close());

  const createCalled = (id: string) => {
    people += 1;
    return given.users.create({ id, email: `ana${people}@example.com` }, SYSTEM);
  };
  const taken = { code: 'users.id_taken', status: 409 };

  test.each(['auth0|5f7c8ec7c33c6c004bbafe82', '2f3a5c1e-7c1b-4a8e-9d57-0c2f0f1f9a11', 'x'.repeat(128)])(
    'are known by it: %s',
    async (id) => {
      const { users } = given;
      const person = await createCalled(id);
      expect(person.id).toBe(id);
      expect(await users.find(id)).toEqual(person);
      expect(await users.getAny(id)).toEqual(person);
      expect((await users.list({ search: id })).items).toEqual([person]);
    },
  );

  test('are one when 50 ask for the same id at once', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => createCalled('race-for-it')));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject(taken);
  });

  test('never have the id of somebody who is there, or was, whether chosen or made up', async () => {
    const { users } = given;
    people += 1;
    const { id: made } = await users.create({ email: `ana${people}@example.com` }, SYSTEM);
    await createCalled('employee-1');
    for (const id of ['employee-1', made]) {
      await expect(createCalled(id)).rejects.toMatchObject(taken);
      await users.delete(id, SYSTEM);
      await expect(createCalled(id)).rejects.toMatchObject(taken);
      expect(await users.find(id)).toBeUndefined();
    }
    await createCalled('employee-2');
    await users.deleteIf('employee-2', async () => {}, SYSTEM);
    await expect(createCalled('employee-2')).rejects.toMatchObject(taken);
  });

  test('leave nothing readable of the id when they are deleted', async () => {
    const { users, db } = given;
    await createCalled('badge-40712');
    await users.delete('badge-40712', SYSTEM);
    expect(await everythingStored({ db }, ['users', 'user_search_keys', 'spent_ids'])).not.toContain('40712');
  });

  test('leave the id free when they are refused for another reason', async () => {
    await createCalled('first');
    const email = `ana${people}@example.com`;
    await expect(given.users.create({ id: 'second', email }, SYSTEM)).rejects.toMatchObject({
      code: 'users.email_taken',
    });
    expect(await createCalled('second')).toMatchObject({ id: 'second' });
  });

  test('are refused when the id is kept for others or cannot be one', async () => {
    for (const id of ['gatehouse-account', 'ab', 'ana@example.com', 'a b c', createId('cli'), ''])
      await expect(createCalled(id)).rejects.toMatchObject({ code: 'users.invalid' });
  });

  test('keep it: no change gives another one', async () => {
    const { id } = await createCalled('for-ever');
    const changes = { id: 'another' } as never;
    await expect(given.users.update(id, changes, SYSTEM)).rejects.toMatchObject({ code: 'users.invalid' });
    expect(await given.users.find('for-ever')).toMatchObject({ id: 'for-ever' });
  });
});
