import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eachStorage } from '../support/database.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Visitor } from './visitor.ts';

eachStorage('signed out everywhere', (dialect) => {
  let gatehouse: Gatehouse;

  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
  });
  afterAll(() => gatehouse?.close());

  /** A browser whose sign-in is complete, and that has not gone on yet; answers where it would. */
  async function atResume({ email }: { email: string }, visitor: Visitor): Promise<string> {
    const page = await visitor.open('/account');
    const { action = '', fields = {} } = page.forms.find((form) => form.action.includes('/login')) ?? {};
    const answer = await visitor.request(
      'POST',
      new URL(action, page.url).href,
      new URLSearchParams({ ...fields, identifier: email, password: PASSWORD }),
    );
    const resume = new URL(answer.headers.get('location') ?? '', page.url).href;
    expect(resume).toContain('/auth/');
    return resume;
  }

  const ends: Record<string, (person: { id: string }) => Promise<unknown>> = {
    'users sign-out': ({ id }) => gatehouse.command('users sign-out', {}, { positionals: [id] }),
    'users set-password': ({ id }) =>
      gatehouse.command(
        'users set-password',
        { 'password-stdin': true },
        { positionals: [id], stdin: 'four brave herons sing' },
      ),
    'users disable': ({ id }) => gatehouse.command('users disable', {}, { positionals: [id] }),
    'the person’s own “all others”': ({ id }) => gatehouse.modules.oidc.sessions.endAllOf(id),
  };

  describe.each(Object.keys(ends))('by %s', (name) => {
    test('a sign-in that was complete before comes to nothing', async () => {
      const person = await createPerson(gatehouse);
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(person, visitor);
      await ends[name]?.(person);
      const page = await visitor.open(resume);
      expect(page.status).toBe(410);
      expect(page.html).not.toContain(person.email);
      expect(await gatehouse.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
      expect((await visitor.open('/account')).heading).toBe('Sign in');
    });

    test('a request that was under way does not bring it back', async () => {
      const person = await createPerson(gatehouse);
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(person, visitor);
      const uid = /\/auth\/([^/?]+)/.exec(resume)?.[1] ?? '';
      const read = await gatehouse.modules.oidc.provider().Interaction.find(uid);
      expect(read?.result?.login).toMatchObject({ accountId: person.id });
      await ends[name]?.(person);
      await expect(read?.persist()).rejects.toMatchObject({
        error_description: 'the interaction was ended meanwhile',
      });
      expect((await visitor.open(resume)).status).toBe(410);
    });

    test('other people’s sign-ins go on', async () => {
      const [person, other] = [await createPerson(gatehouse), await createPerson(gatehouse)];
      const visitor = createVisitor(gatehouse.issuer);
      const resume = await atResume(other, visitor);
      await ends[name]?.(person);
      expect((await visitor.open(resume)).html).toContain(other.email);
    });
  });
});
