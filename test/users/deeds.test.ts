import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessDeeds } from '../../src/access/deeds.ts';
import { invitationDeeds } from '../../src/invitations/deeds.ts';
import { operatorHere, SYSTEM } from '../../src/lib/actor.ts';
import { createUserDeeds } from '../../src/users/deeds.ts';
import { addTotp } from '../access/world.ts';
import { setUpCli } from '../cli/set-up.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';

const NEW_PASSWORD = 'eleven loud badgers dance';
const REASON = 'ticket 4711';

type Person = { id: string; email: string };
type Told = {
  event: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  detail?: Record<string, unknown>;
};
/** `typed`: after the deed's name. `why`: it acts on somebody, so it can say why, and the audit has it. */
type Driver = {
  prepare?(gatehouse: Gatehouse, person: Person): Promise<unknown>;
  typed(person: Person, prepared: unknown): string[];
  stdin?: string;
  why?: true;
  tells: Told;
};

const onPerson = (tells: Told, more: Partial<Driver> = {}): Driver => ({
  typed: ({ email }) => [email],
  why: true,
  tells,
  ...more,
});

const signedIn = async (gatehouse: Gatehouse, { email }: Person) => {
  const visitor = createVisitor(gatehouse.issuer);
  await visitor.submit(
    await visitor.open('/account'),
    { identifier: email, password: PASSWORD },
    { form: '/login' },
  );
  return visitor;
};

const lostTotp = async (gatehouse: Gatehouse, { id }: Person) => {
  const now = gatehouse.now();
  await gatehouse.modules.db('access_removals').insert({
    id: `rem_${id}`,
    user_id: id,
    methods: 'totp',
    token_hash: id,
    network: '192.0.2.1',
    user_agent: '',
    is_waiting: true,
    created_at: now,
    due_at: now + 3_600_000,
  });
};

const drivers: Record<string, Driver> = {
  // It is about nobody, and the first: the others make administrators.
  link: {
    typed: () => [],
    tells: {
      event: 'users.administrator_link_created',
      before: { link: null },
      after: { link: 'set', expiresAt: expect.any(Number) },
    },
  },
  'users.create': {
    typed: ({ email }) => ['--email', `new-${email}`, '--name', 'New One', '--password-stdin'],
    stdin: NEW_PASSWORD,
    tells: {
      event: 'users.created',
      before: { emailVerified: null, isAdmin: null, isDisabled: null, email: null, name: null },
      after: {
        emailVerified: true,
        isAdmin: false,
        isDisabled: false,
        // As long as the account is there (told.test.ts).
        email: expect.stringMatching(/^new-.+@example\.com$/),
        name: 'set',
        password: 'set',
      },
    },
  },
  'users.update': {
    typed: ({ id }) => [id, '--name', 'Grace', '--admin'],
    why: true,
    tells: {
      event: 'users.updated',
      before: { isAdmin: false, name: 'set' },
      after: { isAdmin: true, name: 'replaced' },
    },
  },
  'users.disable': onPerson({
    event: 'users.disabled',
    before: { isDisabled: false },
    after: { isDisabled: true },
  }),
  'users.enable': onPerson(
    { event: 'users.enabled', before: { isDisabled: true }, after: { isDisabled: false } },
    { prepare: (gatehouse, { id }) => gatehouse.modules.users.disable(id, SYSTEM) },
  ),
  'users.delete': onPerson({
    event: 'users.deleted',
    before: { emailVerified: true, isAdmin: false, isDisabled: true, email: 'set', name: 'set' },
    after: { emailVerified: null, isAdmin: null, isDisabled: null, email: null, name: null },
  }),
  'users.set-password': onPerson(
    {
      event: 'users.password_changed',
      before: { password: 'set' },
      after: { password: 'replaced' },
      detail: { how: 'operator' },
    },
    { typed: ({ email }) => [email, '--password-stdin'], stdin: NEW_PASSWORD },
  ),
  'users.invite': {
    typed: ({ email }) => [`guest-${email}`, '--mail'],
    tells: {
      event: 'invitations.created',
      before: { invitation: null },
      after: { invitation: 'set', expiresAt: expect.any(Number), isMailed: true },
      detail: { id: expect.stringMatching(/^inv_/) },
    },
  },
  'users.uninvite': {
    prepare: ({ modules }, { email }) =>
      modules.invitations.invite({ email: `guest-${email}`, isMailed: false, locale: 'en' }, operatorHere()),
    typed: ({ email }) => [`guest-${email}`],
    tells: {
      event: 'invitations.withdrawn',
      before: { invitation: 'set' },
      after: { invitation: null },
      detail: { id: expect.stringMatching(/^inv_/) },
    },
  },
  'users.recover': onPerson({
    event: 'users.recovery_started',
    before: { link: null },
    after: { link: 'set', expiresAt: expect.any(Number) },
  }),
  'users.remove-second-factor': onPerson(
    { event: 'users.second_factors_removed', before: { totp: 1 }, after: { totp: 0 } },
    {
      prepare: async (gatehouse, person) => addTotp(gatehouse, await signedIn(gatehouse, person)),
    },
  ),
  'users.sign-out': onPerson(
    {
      event: 'users.signed_out',
      before: { sessions: 1, grants: 1 },
      after: { sessions: 0, grants: 0 },
    },
    { prepare: signedIn },
  ),
  'users.end-session': onPerson(
    {
      event: 'access.session_ended',
      before: { session: expect.any(String) },
      after: { session: null },
    },
    {
      async prepare(gatehouse, person) {
        await signedIn(gatehouse, person);
        const [session] = await gatehouse.modules.oidc.sessions.listByUser(person.id);
        return `ses_${session?.uid}`;
      },
      typed: ({ email }, session) => [email, String(session)],
    },
  ),
  'users.set-second-factor': onPerson(
    {
      event: 'users.second_factor_rule_set',
      before: { rule: 'default' },
      after: { rule: 'required' },
      detail: { rule: 'required' },
    },
    { typed: ({ email }) => [email, '--rule', 'required'] },
  ),
  'users.recovery.approve': onPerson(
    {
      event: 'access.removal_done',
      before: { request: 'waits' },
      after: { request: 'done' },
      detail: { methods: ['totp'] },
    },
    { prepare: lostTotp },
  ),
  'users.recovery.cancel': onPerson(
    {
      event: 'access.removal_cancelled',
      before: { request: 'waits' },
      after: { request: 'cancelled' },
      detail: { methods: ['totp'] },
    },
    { prepare: lostTotp },
  ),
};

eachDatabase('a deed of people', (dialect) => {
  let gatehouse: Gatehouse;
  let run: ReturnType<typeof setUpCli>;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      dialect,
      settings: { registration: { mode: 'invitation', invitationTtlSeconds: 3600 } },
    });
    run = setUpCli(gatehouse.app.commands);
  });
  afterAll(() => gatehouse.close());

  test.each(Object.entries(drivers))(
    '%s, by the command line, tells the audit who, before, after and why',
    async (name, { prepare, typed, stdin, why, tells }) => {
      const { audit } = gatehouse.modules;
      const person = await createPerson(gatehouse);
      const prepared = await prepare?.(gatehouse, person);
      const [newest] = await audit.list({ limit: 1 });
      const argv = [
        ...name.split('.'),
        ...typed(person, prepared),
        ...(why ? ['--reason', REASON] : []),
        '--json',
      ];
      const { exitCode, stderr, json } = await run(argv, stdin === undefined ? {} : { stdin: [stdin] });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });

      const events = await audit.list({ limit: 50 });
      const news = events.slice(
        0,
        events.findIndex(({ id }) => id === newest?.id),
      );
      const { event, before, after, detail = {} } = tells;
      const found = news.filter((each) => each.event === event);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ outcome: 'success', actor: operatorHere().actor });
      const fields = event === 'users.updated' ? { fields: expect.any(Array) } : {};
      expect(found[0]?.detail).toEqual({
        ...detail,
        ...fields,
        before,
        after,
        ...(why ? { reason: REASON } : {}),
      });
      const said = JSON.stringify(news).replaceAll(`new-${person.email}`, 'the new one');
      const token = /(?:token|invitation)=([\w-]+)/.exec(JSON.stringify(json))?.[1];
      for (const secret of [
        PASSWORD,
        NEW_PASSWORD,
        person.email,
        'New One',
        'Grace',
        ...(token ? [token] : []),
      ])
        expect(said).not.toContain(secret);
    },
  );

  test('that changes something is driven here, each one', () => {
    const writing = [...createUserDeeds(), ...invitationDeeds, ...accessDeeds].filter(
      ({ permission }) => permission === 'users:write',
    );
    expect(Object.keys(drivers).sort()).toEqual(writing.map(({ name }) => name).sort());
  });

  test('that is refused is told, too: who wanted what of whom, and the error', async () => {
    const { audit, users } = gatehouse.modules;
    const { id, email } = await createPerson(gatehouse);
    const refused = [
      [['users', 'uninvite', email], 'users.uninvite', 'invitations.unknown', undefined],
      [['users', 'recovery', 'cancel', id], 'users.recovery.cancel', 'access.removal_unknown', id],
      [
        ['users', 'update', email, '--name', 'X', '--only-if-version', '7'],
        'users.update',
        'users.conflict',
        id,
      ],
      ...(['disable', 'enable', 'delete'] as const).map((what) => {
        return [
          ['users', what, email, '--only-if-version', '7'],
          `users.${what}`,
          'users.conflict',
          id,
        ] as const;
      }),
    ] as const;
    for (const [argv, deed, why, userId] of refused) {
      expect((await run([...argv, '--json'])).json).toMatchObject({ error: { code: why } });
      const [event] = await audit.list({ event: 'users.deed_refused', limit: 1 });
      expect(event).toMatchObject({ outcome: 'refused', actor: operatorHere().actor, detail: { deed, why } });
      expect(event?.userId).toBe(userId);
    }
    expect(await users.find(id)).toMatchObject({ version: 1 });
  });

  test('that only looks is no event', async () => {
    const { audit } = gatehouse.modules;
    const { email } = await createPerson(gatehouse);
    const [newest] = await audit.list({ limit: 1 });
    for (const argv of [
      ['list', '--search', 'a'],
      ['show', email],
      ['invitations'],
      ['second-factor', email],
      ['recovery', 'list'],
      ['show', 'nobody@example.com'],
    ])
      await run(['users', ...argv]);
    expect((await audit.list({ limit: 1 }))[0]?.id).toBe(newest?.id);
  });
});
