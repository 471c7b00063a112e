import { refreshTokenGrant } from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { eachStorage } from '../support/database.ts';
import { createPerson, createRelyingParty, signIn as signInTo } from '../support/relying-party.ts';

const PASSWORD = 'seven quiet otters drift';
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

eachStorage('a sign-in from a new device', (dialect) => {
  let gatehouse: Gatehouse;
  let people = 0;
  let email: string;
  let id: string;

  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
  });
  afterAll(() => gatehouse?.close());

  beforeEach(async () => {
    people += 1;
    email = `ana${people}@example.com`;
    const created = await gatehouse.command(
      'users create',
      { email, 'password-stdin': true },
      { stdin: PASSWORD },
    );
    id = created.id ?? '';
  });

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const newDeviceMails = async () =>
    (await mailsTo(gatehouse, email)).filter(({ subject }) => subject.startsWith('New sign-in'));

  async function signIn(visitor = newVisitor()): Promise<Visitor> {
    const page = await visitor.submit(await visitor.open('/account'), {
      identifier: email,
      password: PASSWORD,
    });
    expect(page.html).toContain(email);
    return visitor;
  }

  async function isSignedIn(visitor: Visitor): Promise<boolean> {
    return (await visitor.open('/account')).heading !== 'Sign in';
  }

  test('is mailed once for each device, and not for the first sign-in of a new account', async () => {
    const own = await signIn();
    expect(await newDeviceMails()).toHaveLength(0);
    await signIn();
    const mail = await mailAbout(gatehouse, email, 'New sign-in');
    expect(mail.subject).toContain('Firefox · Linux');
    expect(mail.text).toContain('127.0.0.1');
    expect(await newDeviceMails()).toHaveLength(1);

    await gatehouse.modules.oidc.sessions.endAllOf(id);
    await signIn(own);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('is ended by the link also for a person whose id was chosen, with dots', async () => {
    const stdin = { stdin: PASSWORD };
    id = `old.system.${people}`;
    email = `moved${people}@example.com`;
    const created = await gatehouse.command('users create', { id, email, 'password-stdin': true }, stdin);
    expect(created.id).toBe(id);
    await signIn();
    const stranger = await signIn();
    const [mail] = await newDeviceMails();
    const reader = newVisitor();
    const asked = await reader.open(mail?.url ?? '');
    expect(asked).toMatchObject({ status: 200, heading: 'Wasn’t that you?' });
    await reader.submit(asked, {}, { form: '/new-device' });
    expect(await isSignedIn(stranger)).toBe(false);
  });

  test('is mailed also for the first browser of an account that is not new', async () => {
    gatehouse.passTime(HOUR);
    await signIn();
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('ends by the link of the mail what that device is signed in to, and nothing else', async () => {
    const own = await signIn();
    const stranger = await signIn();
    const later = await signIn();
    const [, mail] = await newDeviceMails();
    const page = await newVisitor().open(mail?.url ?? '');
    expect(page).toMatchObject({ status: 200, heading: 'Wasn’t that you?' });

    const reader = newVisitor();
    const ended = await reader.submit(await reader.open(mail?.url ?? ''), {}, { form: '/new-device' });
    expect(ended).toMatchObject({ status: 200, heading: 'That device is signed out' });
    expect(ended.html).toContain('/recovery');
    expect([await isSignedIn(own), await isSignedIn(stranger), await isSignedIn(later)]).toEqual([
      true,
      false,
      true,
    ]);

    // A stranger again: the next sign-in is told, too.
    await signIn(stranger);
    expect(await newDeviceMails()).toHaveLength(3);
  });

  test('finds the device also when it signed out and in again, or hides its cookie', async () => {
    await signIn();
    const stranger = await signIn();
    const [mail] = await newDeviceMails();
    stranger.cookies.splice(
      stranger.cookies.findIndex(({ name }) => name.endsWith('-device')),
      1,
    );
    expect(await isSignedIn(stranger)).toBe(true);
    const reader = newVisitor();
    await reader.submit(await reader.open(mail?.url ?? ''), {}, { form: '/new-device' });
    expect(await isSignedIn(stranger)).toBe(false);
  });

  test('ends every app that was signed in to from that device for good, also from sessions that are over', async () => {
    const person = await createPerson({ modules: gatehouse.modules }, email.replace('ana', 'ivo'));
    const party = await createRelyingParty({ url: gatehouse.issuer, modules: gatehouse.modules });
    const offline = { scope: 'openid offline_access', prompt: 'consent' };
    const own = await signInTo(gatehouse, party, person, offline);
    const before = await signInTo(gatehouse, party, person, offline);
    const stranger = before.visitor;
    await gatehouse.modules.oidc.sessions.end(
      (await gatehouse.modules.oidc.sessions.listByUser(person.id))[0]?.uid ?? '',
    );
    const after = await signInTo(gatehouse, party, person, offline, stranger);
    const refreshed = ({ tokens }: { tokens: { refresh_token?: string } }) =>
      refreshTokenGrant(party.configuration, tokens.refresh_token ?? '').then(
        () => true,
        () => false,
      );
    expect([await refreshed(before), await refreshed(after)]).toEqual([true, true]);

    const mails = await mailsTo(gatehouse, person.email);
    const { url = '' } = mails.find(({ subject }) => subject.startsWith('New sign-in')) ?? {};
    const reader = newVisitor();
    await reader.submit(await reader.open(url), {}, { form: '/new-device' });
    // Each was refreshed a moment ago: an honest retry gets the same successor, as long as the grant lives.
    expect([await refreshed(own), await refreshed(before), await refreshed(after)]).toEqual([
      true,
      false,
      false,
    ]);
    const [event] = await gatehouse.modules.audit.list({ event: 'recovery.new_device_ended' });
    expect(event?.detail).toEqual({ sessions: 1, grants: 2 });
  });

  test('ends a sign-in of that device that is complete and has not gone on to the app yet', async () => {
    await signIn();
    const stranger = newVisitor();
    const page = await stranger.open('/account');
    const { action = '', fields = {} } = page.forms.find((form) => form.action.includes('/login')) ?? {};
    const answer = await stranger.request(
      'POST',
      new URL(action, page.url).href,
      new URLSearchParams({ ...fields, identifier: email, password: PASSWORD }),
    );
    const resume = new URL(answer.headers.get('location') ?? '', page.url).href;
    expect(resume).toContain('/auth/');
    const [mail] = await newDeviceMails();
    const reader = newVisitor();
    await reader.submit(await reader.open(mail?.url ?? ''), {}, { form: '/new-device' });
    expect((await stranger.open(resume)).status).toBe(410);
    expect(await isSignedIn(stranger)).toBe(false);
  });

  test('opening the link ends nothing, nor does a scanner that posts it without cookies', async () => {
    await signIn();
    const other = await signIn();
    const [mail] = await newDeviceMails();
    const url = mail?.url ?? '';
    await newVisitor().request('HEAD', url);
    await newVisitor().open(url);
    const token = new URL(url).searchParams.get('token') ?? '';
    const answer = await newVisitor().request(
      'POST',
      `${gatehouse.issuer}/new-device`,
      new URLSearchParams({ token }),
    );
    expect(answer.status).toBe(403);
    expect(await isSignedIn(other)).toBe(true);
  });

  test('a link that was altered, or is older than a session can be, ends nothing', async () => {
    await signIn();
    const other = await signIn();
    const [mail] = await newDeviceMails();
    const url = mail?.url ?? '';
    const token = new URL(url).searchParams.get('token') ?? '';
    const [, ...rest] = token.split('.');
    for (const changed of [['usr_somebody', ...rest].join('.'), `${token}x`, 'x', '']) {
      expect((await newVisitor().open(`/new-device?${new URLSearchParams({ token: changed })}`)).status).toBe(
        410,
      );
    }
    expect(await isSignedIn(other)).toBe(true);
    gatehouse.passTime(30 * DAY);
    expect((await newVisitor().open(url)).status).toBe(410);
  });
});
