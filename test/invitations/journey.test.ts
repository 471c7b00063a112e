import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';

const PASSWORD = 'seven quiet otters drift';
const CHOSEN = { name: 'Ana Lima', password: PASSWORD, again: PASSWORD };
const CALLBACK = 'https://books.example/callback';
const DAY = 86_400_000;

/** Many mails are asked for here in one network. */
const often: [{ points: number; perSeconds: number }] = [{ points: 10_000, perSeconds: 60 }];
const limits = { address: often, knownDevice: often, browser: often, network: often };

eachDatabase('making an account', (dialect) => {
  let gatehouse: Gatehouse;
  let people = 0;
  let email: string;
  beforeAll(async () => {
    const registration = registrationConfig.parse({ mode: 'invitation', limits });
    gatehouse = await startGatehouse({ dialect, settings: { registration } });
  });
  afterAll(() => gatehouse?.close());
  beforeEach(() => {
    people += 1;
    email = `ana${people}@example.com`;
  });

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const codeMail = () => mailAbout(gatehouse, email, 'is your code for your new');

  /** As far as name and password. */
  async function proveMail(visitor: Visitor, invitation: string): Promise<Page> {
    const page = await visitor.submit(await visitor.open(invitation), {}, { form: '/registration' });
    return visitor.submit(page, { code: (await codeMail()).code }, { form: '/code' });
  }

  test('by invitation: the link prefills and locks the address, works once, and only for it', async () => {
    const visitor = newVisitor();
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
      'first-party': true,
    });
    const start = await visitor.open(
      `/auth?${new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: CALLBACK,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      })}`,
    );
    expect(start.heading).toBe('Sign in');
    expect(start.html).not.toContain('Create an account');
    expect((await visitor.open('/registration')).status).toBe(404);
    const { invitation_url: url = '' } = await gatehouse.command(
      'users invite',
      { mail: true },
      { positionals: [email] },
    );
    expect((await mailAbout(gatehouse, email, 'invitation')).url).toBe(url);
    await visitor.request('HEAD', url);
    const form = await visitor.open(url);
    expect(form).toMatchObject({ status: 200, heading: 'Create an account' });
    expect(form.html).toMatch(new RegExp(`value="${email}"[^>]* readonly`));

    // Another address that is typed in spite of the lock is not heard.
    const code = await visitor.submit(form, { email: 'somebody@else.example' }, { form: '/registration' });
    expect(await mailsTo(gatehouse, 'somebody@else.example')).toEqual([]);
    const details = await visitor.submit(code, { code: (await codeMail()).code }, { form: '/code' });
    const account = await visitor.submit(details, CHOSEN, { form: '/details' });
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
    expect((await newVisitor().open(url)).status).toBe(410);
    await expect(gatehouse.command('users invite', {}, { positionals: [email] })).rejects.toThrow(
      'users.email_taken',
    );
  });

  test('an invitation that was taken back, replaced, or is too old, makes no account', async () => {
    const invite = async () =>
      (await gatehouse.command('users invite', {}, { positionals: [email] })).invitation_url ?? '';
    const older = await invite();
    const visitor = newVisitor();
    const details = await proveMail(visitor, older);
    const newer = await invite();
    expect((await newVisitor().open(older)).status).toBe(410);
    expect((await visitor.submit(details, CHOSEN, { form: '/details' })).status).toBe(410);
    expect(await gatehouse.command('users invitations', {})).toMatchObject({
      invitations: expect.arrayContaining([expect.objectContaining({ email })]),
    });

    const second = newVisitor();
    const proved = await proveMail(second, newer);
    await gatehouse.command('users uninvite', {}, { positionals: [email] });
    expect((await second.submit(proved, CHOSEN, { form: '/details' })).status).toBe(410);
    const last = await invite();
    gatehouse.passTime(7 * DAY);
    expect((await newVisitor().open(last)).status).toBe(410);
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
  });

  test('of two people with one invitation one gets the account', async () => {
    const { invitation_url: url = '' } = await gatehouse.command(
      'users invite',
      {},
      { positionals: [email] },
    );
    const visitors = [newVisitor(), newVisitor()];
    const details: Page[] = [];
    for (const visitor of visitors) details.push(await proveMail(visitor, url));
    const pages = await Promise.all(
      visitors.map((visitor, at) => visitor.submit(details[at] as Page, CHOSEN, { form: '/details' })),
    );
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 410]);
  });
});
