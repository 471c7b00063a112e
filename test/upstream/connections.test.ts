import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import type { Page } from '../flows/visitor.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller, type Traveller } from '../support/upstream/traveller.ts';

/** What a person and an app have of a provider: connections in the account, roles, which one is offered and gone to. */

const CALLBACK = 'http://localhost:9999/callback';
let ours: Gatehouse;
let there: LibraryProvider;

beforeAll(async () => {
  [ours, there] = await Promise.all([
    startGatehouse({ settings: { ...CALLS_THIS_MACHINE, registration: { mode: 'invitation' } } }),
    startLibraryProvider(),
  ]);
  await offer('work', 'Work');
});
beforeEach(() => there.be({}));
afterAll(async () => {
  await Promise.all([ours?.close(), there?.close()]);
});

async function offer(slug: string, name: string, house = ours) {
  const { issuer, clientId, clientSecret } = await there.register(house.issuer, slug);
  const values = { preset: 'oidc', name, issuer, 'client-id': clientId, 'client-secret-stdin': true };
  await house.command('upstream create', { id: slug, ...values }, { stdin: clientSecret });
}

/** One at which anybody may have an account. */
async function offerPublic(slug: string, more: Record<string, string | string[]> = {}, house = ours) {
  const { issuer, clientId, clientSecret } = await there.register(house.issuer, slug, {
    token_endpoint_auth_method: 'client_secret_post',
  });
  const values = { preset: 'slack', issuer, 'client-id': clientId, 'client-secret-stdin': true };
  await house.command('upstream create', { id: slug, ...values, ...more }, { stdin: clientSecret });
}

/** Who comes from there now, with an address that they proved there once. */
function be(sub: string, email: string) {
  there.signInAs({ sub, email, email_verified: true, name: 'Eve' });
  there.be({ idToken: { email, email_verified: true } });
}

/** By the row on the sign-in page of the own account, and back. */
async function press(traveller: Traveller, slug: string, house = ours): Promise<Page> {
  const login = await traveller.open(`${house.issuer}/account`);
  const [, href = ''] = new RegExp(`(?:href|action)="([^"]*choice=${slug}[^"]*)"`).exec(login.html) ?? [];
  return traveller.open(new URL(href.replaceAll('&amp;', '&'), login.url).href);
}

const who = { isEmailVerified: false, isEmailTrusted: false, claims: {} };
async function link(subject: string, userId: string, slug = 'work') {
  const { upstream } = ours.modules;
  const provider = await upstream.get(slug);
  const foreign = { ...who, subject, issuer: provider.issuer };
  await upstream.links.connect({ userId, provider, foreign }, SYSTEM);
}

async function createApp(more: Record<string, string | string[]> = {}): Promise<string> {
  const { client_id: clientId = '' } = await ours.command('clients create', {
    name: 'Books',
    'redirect-uri': [CALLBACK],
    'auth-method': 'none',
    type: 'spa',
    'first-party': true,
    ...more,
  });
  return `${ours.issuer}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;
}

const travel = (house = ours) => createTraveller([house.issuer, there.issuer]);
const rowsOf = ({ html }: Page) => [...html.matchAll(/choice=([\w-]+)[&"]/g)].map(([, slug]) => slug);
const isAtApp = ({ url }: Page) => url.startsWith(`${CALLBACK}?code=`);
const linksOf = ({ id }: { id: string }) => ours.modules.upstream.links.listOf(id);
const pathOf = ({ url }: Page) => new URL(url).pathname;

async function signIn(person: { email: string }): Promise<Traveller> {
  const traveller = travel();
  const login = await traveller.open(`${ours.issuer}/account`);
  await traveller.submit(login, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  return traveller;
}

const openSecurity = (traveller: Traveller) => traveller.open(`${ours.issuer}/account/security`);
async function connect(traveller: Traveller, slug = 'work'): Promise<Page> {
  const address = `${ours.issuer}/account/security/upstream/connect?choice=${slug}`;
  return traveller.submit(await traveller.open(address), {}, { form: '/connect' });
}
const removeUrlIn = ({ html, url }: Page) =>
  new URL(/href="([^"]*\/upstream\/remove[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '', url).href;

describe('connected sign-ins in the own account', () => {
  test('are added there and back, shown, used, and removed; both are mailed', async () => {
    const person = await createPerson(ours);
    const traveller = await signIn(person);
    expect((await openSecurity(traveller)).html).toContain('Not connected');
    there.signInAs({ sub: person.id, email: 'ana@work.example', email_verified: true });
    const added = await connect(traveller);
    expect(pathOf(added)).toBe('/account/security');
    expect(added.html).toContain('ana@work.example');
    expect(await linksOf(person)).toHaveLength(1);
    expect((await mailAbout(ours, person.email, 'Work')).text).toContain('/new-credential');

    const again = travel();
    const login = await again.open(`${ours.issuer}/account`);
    expect(rowsOf(login)).toEqual(['work']);
    const [, href = ''] = /(?:href|action)="([^"]*choice=work[^"]*)"/.exec(login.html) ?? [];
    expect(pathOf(await again.open(new URL(href.replaceAll('&amp;', '&'), login.url).href))).toBe('/account');

    const ask = await traveller.open(removeUrlIn(await openSecurity(traveller)));
    expect(ask.html).toContain('Work: ana@work.example');
    const removed = await traveller.submit(ask, {}, { form: '/remove' });
    expect(pathOf(removed)).toBe('/account/security');
    expect(await linksOf(person)).toEqual([]);
    expect((await mailsTo(ours, person.email))[0]?.subject).toContain('Work');
  });

  test('“this wasn’t me” takes it away and ends everything', async () => {
    const person = await createPerson(ours);
    const thief = await signIn(person);
    there.signInAs({ sub: `thief-of-${person.id}` });
    await connect(thief);
    const mail = await mailAbout(ours, person.email, 'Work');
    const mine = travel();
    await mine.submit(await mine.open(mail.url), {}, { form: '/new-credential' });
    expect(await linksOf(person)).toEqual([]);
    expect(pathOf(await openSecurity(thief))).not.toBe('/account/security');
  });

  test('that was cancelled there says so, and connects nothing', async () => {
    const person = await createPerson(ours);
    const traveller = await signIn(person);
    there.be({ refuses: 'access_denied' });
    const page = await connect(traveller);
    expect([page.status, page.title.startsWith('Error:')]).toEqual([422, true]);
    expect(page.html).toContain('You cancelled at Work');
    expect(await linksOf(person)).toEqual([]);
  });

  test('the last way in stays; one that is switched off is none', async () => {
    // Without mail nobody has a mailbox to come in by.
    const bare = await startGatehouse({ settings: CALLS_THIS_MACHINE, environment: { SMTP_URL: 'none' } });
    try {
      const { modules, command } = bare;
      const person = await createPerson(bare);
      for (const slug of ['work', 'club']) {
        const { issuer, clientId, clientSecret } = await there.register(bare.issuer, slug);
        const values = { id: slug, preset: 'oidc', name: slug, issuer, 'client-id': clientId };
        await command('upstream create', { ...values, 'client-secret-stdin': true }, { stdin: clientSecret });
        const provider = await modules.upstream.get(slug);
        const foreign = { subject: slug, issuer, isEmailVerified: false, isEmailTrusted: false, claims: {} };
        await modules.upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
      }
      await modules.db('password_credentials').where({ user_id: person.id }).delete();
      await command('upstream disable', {}, { positionals: ['club'] });
      const work = (await modules.methods.listEnrolled(person.id)).find(({ way }) => way === 'work');
      const request = { network: '192.0.2.1', userAgent: '', locale: 'en', id: '', address: '', nonce: '' };
      const wish = { userId: person.id, credentialId: work?.id ?? '', attempt: { request } };
      expect(await modules.methods.enrol.remove('upstream', wish)).toEqual({ refused: 'last_way' });
      await command('upstream enable', {}, { positionals: ['club'] });
      expect(await modules.methods.enrol.remove('upstream', wish)).toEqual({ removed: true });
    } finally {
      await bare.close();
    }
  });
});

describe('groups there', () => {
  test('are roles here from the next sign-in on, and go with the connection', async () => {
    const person = await createPerson(ours);
    await link(`g-${person.id}`, person.id);
    await ours.command(
      'upstream update',
      { scope: ['openid', 'email', 'profile', 'groups'] },
      { positionals: ['work'] },
    );
    await ours.command('roles create', { name: 'keeper' });
    const mapping = { claim: 'groups', value: 'staff', role: 'keeper' };
    await ours.command('upstream map-role', mapping, { positionals: ['work'] });
    const held = async () =>
      (await ours.modules.roles.listOf({ userId: person.id })).map(({ role, source }) => [role, source]);
    const enter = async (groups: string[]) => {
      there.signInAs({ sub: `g-${person.id}`, groups });
      const traveller = travel();
      const login = await traveller.open(`${ours.issuer}/account`);
      const [, href = ''] = /(?:href|action)="([^"]*choice=work[^"]*)"/.exec(login.html) ?? [];
      expect(pathOf(await traveller.open(new URL(href.replaceAll('&amp;', '&'), login.url).href))).toBe(
        '/account',
      );
      return traveller;
    };
    await enter(['staff', 'admins']);
    expect(await held()).toEqual([['keeper', 'upstream:work']]);
    await enter([]);
    expect(await held()).toEqual([]);
    await enter(['staff']);
    expect(await held()).toHaveLength(1);
    const [connected] = await linksOf(person);
    await ours.modules.upstream.links.disconnect(person.id, connected?.id ?? '', SYSTEM);
    expect(await held()).toEqual([]);
    expect((await ours.modules.users.get(person.id)).isAdmin).toBe(false);
  });
});

describe('somebody who is two people there', () => {
  const held = async (userId: string) =>
    (await ours.modules.roles.listOf({ userId })).map(({ role, source }) => `${role} ${source}`).sort();
  const enter = async (slug: string, sub: string, groups: string[] | undefined) => {
    there.signInAs({ sub, ...(groups ? { groups } : {}) });
    const traveller = travel();
    const login = await traveller.open(`${ours.issuer}/account`);
    const [, href = ''] = new RegExp(`action="([^"]*choice=${slug}[^"]*)"`).exec(login.html) ?? [];
    expect(pathOf(await traveller.open(new URL(href.replaceAll('&amp;', '&'), login.url).href))).toBe(
      '/account',
    );
  };
  async function offerWithGroups(slug: string) {
    await offer(slug, slug);
    const scope = ['openid', 'email', 'profile', 'groups'];
    await ours.command('upstream update', { scope }, { positionals: [slug] });
    for (const role of ['writer', 'reader'])
      await ours.command(
        'upstream map-role',
        { claim: 'groups', value: `${role}s`, role },
        { positionals: [slug] },
      );
  }
  beforeAll(async () => {
    for (const name of ['writer', 'reader']) await ours.command('roles create', { name });
    await offerWithGroups('lab');
    await offerWithGroups('gym');
  });
  afterAll(async () => {
    for (const slug of ['lab', 'gym']) await ours.command('upstream delete', {}, { positionals: [slug] });
  });

  test('has the roles of both connections, each as its own last sign-in says, and loses those of one with it', async () => {
    const person = await createPerson(ours);
    const [one, two] = [`one-${person.id}`, `two-${person.id}`];
    for (const subject of [one, two]) await link(subject, person.id, 'lab');
    await enter('lab', one, ['writers']);
    await enter('lab', two, ['readers']);
    const [writer, reader] = ['writer upstream:lab', 'reader upstream:lab'];
    expect(await held(person.id)).toEqual([reader, writer]);
    // What one says no more the other does not keep alive, nor take away.
    await enter('lab', one, undefined);
    expect(await held(person.id)).toEqual([reader]);
    await enter('lab', one, ['writers', 'readers']);
    await enter('lab', two, []);
    expect(await held(person.id)).toEqual([reader, writer]);
    await enter('lab', two, ['readers']);
    const links = await linksOf(person);
    const idOf = (subject: string) => links.find((each) => each.subject === subject)?.id ?? '';
    await ours.modules.upstream.links.disconnect(person.id, idOf(one), SYSTEM);
    expect(await held(person.id)).toEqual([reader]);
    await ours.modules.upstream.links.disconnect(person.id, idOf(two), SYSTEM);
    expect(await held(person.id)).toEqual([]);
  });

  test('has none by one that was not used for as long as a session can be: it may be closed there', async () => {
    const person = await createPerson(ours);
    const [one, two] = [`day-${person.id}`, `night-${person.id}`];
    for (const subject of [one, two]) await link(subject, person.id, 'lab');
    const ages = (subject: string, days: number) => {
      const at = ours.now() - days * 86_400_000;
      return ours.modules
        .db('upstream_links')
        .where({ subject })
        .update({ created_at: at, last_used_at: at });
    };
    await enter('lab', one, ['writers']);
    await enter('lab', two, ['readers']);
    const [writer, reader] = ['writer upstream:lab', 'reader upstream:lab'];
    await ages(two, 29);
    await enter('lab', one, ['writers']);
    expect(await held(person.id)).toEqual([reader, writer]);
    await ages(two, 31);
    await enter('lab', one, ['writers']);
    expect(await held(person.id)).toEqual([writer]);
    // The one that signs in counts, however long it was away.
    await enter('lab', two, ['readers']);
    expect(await held(person.id)).toEqual([reader, writer]);
    // One by which nobody has signed in yet keeps no role of another one alive.
    await link(`new-${person.id}`, person.id, 'lab');
    for (const { id, subject } of await linksOf(person))
      if (!subject.startsWith('new-')) await ours.modules.upstream.links.disconnect(person.id, id, SYSTEM);
    expect(await held(person.id)).toEqual([]);
  });

  test('at two providers has the roles of each', async () => {
    const person = await createPerson(ours);
    for (const slug of ['lab', 'gym']) await link(`both-${person.id}`, person.id, slug);
    await enter('lab', `both-${person.id}`, ['writers']);
    await enter('gym', `both-${person.id}`, ['readers']);
    expect(await held(person.id)).toEqual(['reader upstream:gym', 'writer upstream:lab']);
    await enter('gym', `both-${person.id}`, []);
    expect(await held(person.id)).toEqual(['writer upstream:lab']);
  });

  test('who signs in by both at once, 50 times, has the roles of both; a mapping that is taken away gives nothing', async () => {
    const person = await createPerson(ours);
    const { upstream } = ours.modules;
    const provider = await upstream.get('lab');
    const [one, two] = [`a-${person.id}`, `b-${person.id}`];
    for (const subject of [one, two]) await link(subject, person.id, 'lab');
    const note = (subject: string, groups: string[]) =>
      upstream.noteSignIn(
        provider,
        { ...who, subject, issuer: provider.issuer, claims: { groups } },
        person.id,
        SYSTEM,
      );
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => (at % 2 ? note(one, ['writers']) : note(two, ['readers']))),
    );
    expect(await held(person.id)).toEqual(['reader upstream:lab', 'writer upstream:lab']);
    const mapping = { claim: 'groups', value: 'readers', role: 'reader' };
    await upstream.mappings.remove('lab', mapping, SYSTEM);
    expect(await held(person.id)).toEqual(['writer upstream:lab']);
    await note(one, ['writers']);
    expect(await held(person.id)).toEqual(['writer upstream:lab']);
    await upstream.mappings.add('lab', mapping, SYSTEM);
  });
});

describe('which provider a sign-in goes to', () => {
  let person: { id: string; email: string };
  beforeAll(async () => {
    await offer('school', 'School');
    person = await createPerson(ours);
    await link('of-work', person.id);
  });
  beforeEach(() => there.signInAs({ sub: 'of-work' }));

  test('an app names one by idp_hint, and one that it does not offer is not gone to', async () => {
    const start = await createApp();
    expect(isAtApp(await travel().open(`${start}&idp_hint=work`))).toBe(true);
    expect(rowsOf(await travel().open(`${start}&idp_hint=nobody`))).toEqual(['work', 'school']);
    const narrow = await createApp({ upstream: ['school'] });
    const page = await travel().open(`${narrow}&idp_hint=work`);
    expect(rowsOf(page)).toEqual(['school']);
    // Nor by its address.
    const [, href = ''] = /(?:href|action)="([^"]*choice=school[^"]*)"/.exec(page.html) ?? [];
    const forced = new URL(href.replaceAll('&amp;', '&').replace('choice=school', 'choice=work'), page.url);
    const traveller = travel();
    const login = await traveller.open(narrow);
    const [, own = ''] = /(?:href|action)="([^"]*choice=school[^"]*)"/.exec(login.html) ?? [];
    forced.pathname = new URL(own.replaceAll('&amp;', '&'), login.url).pathname;
    expect(rowsOf(await traveller.open(forced.href))).toEqual(['school']);
    await expect(createApp({ upstream: ['nobody'] })).rejects.toThrow();
  });

  test('where it is the only way it is gone to at once: not after an error, a sign-out, or to choose an account', async () => {
    const start = await createApp({ upstream: ['work'], method: ['upstream'] });
    const traveller = travel();
    expect(isAtApp(await traveller.open(start))).toBe(true);
    const chooses = await travel().open(`${start}&prompt=select_account`);
    expect([rowsOf(chooses), chooses.html.includes('type="password"')]).toEqual([['work'], false]);

    const signOut = await openSecurity(traveller);
    await traveller.submit(signOut, {}, { form: '/sign-out' });
    expect(rowsOf(await traveller.open(start))).toEqual(['work']);
    expect(isAtApp(await traveller.open(`${start}&idp_hint=work`))).toBe(true);

    const unlucky = travel();
    there.be({ refuses: 'access_denied' });
    const error = await unlucky.open(start);
    expect([error.status, error.html.includes('You cancelled at Work')]).toEqual([422, true]);
    // Reloaded, it is the page and no circle.
    expect(rowsOf(await unlucky.open(error.url))).toEqual(['work']);
    there.be({ trouble: { discovery: 'broken', jwks: 'broken', token: 'broken' } });
    const away = await travel().open(start);
    expect(away.html).toContain('role="alert"');
  });

  test('/login?local lets administrators in by the ways of this house, and nobody else', async () => {
    const only = await startGatehouse({
      settings: { ...CALLS_THIS_MACHINE, methods: { offered: ['upstream'] } },
    });
    try {
      const admin = await createPerson(only, 'root@example.com');
      await only.modules.users.update(admin.id, { isAdmin: true }, SYSTEM);
      const other = await createPerson(only, 'other@example.com');
      let lastCookies: { name: string; value: string; path: string }[] = [];
      const enter = async ({ email }: { email: string }) => {
        const traveller = createTraveller([only.issuer]);
        const page = await traveller.open(`${only.issuer}/login?local`);
        expect(page.html).toContain('type="password"');
        const next = await traveller.submit(
          page,
          { identifier: email, password: PASSWORD },
          { form: '/login' },
        );
        lastCookies = traveller.at(only.issuer).cookies;
        return next;
      };
      expect(pathOf(await enter(admin))).toBe('/account');
      const told = await enter(other);
      expect(pathOf(told)).toMatch(/^\/interaction\//);
      // What happened and what to do, also when the page is asked for again.
      const again = createTraveller([only.issuer]);
      again.at(only.issuer).cookies.push(...lastCookies);
      for (const page of [told, await again.open(told.url)]) {
        expect(page.title.startsWith('Error:')).toBe(true);
        expect(page.html).toContain('This page is for administrators.');
        const [, href = ''] = /<a href="([^"]*)">Go to the usual sign-in page/.exec(page.html) ?? [];
        const usual = await again.open(new URL(href, page.url).href);
        expect(usual.html).not.toContain('type="password"');
        expect(usual.html).not.toContain('This page is for administrators.');
      }
      // A wrong password says nothing of it.
      const guess = createTraveller([only.issuer]);
      const form = await guess.open(`${only.issuer}/login?local`);
      const typed = { identifier: other.email, password: 'a wrong guess of it' };
      const wrong = await guess.submit(form, typed, { form: '/login' });
      expect([wrong.status, wrong.html.includes('This page is for administrators.')]).toEqual([422, false]);
      expect(await only.modules.oidc.sessions.listByUser(other.id)).toEqual([]);
      expect((await createTraveller([only.issuer]).open(`${only.issuer}/account`)).html).not.toContain(
        'type="password"',
      );
    } finally {
      await only.close();
    }
  });
});

describe('where an account is made by invitation', () => {
  test('who makes it has the roles of their groups at once, of however many groups they are', async () => {
    const email = 'of-many-groups@example.com';
    await ours.command('users invite', {}, { positionals: [email] });
    await ours.command('roles create', { name: 'gardener' });
    const scope = ['openid', 'email', 'profile', 'groups'];
    await ours.command('upstream update', { scope }, { positionals: ['work'] });
    const mapping = { claim: 'groups', value: 'gardeners', role: 'gardener' };
    await ours.command('upstream map-role', mapping, { positionals: ['work'] });
    const others = Array.from({ length: 2000 }, (_, at) => `a group of the house, number ${at}`);
    there.signInAs({
      ...{ sub: email, email, email_verified: true, name: 'Ana Lima' },
      groups: [...others, 'gardeners'],
    });
    const traveller = travel();
    const login = await traveller.open(`${ours.issuer}/account`);
    const [, href = ''] = /action="([^"]*choice=work[^"]*)"/.exec(login.html) ?? [];
    const page = await traveller.open(new URL(href.replaceAll('&amp;', '&'), login.url).href);
    expect(page.heading).toBe('Create your account');
    // Nothing of the others waits with it.
    const waiting: { payload: string }[] = await ours.modules
      .db('artifacts')
      .where({ model: 'Interaction' })
      .select('payload');
    expect(Math.max(...waiting.map(({ payload }) => payload.length))).toBeLessThan(8000);
    expect(pathOf(await traveller.submit(page, {}, { form: '/identity/create' }))).toBe('/account');
    const person = await ours.modules.users.findByEmail(email);
    const held = await ours.modules.roles.listOf({ userId: person?.id ?? '' });
    expect(held.map(({ role, source }) => `${role} ${source}`)).toEqual(['gardener upstream:work']);
  });

  test('who is invited makes it by a provider that vouches for the address, and uses the invitation up', async () => {
    const email = 'invited@example.com';
    there.signInAs({ sub: 'invited-there', email, email_verified: true, name: 'Ana Lima' });
    const press = async (traveller: Traveller) => {
      const login = await traveller.open(`${ours.issuer}/account`);
      const [, href = ''] = /(?:href|action)="([^"]*choice=work[^"]*)"/.exec(login.html) ?? [];
      return traveller.open(new URL(href.replaceAll('&amp;', '&'), login.url).href);
    };
    const invite = () => ours.command('users invite', {}, { positionals: [email] });
    const { users, invitations } = ours.modules;
    expect((await press(travel())).heading).toBe('No account is connected');

    await invite();
    const late = travel();
    const page = await press(late);
    await ours.command('users uninvite', {}, { positionals: [email] });
    const refused = await late.submit(page, {}, { form: '/identity/create' });
    expect([refused.status, refused.heading]).toEqual([403, 'No account is connected']);
    expect(await users.findByEmail(email)).toBeUndefined();

    await invite();
    const invited = travel();
    const made = await invited.submit(await press(invited), {}, { form: '/identity/create' });
    expect(pathOf(made)).toBe('/account');
    const person = await users.findByEmail(email);
    expect(await linksOf(person ?? { id: '' })).toHaveLength(1);
    expect(await invitations.findFor(email)).toBeUndefined();
  });

  test.each([
    { by: 'invitation', more: {} },
    { by: 'domain', more: { registration: 'on', 'allow-domain': ['example.com'] } },
  ])(
    'who proved the address once, where anybody may have an account, reads its mail now, or makes none by $by',
    async ({ by, more }) => {
      const slug = `public-${by}`;
      await offerPublic(slug, more);
      const email = `left-long-ago-${by}@example.com`;
      be(slug, email);
      if (by === 'invitation') await ours.command('users invite', {}, { positionals: [email] });
      const { users } = ours.modules;

      const traveller = travel();
      const page = await press(traveller, slug);
      expect(page.heading).toBe('Check your e-mail');
      expect(page.html).toContain('we check that it is still yours');
      // The form that makes the account, with all that this page's own has.
      const { csrf = '' } = page.forms.find(({ action }) => action.includes('/identity/code'))?.fields ?? {};
      const create = page.url.replace('/identity', '/identity/create');
      const early = await traveller.at(ours.issuer).post(create, { csrf, name: 'Eve' });
      expect(early.heading).toBe('Check your e-mail');
      expect(await users.findByEmail(email)).toBeUndefined();

      const [{ code = '' } = {}] = await mailsTo(ours, email);
      const details = await traveller.submit(page, { code }, { form: '/identity/code' });
      const made = await traveller.submit(details, { name: 'Eve' }, { form: '/identity/create' });
      expect(pathOf(made)).toBe('/account');
      expect(await linksOf((await users.findByEmail(email)) ?? { id: '' })).toHaveLength(1);
    },
  );

  test('who had an account, which goes while they are asked to prove it, makes none by the address alone', async () => {
    await offerPublic('public-late');
    const person = await createPerson(ours, 'goes-meanwhile@example.com');
    be('late', person.email);
    const traveller = travel();
    const page = await press(traveller, 'public-late');
    expect(page.heading).toBe('Connect Slack');
    await ours.modules.users.delete(person.id, SYSTEM);
    await ours.command('users invite', {}, { positionals: [person.email] });
    expect((await traveller.open(page.url)).heading).toBe('Check your e-mail');
  });
});

describe('somebody whose address says nothing of who has it now', () => {
  const email = 'stranger@example.com';
  const strangers: [string, Record<string, unknown>, Record<string, string | string[]>][] = [
    ['where nobody registers', { mode: 'off' }, {}],
    ['nor by a provider for a domain', { mode: 'off' }, { 'allow-domain': ['example.com'] }],
    ['of another domain', { mode: 'domain', domains: ['school.example'] }, {}],
    ['who is not invited', { mode: 'invitation' }, {}],
    ['where the provider makes no accounts', { mode: 'invitation' }, { registration: 'off' }],
  ];
  test('and who may have no account is told so at once, and gets no mail', async () => {
    const houses = new Map<unknown, Gatehouse>(); // at most one for each mode
    try {
      for (const [at, [what, registration, more]] of strangers.entries()) {
        const { mode } = registration;
        const settings = { ...CALLS_THIS_MACHINE, registration };
        const house = houses.get(mode) ?? (await startGatehouse({ settings }));
        houses.set(mode, house);
        await offerPublic(`public-${at}`, more, house);
        be(`stranger-${at}`, email);
        const page = await press(travel(house), `public-${at}`, house);
        expect([what, page.status, page.heading]).toEqual([what, 403, 'No account is connected']);
        expect([what, await mailsTo(house, email)]).toEqual([what, []]);
      }
    } finally {
      for (const house of houses.values()) await house.close();
    }
  });

  test('is turned away where mail is not set up, and the operator reads why', async () => {
    const registration = { mode: 'domain', domains: ['example.com'] };
    const settings = { ...CALLS_THIS_MACHINE, registration };
    const house = await startGatehouse({ settings, environment: { SMTP_URL: 'none' } });
    try {
      await offerPublic('public', {}, house);
      be('stranger', email);
      const page = await press(travel(house), 'public', house);
      expect([page.status, page.heading]).toEqual([403, 'No account is connected']);
      expect(house.log()).toContain('mail is not set up: they were turned away');
      expect(house.log()).not.toContain(email);
    } finally {
      await house.close();
    }
  });
});

test('who presses twice for an account with a username is not told that somebody has it', async () => {
  const registration = { mode: 'open' };
  const settings = { ...CALLS_THIS_MACHINE, registration, users: { signInBy: 'both' } };
  const house = await startGatehouse({ settings });
  try {
    await offer('work', 'Work', house);
    be('presses-twice', 'twice@example.com');
    const traveller = travel(house);
    const page = await press(traveller, 'work', house);
    const other = traveller.copy();
    const submit = (by: Traveller) => by.submit(page, { username: 'eve' }, { form: '/identity/create' });
    const { users } = house.modules;
    const { create } = users;
    // The other press arrives, and makes the account, when this one is about to.
    users.create = async (...asked) => {
      users.create = create;
      expect(pathOf(await submit(other))).toBe('/account');
      return create(...asked);
    };
    const late = await submit(traveller);
    expect([late.status === 422, late.heading === 'Create your account']).toEqual([false, false]);
    expect(await users.findByEmail('twice@example.com')).toMatchObject({ username: 'eve' });
  } finally {
    await house.close();
  }
});
