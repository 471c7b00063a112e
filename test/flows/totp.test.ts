import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { codeAt } from '../../src/methods/totp/codes.ts';
import { eachDatabase } from '../support/database.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

const PASSWORD = 'seven quiet otters drift';
const CALLBACK = 'https://books.example/callback';
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');
const PLAIN = { algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;
const STEP_MS = 30_000;

eachDatabase('authenticator apps and backup codes', (dialect) => {
  let gatehouse: Gatehouse;
  let books: string;
  let passed = 0;
  let people = 0;
  let email: string;

  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
    const client = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
    });
    books = client.client_id ?? '';
  });
  afterAll(() => gatehouse?.close());

  beforeEach(async () => {
    people += 1;
    email = `ana${people}@example.com`;
    await gatehouse.command(
      'users create',
      { email, name: 'Ana Lima', 'password-stdin': true },
      { stdin: PASSWORD },
    );
  });

  test('an app is connected in the account, and asked for at the next sign-in', async () => {
    const visitor = newVisitor();
    const page = await openSignedIn(visitor, '/account/security/totp/add');
    expect(page.heading).toBe('Connect an authenticator app');
    pass(2000);
    const secret = secretIn(page);

    // A wrong code shows the same page with the same secret; nothing counts yet.
    const again = await visitor.submit(page, { code: '000000' }, { form: '/totp/add' });
    expect([again.status, secretIn(again)]).toEqual([422, secret]);
    expect(again.html).toContain('doesn’t match');
    expect((await signIn(newVisitor())).heading).not.toBe('One more step');

    const confirming = codeNow(secret);
    const done = await visitor.submit(again, { code: spaced(confirming) }, { form: '/totp/add' });
    expect(new URL(done.url).pathname).toBe('/account/security');
    expect(await mailAbout('Authenticator app was added')).toBeDefined();

    const other = newVisitor();
    const step = await signIn(other);
    expect(new URL(step.url).pathname).toMatch(/^\/interaction\/[^/]+\/totp$/);
    expect(step.html).toContain(email);
    // The code that confirmed the app is spent; the next one is not.
    const refused = await other.submit(step, { code: confirming }, { form: '/totp' });
    expect([refused.status, refused.title]).toEqual([422, 'Error: One more step – Gatehouse']);
    expect(refused.html).toContain('used already');
    pass(STEP_MS);
    const allowed = await other.submit(refused, { code: spaced(codeNow(secret)) }, { form: '/totp' });
    expect(allowed.heading).toContain('Allow');
  });

  test('one code lets one browser in, of several at the same moment', async () => {
    const secret = await connectApp();
    pass(STEP_MS);
    const visitors = Array.from({ length: 4 }, newVisitor);
    const steps = await Promise.all(visitors.map((visitor) => signIn(visitor)));
    const code = codeNow(secret);
    const pages = await Promise.all(
      visitors.map((visitor, index) => visitor.submit(steps[index] as Page, { code }, { form: '/totp' })),
    );
    expect(pages.filter(({ heading }) => heading.startsWith('Allow'))).toHaveLength(1);
    expect(pages.filter(({ html }) => html.includes('used already'))).toHaveLength(3);
  });

  test('a code of one person does not pass for another', async () => {
    const anas = await connectApp();
    const ana = email;
    email = `bob${people}@example.com`;
    await gatehouse.command('users create', { email, 'password-stdin': true }, { stdin: PASSWORD });
    await connectApp();
    pass(STEP_MS);
    const visitor = newVisitor();
    const step = await signIn(visitor);
    const refused = await visitor.submit(step, { code: codeNow(anas), identifier: ana }, { form: '/totp' });
    expect(refused.status).toBe(422);
  });

  test('the secrets are sealed anew by `keys reseal`', async () => {
    const secret = await connectApp();
    const person = await gatehouse.modules.users.findByEmail(email);
    const row = () => gatehouse.modules.db('totp_credentials').where({ user_id: person?.id });
    const { id, sealed_secret: sealed } = await row().first('id', 'sealed_secret');
    expect(sealed).not.toContain(secret);
    // As if another root key had sealed it, which SECRET_KEY does not hold.
    await row().update({ sealed_secret: sealed.replace(/^v1\.[^.]+/, 'v1.AAAAAAAA') });
    const { unreadable } = await gatehouse.modules.keys.reseal(SYSTEM);
    expect(unreadable).toEqual([`totp_credentials.sealed_secret:${id}`]);
    await row().delete();
  });

  describe('backup codes', () => {
    test('are shown once, count when they are saved, and open the account once each', async () => {
      const visitor = newVisitor();
      await connectApp(visitor);
      const page = await visitor.open('/account/security/backup-codes/add');
      const codes = codesIn(page);
      expect(codes).toHaveLength(10);

      const unsaved = await visitor.submit(page, {}, { form: '/backup-codes/add' });
      expect([unsaved.status, codesIn(unsaved)]).toEqual([422, codes]);
      const done = await visitor.submit(unsaved, { saved: 'yes' }, { form: '/backup-codes/add' });
      expect(new URL(done.url).pathname).toBe('/account/security');
      for (const code of codes) expect(done.html).not.toContain(code);

      const other = newVisitor();
      const step = await signIn(other);
      expect(step.html).toMatch(/Backup codes <span class="hint">10 left<\/span>/);
      const backup = await other.open(linkTo(step, '/backup-codes'));
      expect(backup.heading).toBe('Use a backup code');
      const typed = (codes[3] ?? '').toUpperCase().replace('-', ' ');
      const allowed = await other.submit(backup, { code: typed }, { form: '/backup-codes' });
      expect(allowed.heading).toContain('Allow');
      const mail = await mailAbout('backup code');
      expect(mail?.text).toContain('You have 9 codes left.');

      const third = newVisitor();
      const thirdBackup = await third.open(linkTo(await signIn(third), '/backup-codes'));
      const refused = await third.submit(thirdBackup, { code: codes[3] ?? '' }, { form: '/backup-codes' });
      expect(refused.html).toContain('used already');
    });

    test('are downloaded as a text file, which nobody can fill with anything else', async () => {
      const visitor = newVisitor();
      await connectApp(visitor);
      const page = await visitor.open('/account/security/backup-codes/add');
      const form = page.forms.find(({ action }) => action.endsWith('/backup-codes/download'));
      const send = (fields: Record<string, string>) =>
        visitor.request('POST', `${gatehouse.issuer}/backup-codes/download`, new URLSearchParams(fields));

      const file = await send(form?.fields ?? {});
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(file.headers.get('content-disposition')).toBe(
        'attachment; filename="backup-codes-localhost.txt"',
      );
      expect(file.headers.get('cache-control')).toBe('no-store');
      expect(await file.text()).toBe(`Gatehouse\n${gatehouse.issuer}\n\n${codesIn(page).join('\n')}\n`);

      for (const codes of ['', 'hello world', `${codesIn(page)[0]} <script>`, 'a'.repeat(9000)]) {
        expect((await send({ ...form?.fields, codes })).status).toBe(400);
      }
      expect((await send({ codes: codesIn(page).join(' ') })).status).toBe(403);
    });

    test('alone are not asked for: they only stand in for an app', async () => {
      const visitor = newVisitor();
      const page = await openSignedIn(visitor, '/account/security/backup-codes/add');
      await visitor.submit(page, { saved: 'yes' }, { form: '/backup-codes/add' });
      expect((await signIn(newVisitor())).heading).toContain('Allow');
    });
  });

  const newVisitor = () => createVisitor(gatehouse.issuer);

  function pass(ms: number): void {
    passed += ms;
    gatehouse.passTime(ms);
  }

  function codeNow(secret: string): string {
    return codeAt(Math.floor((Date.now() + passed) / STEP_MS), secret, PLAIN);
  }

  /** Adds an app to the account of whoever is the person of this test. Its first code is spent. */
  async function connectApp(visitor = newVisitor()): Promise<string> {
    const page = await openSignedIn(visitor, '/account/security/totp/add');
    // Not in the second of the sign-in itself: what was there by then is asked for at once.
    pass(2000);
    const secret = secretIn(page);
    await visitor.submit(page, { code: codeNow(secret), name: 'Phone' }, { form: '/totp/add' });
    pass(STEP_MS);
    return secret;
  }

  /** A page of the account, by a fresh sign-in. */
  async function openSignedIn(visitor: Visitor, path: string): Promise<Page> {
    const page = await visitor.submit(await visitor.open(path), { identifier: email, password: PASSWORD });
    return page.url.includes(path) ? page : visitor.open(path);
  }

  async function signIn(visitor: Visitor): Promise<Page> {
    const login = await visitor.open(askFor(gatehouse.issuer, books));
    return visitor.submit(login, { identifier: email, password: PASSWORD });
  }

  /** The newest mail to the person of this test with these words in its subject. */
  async function mailAbout(words: string) {
    const mails = (await gatehouse.modules.mail.mailbox?.list()) ?? [];
    return mails.find(({ to, subject }) => to === email && subject.includes(words));
  }
});

eachDatabase('an authenticator app that is required', (dialect) => {
  let gatehouse: Gatehouse;
  let passed = 0;

  beforeAll(async () => {
    gatehouse = await startGatehouse({
      dialect,
      settings: { oidc: { secondFactor: 'required', secondFactorLater: 0 } },
    });
    await gatehouse.command(
      'users create',
      { email: 'ana@example.com', 'password-stdin': true },
      { stdin: PASSWORD },
    );
  });
  afterAll(() => gatehouse?.close());

  test('is connected inside the sign-in, which then goes on to the app', async () => {
    const client = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
    });
    const visitor = createVisitor(gatehouse.issuer);
    const ask = askFor(gatehouse.issuer, client.client_id ?? '');
    const choice = await visitor.submit(await visitor.open(ask), {
      identifier: 'ana@example.com',
      password: PASSWORD,
    });
    expect(choice.heading).toBe('Add a second way to prove it’s you');
    const page = await visitor.open(linkTo(choice, '/enrol/totp'));
    const secret = secretIn(page);
    expect(secret).toHaveLength(32);

    const wrong = await visitor.submit(page, { code: '000000' }, { form: '/enrol/totp' });
    expect([wrong.status, secretIn(wrong)]).toEqual([422, secret]);
    let page5 = wrong;
    for (let tries = 0; tries < 4; tries += 1)
      page5 = await visitor.submit(page5, { code: '000000' }, { form: '/enrol/totp' });
    // With the fifth it takes no more: the page has another one, and says so.
    const second = secretIn(page5);
    expect([page5.status, second === secret]).toEqual([422, false]);
    expect(page5.html).toContain('what was shown before no longer works.');
    expect(secretIn(await visitor.open(page.url))).toBe(second);
    // Open too long, it takes no more either: who asks for the page is told, before a code is typed.
    await gatehouse.modules.db('one_time_memory').update({ expires_at: 0 });
    const late = await visitor.open(page.url);
    expect([late.html.includes('what was shown before no longer works.'), secretIn(late) === second]).toEqual(
      [true, false],
    );
    // Nothing is signed in half-way: the account asks from the beginning.
    expect((await visitor.copy().open('/account')).heading).toBe('Sign in');
    passed += 1000;
    gatehouse.passTime(1000);
    const code = codeAt(Math.floor((Date.now() + passed) / STEP_MS), secretIn(late), PLAIN);
    const allow = await visitor.submit(late, { code, name: 'Phone' }, { form: '/enrol/totp' });
    expect(allow.heading).toContain('Allow');

    const back = await visitor.submit(allow, { decision: 'allow' });
    expect(back.url).toMatch(/^https:\/\/books\.example\/callback\?code=/);
    const ana = await gatehouse.modules.users.findByEmail('ana@example.com');
    expect(await gatehouse.modules.methods.listEnrolled(ana?.id ?? '')).toContainEqual(
      expect.objectContaining({ method: 'totp', name: 'Phone' }),
    );
  });
});

function askFor(issuer: string, clientId: string): string {
  return `${issuer}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    prompt: 'consent',
  })}`;
}

const spaced = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;

function secretIn(page: Page): string {
  return /[?&]secret=([A-Z2-7]+)/.exec(page.html)?.[1] ?? '';
}

function codesIn(page: Page): string[] {
  return [...page.html.matchAll(/<li>([0-9a-z]{4}-[0-9a-z]{4})<\/li>/g)].map(([, code = '']) => code);
}

function linkTo(page: Page, ending: string): string {
  const links = [...page.html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  const link = links.find((href) => href.split('?')[0]?.endsWith(ending));
  if (!link) throw new Error(`no link to ${ending} on ${page.url}`);
  return new URL(link, page.url).href;
}
