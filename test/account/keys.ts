import type { Page, Visitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addAuthenticatorApp, addCredential } from '../support/credentials.ts';
import { totpCode } from '../support/totp-code.ts';
import type { Account } from './set-up.ts';

type Person = { id: string; email: string };
export type Authenticator = ReturnType<typeof createAuthenticator>;

/** What people hold beside a password, and how they answer with it on the pages that ask for it. */
export function keysOf(account: Account) {
  return {
    newAuthenticator: (): Authenticator => createAuthenticator({ origin: account.issuer, rpId: 'localhost' }),

    async givePasskey(person: Person): Promise<Authenticator> {
      const authenticator = this.newAuthenticator();
      await addCredential(account, person.id, 'passkey', (shown) => ({
        credential: authenticator.create(shown),
      }));
      return authenticator;
    },

    /** Answers what the app shows, each time the next code. */
    async giveApp(person: Person): Promise<() => string> {
      const secret = await addAuthenticatorApp(account, person.id, account.now());
      return () => {
        account.passTime(30_000);
        return totpCode(secret, account.now());
      };
    },

    giveBackupCodes: async (person: Person): Promise<string> =>
      (await addCredential(account, person.id, 'backup-codes', () => ({ saved: 'yes' }))).id,

    /** By the page that shows what is to be signed: of a step, or of adding one. */
    answer(visitor: Visitor, page: Page, authenticator: Authenticator, deed: 'get' | 'create' = 'get') {
      const text = /data-passkey="([^"]*)"/.exec(page.html)?.[1] ?? '';
      const shown = JSON.parse(
        text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'),
      );
      return visitor.submit(page, { credential: authenticator[deed](shown) }, { form: '/passkey' });
    },

    /** From the sign-in's first page to that of the passkey, and through it. */
    async signInByPasskey(visitor: Visitor, authenticator: Authenticator, path = '/account'): Promise<Page> {
      const login = await visitor.open(path);
      const url = new URL(login.url);
      const page = await visitor.open(`${url.pathname.replace(/\/$/, '')}/passkey${url.search}`);
      return this.answer(visitor, page, authenticator);
    },

    /** By a code in a mail. */
    async signInByMail(visitor: Visitor, { email }: Person, path = '/account'): Promise<Page> {
      const login = await visitor.open(path);
      const url = new URL(login.url);
      const page = await visitor.open(`${url.pathname.replace(/\/$/, '')}/email${url.search}`);
      const sent = await visitor.submit(page, { identifier: email }, { form: '/email' });
      const [mail] = await account.mailsTo(email);
      return visitor.submit(sent, { code: /^\d{6}$/m.exec(mail?.text ?? '')?.[0] ?? '' }, { form: '/email' });
    },

    /** Follows "Go on" of the page that names what is missing. */
    goOn(visitor: Visitor, page: Page): Promise<Page> {
      const href = /href="([^"]*\/prove\/begin[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&');
      if (href === undefined) throw new Error(`nothing to go on with: ${page.url} ${page.heading}`);
      return visitor.open(href);
    },
  };
}
