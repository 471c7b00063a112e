import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { SPELLINGS } from '../users/spellings.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

/** The table of spellings over every form and every command that takes an e-mail address. */

const API = 'https://api.example.com';
const PASSWORD = 'seven quiet otters drift';
const SHOWN = 'max@müller.example';
const OWNER = 'owner@example.com';

const often = [{ points: 10_000, perSeconds: 60 }];
const mails = { address: often, knownDevice: often, browser: often, network: often };
const answers = { account: often, accountFromNetwork: often, knownDevice: often };
const settings = {
  methods: { limits: { ...answers, network: often, device: often, begin: often } },
  email: { enabled: true, limits: mails },
  recovery: { limits: mails },
  registration: registrationConfig.parse({ mode: 'domain', domains: ['MÜLLER.example'], limits: mails }),
};

/** The person was found, and has asked for nothing. */
function noRequest(typed: string) {
  return async (error: { code?: string }) => {
    expect(error.code).toBe('access.removal_unknown');
    return gatehouse.modules.users.getAny(typed);
  };
}

let gatehouse: Gatehouse;
let max: string;
beforeAll(async () => {
  gatehouse = await startGatehouse({ settings });
  await run('roles create', { name: 'staff' });
  await run('resource-servers create', { identifier: API, scope: ['use=Use it'] });
});
afterAll(() => gatehouse?.close());

/** Whom a role was given to. */
const holder = ({ user_id: id }: Record<string, unknown>) => ({ id });

/** In the order in which they can be done to one person, from the first to the last. */
const COMMANDS: Readonly<Record<string, (typed: string) => Promise<unknown>>> = {
  'users create': async (typed) => run('users create', { email: typed, 'password-stdin': true }),
  'users list': async (typed) => {
    expect(await run('users list', { after: typed })).toEqual({ users: [] });
    return (await run('users list', { search: typed })).users as unknown;
  },
  'users show': (typed) => run('users show', {}, [typed]),
  'users update': (typed) => run('users update', { email: typed, name: 'Max' }, [typed]),
  'users second-factor': (typed) => run('users second-factor', {}, [typed]),
  'users set-second-factor': (typed) => run('users set-second-factor', { rule: 'default' }, [typed]),
  'users remove-second-factor': (typed) => run('users remove-second-factor', {}, [typed]),
  'users require': (typed) => run('users require', {}, ['new-password', typed]),
  'users waive': (typed) => run('users waive', {}, ['new-password', typed]),
  'users set-password': (typed) => run('users set-password', { 'password-stdin': true }, [typed]),
  'users recover': (typed) => run('users recover', {}, [typed]),
  'users sign-out': (typed) => run('users sign-out', {}, [typed]),
  'users disable': (typed) => run('users disable', {}, [typed]),
  'users enable': (typed) => run('users enable', {}, [typed]),
  'roles assign': (typed) => run('roles assign', { user: typed }, ['staff']).then(holder),
  'roles unassign': (typed) => run('roles unassign', { user: typed }, ['staff']).then(holder),
  'users recovery approve': (typed) => run('users recovery approve', {}, [typed]).catch(noRequest(typed)),
  'users recovery cancel': (typed) => run('users recovery cancel', {}, [typed]).catch(noRequest(typed)),
  'api-keys create': (typed) =>
    run('api-keys create', { user: typed, resource: API, scope: ['use'] }).then(holder),
  'api-keys list': async (typed) =>
    ((await run('api-keys list', { user: typed })).api_keys as Record<string, unknown>[]).map(holder),
  'users delete': (typed) => run('users delete', {}, [typed]),
};

describe.each(SPELLINGS)('%s', (_, typed) => {
  beforeEach(async () => {
    const made = await run('users create', { email: SHOWN, 'password-stdin': true });
    max = made.id as string;
    return async () => {
      for (const email of [SHOWN, OWNER]) {
        const left = await gatehouse.modules.users.findByEmail(email);
        if (left) await run('users delete', {}, [left.id]);
      }
    };
  });

  test('signs in with the password', async () => {
    const visitor = newVisitor();
    const login = await visitor.open('/account');
    const account = await visitor.submit(
      login,
      { identifier: typed, password: PASSWORD },
      { form: '/login' },
    );
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
  });

  test('signs in by a mail, which comes', async () => {
    const visitor = newVisitor();
    const login = await visitor.open('/account');
    const row = /formaction="([^"]*\/email[^"]*)"/.exec(login.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const form = await visitor.open(new URL(row, login.url).href);
    const code = await visitor.submit(form, { identifier: typed }, { form: '/email' });
    const mail = await mailAbout('is your Gatehouse code');
    const account = await visitor.submit(code, { code: mail.code }, { form: '/email' });
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
  });

  test('recovers', async () => {
    const visitor = newVisitor();
    const code = await visitor.submit(
      await visitor.open('/recovery'),
      { email: typed },
      { form: '/recovery' },
    );
    expect(code.html.toLowerCase()).toContain(SHOWN);
    const chosen = await visitor.submit(
      code,
      { code: (await mailAbout('is your code')).code },
      { form: '/code' },
    );
    const account = await visitor.submit(
      chosen,
      { password: 'eleven loud badgers dance', again: 'eleven loud badgers dance' },
      { form: '/password' },
    );
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
  });

  test('registers once, at a domain that the operator names', async () => {
    await ask(newVisitor());
    await mailAbout('account already');

    await run('users delete', {}, [max]);
    const visitor = newVisitor();
    const code = await ask(visitor);
    const details = await visitor.submit(
      code,
      { code: (await mailAbout('is your code')).code },
      { form: '/code' },
    );
    await visitor.submit(details, { name: 'Max', password: PASSWORD, again: PASSWORD }, { form: '/details' });
    const made = await gatehouse.modules.users.findByEmail(SHOWN);
    expect(made?.email.toLowerCase()).toBe(SHOWN);
    max = made?.id ?? '';

    function ask(visitor: Visitor): Promise<Page> {
      return visitor
        .open('/registration')
        .then((page) => visitor.submit(page, { email: typed }, { form: '/registration' }));
    }
  });

  test('is the address that one changes to, and nobody else’s', async () => {
    const owner = await run('users create', { email: OWNER, 'password-stdin': true });
    const visitor = await signedIn(OWNER);
    await changeTo(visitor);
    await mailAbout('was typed');

    await run('users delete', {}, [max]);
    await changeTo(visitor);
    const { url } = await mailAbout('onfirm');
    await visitor.submit(await visitor.open(url), {}, { form: 'email/confirm' });
    expect((await gatehouse.modules.users.findByEmail(SHOWN))?.id).toBe(owner.id);
    const same = await changeTo(visitor);
    expect(same.status).toBe(422);

    async function changeTo(visitor: Visitor): Promise<Page> {
      return visitor.submit(
        await visitor.open('/account/email'),
        { email: typed },
        { form: 'account/email' },
      );
    }
  });

  test('is invited, unless it has an account, and uninvited', async () => {
    await expect(run('users invite', {}, [typed])).rejects.toMatchObject({ code: 'users.email_taken' });
    await run('users delete', {}, [max]);
    const invitation = await run('users invite', { mail: true }, [typed]);
    expect(String(invitation.email).toLowerCase()).toBe(SHOWN);
    expect((await mailAbout('nvit')).url).toBe(invitation.invitation_url);
    const form = await newVisitor().open(String(invitation.invitation_url));
    expect(form.html.toLowerCase()).toContain(`value="${SHOWN}"`);
    await run('users uninvite', {}, [typed]);
    expect(await run('users invitations', {})).toMatchObject({ invitations: [] });
  });

  test('names the person in every command', async () => {
    await run('users delete', {}, [max]);
    let id: unknown;
    for (const [name, command] of Object.entries(COMMANDS)) {
      const answer = await command(typed);
      const person = (Array.isArray(answer) ? answer[0] : answer) as { id: string; email?: string };
      id ??= person.id;
      expect([name, person]).toEqual([name, expect.objectContaining({ id })]);
      if (person.email !== undefined) expect([name, person.email.toLowerCase()]).toEqual([name, SHOWN]);
    }
  });
});

test('no command that takes an address is missing in the table', () => {
  const taking = gatehouse.app.commands
    .filter(({ positionals = [], options = {} }) => /\bemail\b/.test(JSON.stringify([positionals, options])))
    .map(({ name }) => name);
  const known = [
    ...Object.keys(COMMANDS),
    'users invite',
    'users uninvite',
    'users end-session',
    'users sessions',
    'audit tail',
    // They say of addresses at a provider what counts.
    'upstream create',
    'upstream update',
  ];
  expect(taking.filter((name) => !known.includes(name))).toEqual([]);
  expect(taking).toEqual(expect.arrayContaining(known));
});

test('the first administrator is one person in all of them', async () => {
  for (const [how, typed] of SPELLINGS) {
    const fresh = await startGatehouse();
    try {
      const visitor = createVisitor(fresh.issuer);
      const page = await visitor.open((await fresh.app.firstAdministratorUrl()) ?? '');
      await visitor.submit(page, { name: 'Max', email: typed, password: PASSWORD, again: PASSWORD });
      const found = await fresh.modules.users.findByEmail(SHOWN);
      expect([how, found?.email.toLowerCase()]).toEqual([how, SHOWN]);
    } finally {
      await fresh.close();
    }
  }
});

test('guesses for an address that nobody has count as one account’s, however it is written', async () => {
  const three = [{ points: 3, perSeconds: 600 }];
  const limits = { ...settings.methods.limits, account: three };
  const strict = await startGatehouse({ settings: { methods: { limits } } });
  try {
    const statuses: number[] = [];
    for (const [, typed] of SPELLINGS) {
      const visitor = createVisitor(strict.issuer);
      const login = await visitor.open('/account');
      const guess = { identifier: typed, password: PASSWORD };
      statuses.push((await visitor.submit(login, guess, { form: '/login' })).status);
    }
    expect(statuses).toEqual(SPELLINGS.map((_, at) => (at < 3 ? 422 : 429)));
  } finally {
    await strict.close();
  }
});

test('domains of registration are read in every spelling', () => {
  for (const [how, typed] of SPELLINGS) {
    const domain = typed.split(/[@＠]/)[1] ?? '';
    const { domains } = registrationConfig.parse({ mode: 'domain', domains: [domain] });
    expect([how, domains]).toEqual([how, ['xn--mller-kva.example']]);
  }
  for (const domain of ['', 'example', 'a b.example', 'a@b.example', '*.example', '127.0.0.1']) {
    expect([domain, registrationConfig.safeParse({ domains: [domain] }).success]).toEqual([domain, false]);
  }
});

const newVisitor = () => createVisitor(gatehouse.issuer);

async function signedIn(email: string): Promise<Visitor> {
  const visitor = newVisitor();
  const login = await visitor.open('/account');
  await visitor.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' });
  return visitor;
}

let seen: string[] = []; // at most as many as the mailbox keeps

/** What has come to the one person now, whose local part may have capitals. */
async function mailAbout(words: string): Promise<{ code: string; url: string }> {
  const all = (await gatehouse.modules.mail.mailbox?.list()) ?? [];
  const fresh = all.filter(({ id, to }) => !seen.includes(id) && to.toLowerCase() === SHOWN);
  seen = all.map(({ id }) => id);
  const text = fresh.find(({ subject }) => subject.includes(words))?.text;
  if (text === undefined) throw new Error(`no mail about ${words}: ${fresh.map(({ subject }) => subject)}`);
  return { code: /^\d{6}$/m.exec(text)?.[0] ?? '', url: /^https?:\/\/\S+$/m.exec(text)?.[0] ?? '' };
}

async function run(
  name: string,
  values: Parameters<Gatehouse['command']>[1],
  positionals: string[] = [],
): Promise<Record<string, unknown>> {
  return gatehouse.command(name, values, { positionals, stdin: PASSWORD });
}
