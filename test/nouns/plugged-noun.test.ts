import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCommands } from '../../src/cli/commands.ts';
import { startAccount } from '../account/set-up.ts';
import { setUpCli } from '../cli/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { bookmarks, createBookmarksTable } from './bookmarks.ts';

const URL_OF_IT = 'https://example.com/find-again';

eachDatabase('a noun of one file, plugged into the whole server', (dialect) => {
  let account: Awaited<ReturnType<typeof startAccount>>;
  let person: Awaited<ReturnType<typeof account.createPerson>>;
  beforeAll(async () => {
    account = await startAccount({ dialect, nouns: [bookmarks] });
    await createBookmarksTable(account.modules.db);
    person = await account.createPerson();
  });
  afterAll(() => account?.close());

  const add = () =>
    account.command('bookmarks add', { note: 'on Monday' }, { positionals: [person.email, URL_OF_IT] });
  const stored = () => account.modules.db('bookmarks').select('id', 'sealed_note');

  test('has its commands, which are refused like any others', async () => {
    const run = setUpCli(describeCommands([bookmarks]));
    const help = await run(['bookmarks', 'add', '--help']);
    expect(help.stdout).toContain('gatehouse bookmarks add <id|email|username> <url>');
    expect(help.stdout).toContain('What the person reads beside it.\n');
    const wrong = account.command('bookmarks add', {}, { positionals: [person.email, 'nowhere'] });
    await expect(wrong).rejects.toThrow('<url> must be an address');
  });

  test('does its deed, tells the audit who did it, and answers at its address', async () => {
    const { id } = await add();
    const [event] = await account.modules.audit.list({ event: 'bookmarks' });
    expect(event).toMatchObject({
      event: 'bookmarks.added',
      actor: { type: 'operator' },
      userId: person.id,
      detail: { id, after: { url: URL_OF_IT, note: 'set' } },
    });
    const { visitor } = await account.signIn(person, '/account');
    const page = await visitor.request('GET', `${account.issuer}/bookmarks`);
    expect(await page.json()).toEqual({ bookmarks: [{ url: URL_OF_IT, note: 'on Monday' }] });
    expect((await fetch(`${account.issuer}/bookmarks`)).status).toBe(401);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is told in the person’s export', async () => {
    const { visitor } = await account.signIn(person, '/account/data');
    const page = await visitor.open(`${account.issuer}/account/data`);
    const form = page.forms.find(({ action }) => action.includes('data/export'));
    const answer = await visitor.request(
      'POST',
      `${account.issuer}/account/data/export`,
      new URLSearchParams(form?.fields),
    );
    expect(await answer.json()).toMatchObject({ rows: { bookmarks: [{ url: URL_OF_IT }] } });
  });

  test('has its sealed column renewed with the others', async () => {
    const [row] = await stored();
    await account.modules.db('bookmarks').update({ sealed_note: `v1.elsewhere.${row?.sealed_note}` });
    // Nothing opens it: that it is named shows that it was looked at.
    const answer = await account.command('keys reseal', {});
    expect(JSON.stringify(answer)).toContain('bookmarks');
    await account.modules.db('bookmarks').update({ sealed_note: row?.sealed_note });
  });

  test('does what comes round while the server runs', async () => {
    account.app.start();
    await expect
      // Given time enough for a machine that is slow at the moment.
      .poll(async () => Number((await account.command('bookmarks count', {})).looks))
      .toBeGreaterThan(1);
  });

  test('has its rows swept when they ran out, and those of who is deleted gone', async () => {
    account.passTime(3_600_001);
    await account.modules.sweeper.sweep();
    expect(await stored()).toEqual([]);
    await add();
    await account.command('users delete', {}, { positionals: [person.email] });
    expect(await stored()).toEqual([]);
  });
});
