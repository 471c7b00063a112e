import type { Database } from '../database/database.ts';
import type { Invitations } from '../invitations/invitations.ts';
import { emailKey, emailSchema, type Users } from '../users/users.ts';
import { isRegistrationOpen, type RegistrationConfig } from './config.ts';

/** By what an address that nobody has may become an account: by the mode alone, or by an invitation, which is used up. */
export type WayIn = 'open' | 'invited';
export type Newcomers = ReturnType<typeof createNewcomers>;

/** Who may make an account after a mail to an address that they typed at the sign-in. */
export function createNewcomers({
  config: { registration },
  mail,
  users,
  invitations,
}: {
  config: { registration: RegistrationConfig };
  mail: { isAvailable: boolean };
  users: Pick<Users, 'signInBy'>;
  invitations: Pick<Invitations, 'findFor' | 'consumeFor'>;
}) {
  // Where only usernames count, an address at the sign-in is that of somebody who has none yet.
  const isPossible = mail.isAvailable && registration.mode !== 'off' && users.signInBy !== 'username';

  return {
    /** Whether somebody without an invitation may come at all. Says nothing of any address. */
    areWelcome: isPossible && isRegistrationOpen(registration, mail),

    /** The same statements for each address, whether somebody has it or nobody. */
    async wayInFor(email: string): Promise<WayIn | undefined> {
      return isPossible ? wayInOf(email) : undefined;
    },

    /** The same for an address that was proved otherwise, at a provider elsewhere: it needs no mail of ours. */
    wayInOfProved: wayInOf,

    /** The invitation of this address, in the transaction that makes the account. False: there is none that works. */
    useInvitation: async (email: string, inside: Database): Promise<boolean> =>
      (await invitations.consumeFor(email, inside)) !== undefined,
  };

  async function wayInOf(email: string): Promise<WayIn | undefined> {
    if (registration.mode === 'off' || !emailSchema.safeParse(email).success) return undefined;
    if (isOpenTo(registration, email)) return 'open';
    return (await invitations.findFor(email)) ? 'invited' : undefined;
  }
}

/** Whether whoever reads the mail of this address may make an account, without an invitation. */
function isOpenTo(registration: RegistrationConfig, email: string): boolean {
  return registration.mode === 'open' || isOfDomain(registration, email);
}

/** Whether `mode` is `domain`, and the address of one of `domains`. */
export function isOfDomain({ mode, domains }: RegistrationConfig, email: string): boolean {
  return mode === 'domain' && domains.includes(emailKey(email).split('@').at(-1) ?? '');
}
