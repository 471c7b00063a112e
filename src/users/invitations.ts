import type { Database } from '../database/database.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import { invitationUnknown } from './errors.ts';
import { tidyEmail } from './profile.ts';
import { createUserStore, type Invitation } from './store.ts';

export type { Invitation } from './store.ts';

/** Links with which people make their own accounts. The table has the token's SHA-256. */
export function createInvitations({ db, clock }: { db: Database; clock: Clock }) {
  const store = createUserStore(db);
  return {
    /** A new one. An older one for the same address stops working. */
    async create(email: string, ttlSeconds: number): Promise<Invitation & { token: string }> {
      const token = createSecret();
      const now = clock.now();
      const invitation = {
        id: createId('inv'),
        email: tidyEmail(email),
        expiresAt: now + ttlSeconds * 1000,
        createdAt: now,
      };
      await store.saveInvitation({ ...invitation, tokenHash: sha256(token) });
      return { ...invitation, token };
    },

    /** Never spends. */
    find: (token: string): Promise<Invitation | undefined> =>
      store.findInvitation(sha256(token), clock.now()),

    /** Works once, in `inside`'s transaction: the account it is for is made there, too. */
    consume: (token: string, inside: Database): Promise<Invitation | undefined> =>
      createUserStore(inside).consumeInvitation(sha256(token), clock.now()),

    /** A page of those that still work, oldest first. Throws `users.invitation_unknown` for an `after` that is none. */
    async list({ after, limit }: PageWish): Promise<Page<Invitation>> {
      const previous =
        after === undefined ? undefined : ((await store.findInvitationById(after)) ?? notInvited());
      return pageOf(await store.listInvitations(clock.now(), { after: previous, limit: limit + 1 }), limit);
    },

    /** The one that there was for this address. */
    withdraw: (email: string): Promise<Invitation | undefined> => store.deleteInvitation(email),
  };
}

function notInvited(): never {
  throw invitationUnknown();
}

export type Invitations = ReturnType<typeof createInvitations>;
