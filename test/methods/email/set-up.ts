import type { z } from 'zod';
import { emailConfig } from '../../../src/methods/email/config.ts';
import { createEmail } from '../../../src/methods/email/email.ts';
import type { Mails } from '../../../src/views/views.ts';
import type { Dialect } from '../../support/database.ts';
import { setUpMethods } from '../set-up.ts';

export type SentMail = Mails['sign-in'] & { to: string; locale: string; isDecoy: boolean };
export const ADA = 'ada@analytical.example';

/** The method over a real database, with a mail server that remembers what it was given. */
export async function setUpEmail({
  dialect = 'sqlite',
  config: input = {},
}: {
  dialect?: Dialect;
  config?: z.input<typeof emailConfig>;
} = {}) {
  const base = await setUpMethods({ dialect });
  const sent: SentMail[] = [];
  const serverKeys = new Map([['key_1', Buffer.alloc(32, 3)]]);
  const state = {
    isAvailable: true,
    isAnswering: true,
    keyId: 'key_1',
    wayIn: undefined as 'open' | undefined,
  };
  const config = emailConfig.parse(input);
  const email = createEmail({
    db: base.db,
    users: base.users,
    clients: { find: async (id) => (id === 'cli_books' ? { name: 'Books', isBuiltIn: false } : undefined) },
    mail: {
      get isAvailable() {
        return state.isAvailable;
      },
      isAnswering: async () => state.isAnswering,
      send: async ({ to, locale, data, isDecoy }) => void sent.push({ ...data, to, locale, isDecoy }),
    },
    keys: {
      serverKeys: {
        current: async () => ({ id: state.keyId, key: serverKeys.get(state.keyId) ?? Buffer.alloc(32) }),
        find: async (_purpose, id) => serverKeys.get(id),
      },
    },
    newcomers: { areWelcome: false, wayInFor: async () => state.wayIn },
    config,
    issuer: 'https://id.example',
    clock: base.clock,
  });
  return {
    ...base,
    email,
    sent,
    state,
    serverKeys,
    methods: base.methodsOf([email, base.password]),
    last: () => sent.at(-1) ?? fail('no mail'),
    tokenOf: (mail: SentMail) => new URL(mail.url).searchParams.get('token') ?? '',
  };
}

/** A code that is not this one. */
export function otherThan(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

function fail(message: string): never {
  throw new Error(message);
}
