import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cause, ENDS, type Ends } from '../../src/access/ends.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { eachStorage } from '../support/database.ts';
import { createPerson } from '../support/relying-party.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller } from '../support/upstream/traveller.ts';
import {
  addTotp,
  changeEmail,
  openWorld,
  type Person,
  prove,
  refreshes,
  type Side,
  type World,
} from './world.ts';

const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };

type Driver = {
  /** How browsers sign in, if not by the password. */
  enter?(gatehouse: Gatehouse, visitor: Visitor, prepared: string): Promise<unknown>;
  /** What has to be so before everything is opened. Answers what `drive` needs. */
  prepare?(gatehouse: Gatehouse, person: Person): Promise<string>;
  /** Makes it happen, as a person, an app or an operator would. */
  drive(world: World, prepared: string): Promise<unknown>;
  /** The browser that is meant by "that one". */
  target?: Side;
  /** A word of the subject of the mail about it. */
  mail?: string;
  /** A sign-in under way ends for another reason: its proof is worth nothing any more. */
  voidsProofs?: true;
};

const operator = (name: string, values: Record<string, string | boolean> = {}, stdin = '') => ({
  drive: ({ gatehouse, person }: World) =>
    gatehouse.command(name, values, { positionals: [person.id], stdin }),
});

const changePassword = (isEverywhere: boolean): Driver => ({
  mail: 'password has changed',
  voidsProofs: true,
  async drive({ gatehouse, a: { visitor } }) {
    const page = await prove(gatehouse, visitor, await visitor.open('/account/password'));
    const form = page.forms.find(({ action }) => action.endsWith('/account/password'));
    const { end_others: tick, ...fields } = form?.fields ?? {};
    expect(tick).toBe('yes');
    await visitor.post(form?.action ?? '', {
      ...fields,
      ...CHOSEN,
      ...(isEverywhere ? { end_others: 'yes' } : {}),
    });
  },
});

const rememberedOf = async ({ gatehouse, person }: World) =>
  gatehouse.modules.rememberedBrowsers.list(person.id);

const client = (...names: string[]): Driver => ({
  async drive({ gatehouse, apps }) {
    for (const name of names) await gatehouse.command(name, {}, { positionals: [apps.offline.clientId] });
  },
});

/** A role that lets in to the app with `offline_access`; `now`: what it has of the person ends, too. */
const takeRole = (...flags: string[]): Driver => ({
  async prepare(gatehouse, { id: user }) {
    const { name } = await gatehouse.command('roles create', { name: `let-in-${user}` });
    await gatehouse.command('roles assign', { user }, { positionals: [name ?? ''] });
    return name ?? '';
  },
  async drive({ gatehouse, person: { id: user }, apps: { offline } }, name) {
    const allowed = { 'allowed-role': [name] };
    await gatehouse.command('clients update', allowed, { positionals: [offline.clientId] });
    const options = { user, ...Object.fromEntries(flags.map((flag) => [flag, true])) };
    await gatehouse.command('roles unassign', options, { positionals: [name] });
    // What is looked at is what ended; who may use it is asked at its next refresh (test/roles/tokens.test.ts).
    const command = { positionals: [offline.clientId] };
    await gatehouse.command('clients update', { unset: ['allowed-role'] }, command);
  },
});

/** With which people sign in who are signed out by it. */
let there: LibraryProvider;

const drivers: Record<Cause, Driver> = {
  password_changed: changePassword(true),
  password_changed_here: changePassword(false),
  password_set_by_link: {
    mail: 'password has changed',
    async drive({ gatehouse, person }) {
      const answer = await gatehouse.command('users set-password', {}, { positionals: [person.id] });
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(await visitor.open(answer.set_password_url ?? ''), CHOSEN);
    },
  },
  password_set_by_operator: {
    mail: 'password has changed',
    ...operator('users set-password', { 'password-stdin': true }, NEW),
  },
  recovered: {
    mail: 'was recovered',
    async drive({ gatehouse, person: { email } }) {
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(await visitor.open('/recovery'), { email }, { form: '/recovery' });
      const { url } = await mailAbout(gatehouse, email, 'your code for a new');
      const choose = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/link' });
      await visitor.submit(choose, CHOSEN, { form: '/password' });
    },
  },
  email_changed: {
    mail: 'e-mail',
    async drive({ gatehouse, person, a }) {
      const to = `moved-${person.email}`;
      await changeEmail(gatehouse, a.visitor, person.email, to);
      return to;
    },
  },
  email_change_undone: {
    mail: 'e-mail address of your',
    async prepare(gatehouse, person) {
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(
        await visitor.open('/account'),
        { identifier: person.email, password: 'correct horse battery staple' },
        { form: '/login' },
      );
      const before = person.email;
      const url = await changeEmail(gatehouse, visitor, before, `stolen-${before}`);
      person.email = `stolen-${before}`;
      await gatehouse.modules.access.end(person.id, 'other_sessions_ended', { sessionUid: 'none' });
      return url;
    },
    async drive({ gatehouse, person }, url) {
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(await visitor.open(url), {}, { form: 'email/undo' });
      return person.email.replace('stolen-', '');
    },
  },
  method_removed: {
    mail: 'was removed',
    async drive({ gatehouse, person, a: { visitor } }) {
      const secret = await addTotp(gatehouse, visitor);
      const [totp] = (await gatehouse.modules.methods.listEnrolled(person.id)).filter(
        ({ method }) => method === 'totp',
      );
      const address = `/account/security/totp/remove?credential=${totp?.id}`;
      const page = await prove(gatehouse, visitor, await visitor.open(address), secret);
      const removed = await visitor.submit(page, {}, { form: 'totp/remove' });
      expect(removed.html).toContain('That way to sign in is gone.');
    },
  },
  second_factors_removed: {
    mail: 'second step',
    async drive(world) {
      await addTotp(world.gatehouse, world.a.visitor);
      await operator('users remove-second-factor').drive(world);
    },
  },
  browser_denied: {
    target: 'b',
    async drive({ gatehouse, person }) {
      const { url } = await mailAbout(gatehouse, person.email, 'New sign-in');
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(await visitor.open(url), {}, { form: '/new-device' });
    },
  },
  credential_denied: {
    mail: 'was removed',
    async drive({ gatehouse, person, a }) {
      await addTotp(gatehouse, a.visitor);
      const { url } = await mailAbout(gatehouse, person.email, 'was added');
      const visitor = createVisitor(gatehouse.issuer);
      await visitor.submit(await visitor.open(url), {}, { form: '/new-credential' });
      expect(await gatehouse.modules.methods.listEnrolled(person.id)).toMatchObject([{ method: 'password' }]);
    },
  },
  disabled: {
    async drive(world) {
      await operator('users disable').drive(world);
      await operator('users enable').drive(world);
    },
  },
  deletion_planned: {
    mail: 'will be deleted',
    async drive({ gatehouse, a: { visitor } }) {
      const page = await prove(gatehouse, visitor, await visitor.open('/account/delete'));
      await visitor.submit(page, { sure: 'yes' }, { form: 'account/delete' });
    },
  },
  deleted: { mail: 'is deleted', ...operator('users delete') },
  signed_out: {
    target: 'b',
    async drive(world) {
      const { visitor } = world.a;
      const page = await visitor.open('/account/sessions');
      const csrf = page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
      await visitor.post('/account/sessions/end', { csrf, session: await world.sessionOf('b') });
    },
  },
  session_ended_by_operator: {
    target: 'b',
    async drive(world) {
      const positionals = [world.person.id, await world.sessionOf('b')];
      await world.gatehouse.command('users end-session', {}, { positionals });
    },
  },
  signed_out_by_app: {
    target: 'b',
    async drive({ b: { visitor } }) {
      const page = await visitor.open('/session/end');
      await visitor.submit(page, { logout: 'yes' }, { form: '/session/end/confirm' });
    },
  },
  another_person: {
    target: 'b',
    async drive({ gatehouse, b: { visitor } }) {
      const other = await createPerson(gatehouse);
      const answer = await gatehouse.command('users set-password', {}, { positionals: [other.id] });
      await visitor.submit(await visitor.open(answer.set_password_url ?? ''), CHOSEN);
      expect((await visitor.open('/account')).html).toContain(other.email);
      await gatehouse.command('users delete', {}, { positionals: [other.id] });
    },
  },
  other_sessions_ended: {
    async drive({ a: { visitor } }) {
      const page = await visitor.open('/account/sessions');
      await visitor.submit(page, {}, { form: '/sessions/end-others' });
    },
  },
  browser_forgotten: {
    target: 'b',
    async drive(world) {
      const { visitor } = world.a;
      const page = await visitor.open('/account/security');
      const csrf = page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
      const devices = await rememberedOf(world);
      const newest = devices.reduce((one, other) => (one.createdAt > other.createdAt ? one : other));
      await visitor.post('/account/security/forget-device', { csrf, device: newest.id });
    },
  },
  browsers_forgotten: {
    async drive({ a: { visitor } }) {
      const page = await visitor.open('/account/security');
      await visitor.submit(page, {}, { form: '/forget-devices' });
    },
  },
  signed_out_by_provider: {
    async prepare(gatehouse, person) {
      const slug = `there-${person.id.slice(-8)}`;
      const { clientId, clientSecret, issuer } = await there.register(gatehouse.issuer, slug);
      await gatehouse.command(
        'upstream create',
        {
          id: slug,
          preset: 'oidc',
          name: 'There',
          issuer,
          'client-id': clientId,
          'client-secret-stdin': true,
        },
        { stdin: clientSecret },
      );
      const { upstream } = gatehouse.modules;
      const provider = await upstream.get(slug);
      const foreign = {
        subject: person.id,
        issuer: provider.issuer,
        isEmailVerified: false,
        isEmailTrusted: false,
        claims: {},
      };
      await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
      return slug;
    },
    async enter(gatehouse, visitor, slug) {
      const user = await gatehouse.modules.upstream.get(slug);
      const [link] = await gatehouse.modules
        .db('upstream_links')
        .where({ provider_id: user.id })
        .select('subject');
      there.signInAs({ sub: link.subject });
      const login = await visitor.open('/account');
      const [, row = ''] = new RegExp(`(?:href|action)="([^"]*choice=${slug}[^"]*)"`).exec(login.html) ?? [];
      const away = await visitor.open(new URL(row.replaceAll('&amp;', '&'), login.url).href);
      const back = await createTraveller([there.issuer]).open(away.url);
      expect(new URL((await visitor.open(back.url)).url).pathname).toBe('/account');
    },
    async drive(world, slug) {
      const { gatehouse, person } = world;
      const uid = await world.sessionOf('a');
      const sessions = await gatehouse.modules.oidc.sessions.listByUser(person.id);
      const via = sessions.find((session) => session.uid === uid)?.steps[0]?.via;
      const { clientId } = await gatehouse.modules.upstream.get(slug);
      const token = await there.logoutToken({ clientId, sub: via?.subject, sid: via?.sid });
      const answer = await fetch(`${gatehouse.issuer}/upstream/${slug}/logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      });
      expect(answer.status, await answer.text()).toBe(200);
    },
  },
  signed_out_by_operator: operator('users sign-out'),
  consent_withdrawn: {
    async drive({ apps, a: { visitor } }) {
      const page = await visitor.open('/account/applications');
      const csrf = page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
      await visitor.post('/account/applications/withdraw', { csrf, client: apps.offline.clientId });
    },
  },
  client_disabled: client('clients disable', 'clients enable'),
  client_deleted: client('clients delete'),
  role_taken: takeRole(),
  role_taken_now: takeRole('now'),
  token_stolen: {
    target: 'b',
    mail: 'Offline',
    async drive({ gatehouse, apps, b: { tokens } }) {
      await refreshes(apps.offline, tokens.offline);
      const { db } = gatehouse.modules;
      await db('refresh_tokens').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
      await refreshes(apps.offline, tokens.offline);
    },
  },
  token_revoked: {
    target: 'b',
    async drive({ gatehouse, apps: { offline }, b: { tokens } }) {
      const answer = await fetch(`${gatehouse.issuer}/token/revocation`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${offline.clientId}:${offline.secret}`).toString('base64')}`,
        },
        body: new URLSearchParams({ token: tokens.offline }),
      });
      expect(answer.status).toBe(200);
    },
  },
  session_expired: {
    target: 'b',
    async drive(world) {
      const { db } = world.gatehouse.modules;
      const uid = await world.sessionOf('b');
      const { redis } = world.gatehouse;
      if (redis) await redis.redis.send('del', redis.redis.key(`session:{${uid}}`));
      else await db('sessions').where({ uid }).update({ expires_at: 1 });
    },
  },
};

eachStorage('what ends when', (dialect) => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    [gatehouse, there] = await Promise.all([
      startGatehouse({ dialect, settings: CALLS_THIS_MACHINE }),
      startLibraryProvider(),
    ]);
  });
  afterAll(async () => {
    await gatehouse?.close();
    await there?.close();
  });

  test.each(Object.entries<Ends>(ENDS))('%s', async (name, row) => {
    const cause = name as Cause;
    const { prepare, enter = async () => {}, drive, target = 'a', mail = '', voidsProofs } = drivers[cause];
    const person = { ...(await createPerson(gatehouse)) };
    const prepared = (await prepare?.(gatehouse, person)) ?? '';
    const world = await openWorld(gatehouse, person, (visitor) => enter(gatehouse, visitor, prepared));
    const mailed = async (address: string) =>
      (await mailsTo(gatehouse, address)).filter(({ subject }) => subject.includes(mail)).length;
    const addresses = [person.email, `moved-${person.email}`, person.email.replace('stolen-', '')];
    const before = await Promise.all(addresses.map(mailed));
    const total = (await mailsTo(gatehouse, person.email)).length;

    await drive(world, prepared);

    const now = await world.look();
    expect(now).toEqual(
      expected(row, target, { voidsProofs: voidsProofs === true, losesRole: cause.startsWith('role_') }),
    );
    const after = await Promise.all(addresses.map(mailed));
    const told = new Set(addresses.filter((_, at) => (after[at] ?? 0) > (before[at] ?? 0)));
    expect(told.size).toBe({ none: 0, person: 1, both: 2 }[row.mail]);
    if (row.mail === 'none') expect(await mailsTo(gatehouse, person.email)).toHaveLength(total);
  });
});

/** What the matrix says is still open. */
function expected(
  row: Ends,
  target: Side,
  { voidsProofs, losesRole }: { voidsProofs: boolean; losesRole: boolean },
): object {
  const isTarget = (side: Side) => side === target;
  const isOther = (side: Side) => side !== 'a';
  const hasSession = (side: Side) =>
    ({
      none: true,
      all: false,
      others: !isOther(side),
      one: !isTarget(side),
      browser: !isTarget(side),
    })[row.sessions];
  const hasGrant = (side: Side, app: 'online' | 'offline') =>
    ({
      none: true,
      all: false,
      others: !isOther(side),
      session: hasSession(side) || app === 'offline',
      browser: !isTarget(side),
      one: app === 'online' || !isTarget(side),
      role: app === 'online',
      client: app === 'online',
      everybody: app === 'online',
      'everybody and consents': app === 'online',
    })[row.grants];
  const isRemembered = (side: Side) =>
    ({ none: true, all: false, others: !isOther(side), one: !isTarget(side) })[row.browsers];
  const both = <Value>(of: (side: Side) => Value) => ({ a: of('a'), b: of('b') });
  const hasProofs = row.proofs === 'none';
  return {
    sessions: both(hasSession),
    pending: ['none', 'one'].includes(row.sessions) && !voidsProofs,
    grants: both((side) => ({ online: hasGrant(side, 'online'), offline: hasGrant(side, 'offline') })),
    browsers: both(isRemembered),
    proofs: {
      setPasswordLink: hasProofs,
      recoveryLink: hasProofs,
      recovery: hasProofs,
      mailedCode: hasProofs,
      emailChange: hasProofs,
    },
    apiKeys: {
      old: row.apiKeys !== 'all',
      fresh: row.apiKeys !== 'all' && row.apiKeys !== 'lately',
      ofApp: row.apiKeys !== 'client',
      ...(losesRole ? { ofRole: false } : {}),
    },
  };
}

describe('access.end', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
  });
  afterAll(() => gatehouse?.close());

  test('has ended what was signed in when the change itself fails half way', async () => {
    const person = await createPerson(gatehouse);
    const world = await openWorld(gatehouse, person);
    const change = async () => {
      throw new Error('the database went away');
    };
    const { access } = gatehouse.modules;
    await expect(access.end(person.id, 'password_set_by_operator', { change })).rejects.toThrow('went away');
    const { sessions, grants } = await world.look();
    expect(sessions).toEqual({ a: false, b: false });
    const nothing = { online: false, offline: false };
    expect(grants).toEqual({ a: nothing, b: nothing });
  });

  test('tells nobody of a change that was not made', async () => {
    const person = await createPerson(gatehouse);
    const { access } = gatehouse.modules;
    const answer = await access.end(person.id, 'recovered', { change: async () => false });
    expect(answer.isDone).toBe(false);
    expect(await mailsTo(gatehouse, person.email)).toEqual([]);
  });

  test('refuses to begin without what its cells need', async () => {
    const person = await createPerson(gatehouse);
    const { access } = gatehouse.modules;
    await expect(access.end(person.id, 'signed_out')).rejects.toThrow('needs sessionUid');
    await expect(access.end(person.id, 'password_changed', { sessionUid: 'x' })).rejects.toThrow('needs ctx');
  });
});
