import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import { type Page, type PageWish, pageOf } from '../deeds/deeds.ts';
import type { ChangedBy } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import { emailTaken, mailMissing, userInvalid } from '../users/errors.ts';
import { emailSchema, tidyEmail } from '../users/users.ts';
import { invitationUnknown, registrationOff } from './errors.ts';
import { invited, uninvited } from './events.ts';
import { createInvitationStore, type Invitation, sweptInvitations } from './store.ts';

export type { Invitation } from './store.ts';

export type InvitationsDeps = {
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  users: { findByEmail(email: string): Promise<object | undefined> };
  mail: {
    isAvailable: boolean;
    send(mail: {
      to: string;
      template: 'invitation';
      data: { url: string; validSeconds: number };
      locale: string;
      keepSeconds: number;
    }): Promise<void>;
  };
  config: { issuer: string; registration: { mode: string; invitationTtlSeconds: number } };
};

export type Invitations = ReturnType<typeof createInvitations>;

/** Links with which people make their own accounts. The table has the token's SHA-256. */
export function createInvitations({ db, clock, audit, users, mail, config }: InvitationsDeps) {
  const store = createInvitationStore(db);

  return {
    /** Its rows that run out. */
    sweeps: [sweptInvitations],

    /**
     * A link with which somebody makes an account with this address. A new one voids the older. `isMailed`: it is mailed
     * to the address as well. Throws `invitations.registration_off`, `users.mail_missing`, `users.invalid` and
     * `users.email_taken`.
     */
    async invite(
      { email, isMailed, locale }: { email: string; isMailed: boolean; locale: string },
      by: ChangedBy,
    ): Promise<{ invitation: Invitation; url: string }> {
      if (config.registration.mode === 'off') throw registrationOff();
      if (isMailed && !mail.isAvailable) throw mailMissing();
      if (!emailSchema.safeParse(email).success) {
        throw userInvalid({ problems: [{ field: 'email', why: 'must be an e-mail address' }] });
      }
      if (await users.findByEmail(email)) throw emailTaken();
      const { token, validSeconds, ...invitation } = await create(email);
      const url = `${config.issuer}/registration?invitation=${token}`;
      if (isMailed) {
        const data = { url, validSeconds };
        await mail.send({
          to: invitation.email,
          template: 'invitation',
          data,
          locale,
          keepSeconds: validSeconds,
        });
      }
      const { id, expiresAt } = invitation;
      await audit.record(invited, {
        outcome: 'success',
        ...by,
        detail: { id, before: { invitation: null }, after: { invitation: 'set', expiresAt, isMailed } },
      });
      return { invitation, url };
    },

    /** The one that there was for this address. Throws `invitations.unknown`. */
    async uninvite(email: string, by: ChangedBy): Promise<void> {
      const withdrawn = await store.delete(email);
      if (!withdrawn) throw invitationUnknown();
      await audit.record(uninvited, {
        outcome: 'success',
        ...by,
        detail: { id: withdrawn.id, before: { invitation: 'set' }, after: { invitation: null } },
      });
    },

    /** Never spends. */
    find: (token: string): Promise<Invitation | undefined> => store.find(sha256(token), clock.now()),

    /** Works once, in `inside`'s transaction: the account it is for is made there, too. */
    consume: (token: string, inside: Database): Promise<Invitation | undefined> =>
      createInvitationStore(inside).consume(sha256(token), clock.now()),

    /** The one for this address, while it works. Never spends. */
    findFor: (email: string): Promise<Invitation | undefined> => store.findFor(email, clock.now()),

    /** As `consume`, for who has proved the address that is invited. */
    consumeFor: (email: string, inside: Database): Promise<Invitation | undefined> =>
      createInvitationStore(inside).consumeFor(email, clock.now()),

    /** A page of those that still work, oldest first. Throws `invitations.unknown` for an `after` that is none. */
    async list({ after, limit }: PageWish): Promise<Page<Invitation>> {
      const previous = after === undefined ? undefined : ((await store.findById(after)) ?? notInvited());
      return pageOf(await store.list(clock.now(), { after: previous, limit: limit + 1 }), limit);
    },
  };

  /** A new one. An older one for the same address stops working. */
  async function create(email: string): Promise<Invitation & { token: string; validSeconds: number }> {
    const token = createSecret();
    const now = clock.now();
    const validSeconds = config.registration.invitationTtlSeconds;
    const invitation = {
      id: createId('inv'),
      email: tidyEmail(email),
      expiresAt: now + validSeconds * 1000,
      createdAt: now,
    };
    await store.save({ ...invitation, tokenHash: sha256(token) });
    return { ...invitation, token, validSeconds };
  }
}

function notInvited(): never {
  throw invitationUnknown();
}
