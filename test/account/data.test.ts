import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachDatabase } from '../support/database.ts';
import { createRelyingParty, signIn as signInToApp } from '../support/relying-party.ts';
import { type Account, startAccount } from './set-up.ts';

/** Tables with a `user_id` that the export tells of in clearer words, by the folder that owns them. */
const TOLD_ELSEWHERE = ['sessions', 'consents', 'audit_events', 'audit_personal', 'user_search_keys'];

eachDatabase('the copy of everything', (dialect) => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ dialect });
  });
  afterAll(() => account?.close());

  const download = async (person: { email: string }, password?: string) => {
    const { visitor, page } = await account.signIn(person, '/account/data', password);
    const form = page.forms.find(({ action }) => action.includes('data/export'));
    return visitor.request(
      'POST',
      `${account.issuer}/account/data/export`,
      new URLSearchParams(form?.fields),
    );
  };

  test('has who the person is, ways to sign in, sessions, apps, and what happened', async () => {
    const person = await account.createPerson({ profile: { name: 'Ana Lopes', birthdate: '1984-02-29' } });
    await account.modules.password.set(person.id, 'correct horse battery staple');
    const party = await createRelyingParty(account, { name: 'Library' });
    await signInToApp(account, party, person, { scope: 'openid email' });
    const answer = await download(person, 'correct horse battery staple');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="account-\d{4}-\d\d-\d\d.json"$/,
    );
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const copy = (await answer.json()) as Record<string, unknown>;
    expect(copy).toMatchObject({
      issuer: account.issuer,
      person: { id: person.id, email: person.email, profile: { name: 'Ana Lopes', birthdate: '1984-02-29' } },
      waysToSignIn: [{ method: 'password', createdAt: expect.stringMatching(/^20\d\d-/) }],
      apps: [{ name: 'Library', allowed: { scopes: expect.arrayContaining(['openid', 'email']) } }],
    });
    expect((copy.sessions as unknown[]).length).toBe(2);
    expect(JSON.stringify(copy.events)).toContain('account.data_exported');
    expect(JSON.stringify((copy.rows as Record<string, unknown[]>).grants)).toContain(party.clientId);
  });

  test('holds nothing that opens a door, and nobody else', async () => {
    const other = await account.createPerson();
    await account.signIn(other);
    const person = await account.createPerson();
    const text = await (await download(person)).text();
    const { db } = account.modules;
    const [{ hash }] = await db('password_credentials').where({ user_id: person.id }).select('hash');
    expect(text).not.toContain(hash);
    expect(text).not.toContain('argon2');
    const sessions = await db('sessions').where({ user_id: person.id }).select('id_hash', 'payload');
    for (const { id_hash, payload } of sessions) {
      expect(text).not.toContain(id_hash);
      expect(text).not.toContain(payload);
    }
    expect(text).not.toContain(other.id);
    expect(text).not.toContain(other.email);
    expect(text.match(/"\w*(?:hash|secret|sealed|token_hash|payload)\w*":/gi)).toBeNull();
  });

  test('tells of every table that has rows about people', async () => {
    const { db } = account.modules;
    const sql =
      db.dialect === 'sqlite'
        ? `select m.name as name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and c.name = 'user_id'`
        : `select table_name as name from information_schema.columns where column_name = 'user_id' and table_schema = current_schema()`;
    const personal = account.app.personalData;
    const tables = (await db.raw<{ name: string }>(sql)).map(({ name }) => name);
    expect(tables.sort()).toEqual([...Object.keys(personal), ...TOLD_ELSEWHERE].sort());
    for (const [table, columns] of Object.entries(personal)) {
      for (const column of columns)
        expect(`${table}.${column}`).not.toMatch(/hash|sealed|secret|token|payload/);
      expect(
        await db(table)
          .select([...columns])
          .limit(1),
      ).toBeInstanceOf(Array);
    }
  });
});
