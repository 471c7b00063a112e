import { refreshTokenGrant } from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { eachStorage } from '../support/database.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';

const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };
type Person = { id: string; email: string };

eachStorage('a password that is set anew', (dialect) => {
  let gatehouse: Gatehouse;
  let books: RelyingParty;

  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
    books = await createRelyingParty(gatehouse, { firstParty: true });
  });
  afterAll(() => gatehouse?.close());

  const newVisitor = () => createVisitor(gatehouse.issuer);

  async function byLink({ id }: Person): Promise<void> {
    const answer = await gatehouse.command('users set-password', {}, { positionals: [id] });
    const visitor = newVisitor();
    await visitor.submit(await visitor.open(answer.set_password_url ?? ''), CHOSEN);
  }

  async function byOperator({ id }: Person): Promise<void> {
    const options = { positionals: [id], stdin: NEW };
    await gatehouse.command('users set-password', { 'password-stdin': true }, options);
  }

  async function byRecovery({ email }: Person, visitor: Visitor = newVisitor()): Promise<void> {
    await visitor.submit(await visitor.open('/recovery'), { email }, { form: '/recovery' });
    const { url } = await mailAbout(gatehouse, email, 'your code for a new');
    const choose = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/link' });
    await visitor.submit(choose, CHOSEN, { form: '/password' });
  }

  async function byRecoveryWhileSignedIn(person: Person): Promise<void> {
    const { visitor } = await signIn(gatehouse, books, person);
    await byRecovery(person, visitor);
  }

  test.each([
    ['by the link that an operator prints', byLink],
    ['by an operator', byOperator],
    ['by recovery', byRecovery],
    ['by recovery in a browser that is signed in', byRecoveryWhileSignedIn],
  ] as const)('%s ends what the old one had opened, with `offline_access` too', async (_, set) => {
    const person = await createPerson(gatehouse);
    const { tokens, visitor } = await signIn(gatehouse, books, person, {
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    const refresh = () => refreshTokenGrant(books.configuration, tokens.refresh_token ?? '');
    await set(person);
    await expect(refresh()).rejects.toMatchObject({ error: 'invalid_grant' });
    expect((await visitor.open('/account')).heading).toBe('Sign in');
  });
});
