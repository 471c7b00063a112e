import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';

eachDatabase('invitations', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  beforeAll(async () => {
    given = await setUpUsers(dialect);
  });
  afterAll(() => given.close());

  test('of fifty uses at once one gets the invitation', async () => {
    const { users, db } = given;
    const { token, id } = await users.invitations.create('fifty@example.com', 60);
    const uses = await Promise.all(
      Array.from({ length: 50 }, () => db.transaction((inside) => users.invitations.consume(token, inside))),
    );
    expect(uses.filter((each) => each !== undefined)).toEqual([expect.objectContaining({ id })]);
  });

  test('a use whose account is not made leaves the invitation as it was', async () => {
    const { users, db } = given;
    const { token } = await users.invitations.create('again@example.com', 60);
    const failing = db.transaction(async (inside) => {
      await users.invitations.consume(token, inside);
      throw new Error('no account');
    });
    await expect(failing).rejects.toThrow('no account');
    expect(await users.invitations.find(token)).toMatchObject({ email: 'again@example.com' });
  });

  test('the table has no token, and another spelling of the address is the same invitation', async () => {
    const { users, db } = given;
    const older = await users.invitations.create('Case@Example.com', 60);
    const newer = await users.invitations.create('case@example.com', 60);
    expect(await users.invitations.find(older.token)).toBeUndefined();
    expect(await users.invitations.find(newer.token)).toMatchObject({ email: 'case@example.com' });
    expect(JSON.stringify(await db('invitations').select('*'))).not.toContain(newer.token);
    expect(await users.invitations.withdraw('CASE@example.com')).toMatchObject({ email: 'case@example.com' });
    expect(await users.invitations.find(newer.token)).toBeUndefined();
  });
});
