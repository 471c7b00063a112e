import { createInvitations } from '../../src/invitations/invitations.ts';
import { operatorHere } from '../../src/lib/actor.ts';
import type { Dialect } from '../support/database.ts';
import { setUpUsers } from '../users/set-up.ts';

/** Invitations over a database of their own, which are not mailed. */
export async function setUpInvitations(dialect: Dialect) {
  const given = await setUpUsers(dialect);
  const invitations = createInvitations({
    ...given,
    mail: { isAvailable: false, send: async () => {} },
    config: {
      issuer: 'https://id.example',
      registration: { mode: 'invitation', invitationTtlSeconds: 60 },
    },
  });
  return {
    ...given,
    invitations,
    /** The link's token, and what is known of the invitation. */
    async invite(email: string) {
      const { url, invitation } = await invitations.invite(
        { email, isMailed: false, locale: 'en' },
        operatorHere(),
      );
      return { ...invitation, token: new URL(url).searchParams.get('invitation') ?? '' };
    },
  };
}
