import { expect } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';

export const PASSWORD = 'seven quiet otters drift';

export type Account = Awaited<ReturnType<typeof startAccount>>;
type Person = { id: string; email: string };

/** A whole Gatehouse with people who have a password, and their mails. */
export async function startAccount(options: Parameters<typeof startGatehouse>[0] = {}) {
  const gatehouse: Gatehouse = await startGatehouse(options);
  const { modules, issuer } = gatehouse;
  let count = 0;

  return {
    ...gatehouse,

    async createPerson(
      more: { profile?: Record<string, unknown>; emailVerified?: boolean } = {},
    ): Promise<Person> {
      count += 1;
      const email = `person${count}@example.com`;
      const user = await modules.users.create(
        {
          email,
          emailVerified: true,
          profile: { name: `Person ${count}` },
          ...more,
        },
        SYSTEM,
      );
      const set = await modules.password.set(user.id, PASSWORD);
      if ('refused' in set) throw new Error(set.refused);
      return user;
    },

    /** A browser that signed in at `path`. */
    async signIn(
      { email }: { email: string },
      path = '/account',
      password = PASSWORD,
    ): Promise<{ visitor: Visitor; page: Page }> {
      const visitor = createVisitor(issuer);
      const page = await visitor.submit(
        await visitor.open(path),
        { identifier: email, password },
        { form: '/login' },
      );
      return { visitor, page };
    },

    /** The person types the password again where a fresh proof was asked for. */
    async proveAgain(visitor: Visitor, page: Page, password = PASSWORD): Promise<Page> {
      expect(page.heading).toBe('Sign in');
      return visitor.submit(page, { password }, { form: '/login' });
    },

    /** Mails to an address, newest first. */
    async mailsTo(email: string) {
      const mails = (await modules.mail.mailbox?.list()) ?? [];
      return mails.filter(({ to }) => to === email);
    },

    /** The address of the button of the newest mail to somebody. */
    async linkTo(email: string): Promise<string> {
      const [mail] = await this.mailsTo(email);
      return /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    },

    async eventsOf({ id }: { id: string }): Promise<string[]> {
      return (await modules.audit.list({ userId: id, limit: 200 })).map(({ event }) => event);
    },
  };
}

export const FIVE_MINUTES = 5 * 60_000;
