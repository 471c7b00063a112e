import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorHere } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { SPELLINGS } from '../users/spellings.ts';
import { setUpInvitations } from './set-up.ts';

eachDatabase('invitations', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpInvitations>>;
  beforeAll(async () => {
    given = await setUpInvitations(dialect);
  });
  afterAll(() => given.close());

  test('of fifty uses at once one gets the invitation', async () => {
    const { invitations, invite, db } = given;
    const { token, id } = await invite('fifty@example.com');
    const uses = await Promise.all(
      Array.from({ length: 50 }, () => db.transaction((inside) => invitations.consume(token, inside))),
    );
    expect(uses.filter((each) => each !== undefined)).toEqual([expect.objectContaining({ id })]);
  });

  test('a use whose account is not made leaves the invitation as it was', async () => {
    const { invitations, invite, db } = given;
    const { token } = await invite('again@example.com');
    const failing = db.transaction(async (inside) => {
      await invitations.consume(token, inside);
      throw new Error('no account');
    });
    await expect(failing).rejects.toThrow('no account');
    expect(await invitations.find(token)).toMatchObject({ email: 'again@example.com' });
  });

  test('the table has no token, and another spelling of the address is the same invitation', async () => {
    const { invitations, invite, db } = given;
    const older = await invite('Case@Example.com');
    const newer = await invite('case@example.com');
    expect(await invitations.find(older.token)).toBeUndefined();
    expect(await invitations.find(newer.token)).toMatchObject({ email: 'case@example.com' });
    expect(JSON.stringify(await db('invitations').select('*'))).not.toContain(newer.token);
    await invitations.uninvite('CASE@example.com', operatorHere());
    expect(await invitations.find(newer.token)).toBeUndefined();
  });

  test('is voided and taken back by the address in any of its spellings', async () => {
    const { invitations, invite } = given;
    const before = (await invitations.list({ limit: 50 })).items.length;
    for (const [, spelling] of SPELLINGS) {
      await invite(spelling);
      expect((await invitations.list({ limit: 50 })).items).toHaveLength(before + 1);
    }
    for (const [how, spelling] of SPELLINGS) {
      await invite('max@müller.example');
      await invitations.uninvite(spelling, operatorHere());
      expect([how, (await invitations.list({ limit: 50 })).items.length]).toEqual([how, before]);
    }
  });
});
