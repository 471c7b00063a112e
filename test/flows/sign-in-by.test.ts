import { afterEach, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { mailsTo } from './mailbox.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

/** `users.signInBy`: what people type to sign in. */

const PASSWORD = 'seven quiet otters drift';
const EMAIL = 'ada@example.com';
const often = [{ points: 10_000, perSeconds: 60 }];
const answers = { account: often, accountFromNetwork: often, knownDevice: often };
const mails = { address: often, knownDevice: often, browser: often, network: often };

let gatehouse: Gatehouse;
afterEach(() => gatehouse?.close());

async function open(signInBy: 'email' | 'username' | 'both', few: object[] = often): Promise<void> {
  gatehouse = await startGatehouse({
    settings: {
      users: { signInBy },
      methods: { limits: { ...answers, account: few, network: often, device: often, begin: often } },
      email: { enabled: true, limits: { ...mails, address: few } },
    },
  });
  const create = (values: Record<string, string>) =>
    gatehouse.command('users create', { ...values, 'password-stdin': true }, { stdin: PASSWORD });
  await create({ email: EMAIL, username: 'AdaL' });
  await create({ email: 'plain@example.com' });
}

const LABELS = { email: 'E-mail', username: 'Username', both: 'Username or e-mail' };

test.each([
  ['email', EMAIL, true],
  ['email', 'AdaL', false],
  ['both', ' ADA@example.com', true],
  ['both', ' ＡdaL ', true],
  ['both', 'plain@example.com', true],
  ['username', ' ＡdaL ', true],
  ['username', EMAIL, false],
  // Who has no username yet is not shut out by the setting.
  ['username', 'plain@example.com', true],
] as const)('%s: %j signs in: %s', async (signInBy, typed, isRight) => {
  await open(signInBy);
  const login = await createVisitor(gatehouse.issuer).open('/account');
  expect(login.html).toContain(`<label for="identifier">${LABELS[signInBy]}</label>`);
  const field = /<input id="identifier"[^>]*>/.exec(login.html)?.[0] ?? '';
  expect(field).toMatch(/type="text".*autocomplete="username/);
  expect(field.includes('inputmode="email"')).toBe(signInBy !== 'username');
  const { page } = await signIn(typed);
  expect(page.status).toBe(isRight ? 200 : 422);

  // By a mail just the same, and the page is the same for everybody.
  const sent = await askForMail(typed);
  expect(sent).toMatchObject({ status: 200, heading: 'Check your e-mail' });
  const address = typed.includes('plain') ? 'plain@example.com' : EMAIL;
  const codes = (await mailsTo(gatehouse, address)).filter(({ code }) => code !== '');
  expect(codes).toHaveLength(isRight ? 1 : 0);
});

test.each(['email', 'username', 'both'] as const)(
  '%s: a name that nobody has is answered like one that somebody has',
  async (signInBy) => {
    await open(signInBy);
    const [known, nobody] = signInBy === 'email' ? [EMAIL, 'nil@example.com'] : ['adal', 'nils'];
    const counts: number[] = [];
    const pages: string[] = [];
    for (const name of [known, nobody]) {
      const statements = countStatements();
      const { page } = await signIn(name, 'not the right password');
      counts.push(statements.end());
      expect(page.status).toBe(422);
      pages.push(scrubbed(page.html, name));
      pages.push(scrubbed((await askForMail(name)).html, name));
    }
    expect(pages.slice(2)).toEqual(pages.slice(0, 2));
    expect(counts[1]).toBe(counts[0]);
  },
);

test('both: what was tried with one name of a person tells nothing of the other one', async () => {
  await open('both', [{ points: 2, perSeconds: 3600 }]);
  const statusesOf = async (name: string) => {
    const { page } = await signIn(name, 'not the right password');
    return [page.status, (await askForMail(name)).status];
  };
  for (let times = 0; times < 2; times += 1) expect(await statusesOf(EMAIL)).toEqual([422, 200]);
  for (const spelling of [EMAIL, 'ADA@example.com', ' ada\u200b@example.com'])
    expect(await statusesOf(spelling)).toEqual([429, 429]);
  expect(await statusesOf('adal')).toEqual([422, 200]);
  expect(await statusesOf('nils')).toEqual([422, 200]);
  await statusesOf('adal');
  for (const spelling of ['ADAL', 'ada\u200bl', 'ＡＤＡＬ'])
    expect(await statusesOf(spelling)).toEqual([429, 429]);
});

test.each(['email', 'username', 'both'] as const)(
  '%s: who is asked again has the own name there, and proves',
  async (signInBy) => {
    await open(signInBy);
    const { visitor } = await signIn(signInBy === 'email' ? EMAIL : 'adal');
    gatehouse.passTime(3_600_000);
    const again = await visitor.open('/account/password?prove=yes');
    const name = signInBy === 'username' ? 'AdaL' : EMAIL;
    expect(again.html).toMatch(new RegExp(`<input id="identifier"[^>]*value="${name}"[^>]* readonly`));
    const page = await visitor.submit(again, { password: PASSWORD }, { form: '/login' });
    expect(page.url).toBe(`${gatehouse.issuer}/account/password`);
  },
);

async function signIn(identifier: string, password = PASSWORD): Promise<{ visitor: Visitor; page: Page }> {
  const visitor = createVisitor(gatehouse.issuer);
  const login = await visitor.open('/account');
  return { visitor, page: await visitor.submit(login, { identifier, password }, { form: '/login' }) };
}

async function askForMail(identifier: string): Promise<Page> {
  const visitor = createVisitor(gatehouse.issuer);
  const login = await visitor.open('/account');
  const row = /formaction="([^"]*\/email[^"]*)"/.exec(login.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const form = await visitor.open(new URL(row, login.url).href);
  return visitor.submit(form, { identifier }, { form: '/email' });
}

function countStatements() {
  const { knex } = gatehouse.modules.db;
  let count = 0;
  const note = ({ sql }: { sql: string }) => {
    // Of whatever name: a node reads them once a second.
    if (!/ from .upstream_providers\W/.test(sql)) count += 1;
  };
  knex.on('query', note);
  return {
    end() {
      knex.off('query', note);
      return count;
    },
  };
}

/** Without what differs from one visit to the next. */
function scrubbed(html: string, name: string): string {
  const [main = ''] = /<main[\s\S]*<\/main>/.exec(html) ?? [];
  return main
    .replaceAll(name, 'NAME')
    .replaceAll(/(name="(?:csrf|handle)" value=)"[^"]*"/g, '$1')
    .replaceAll(/(app|for)=[^"&]*/g, '$1=')
    .replaceAll(/\/interaction\/[\w-]+/g, '/interaction/UID');
}
