import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { emailKey, spellingKey, tidyEmail } from '../users/users.ts';

/** Somebody who may make an account with this address. Times are milliseconds since the epoch. */
export type Invitation = { id: string; email: string; expiresAt: number; createdAt: number };

/** The SQL of invitations. */
export function createInvitationStore(db: Database) {
  return {
    /** One statement: an older one for the same address is replaced. */
    async save(invitation: Invitation & { tokenHash: string }): Promise<void> {
      await db('invitations')
        .insert({
          id: invitation.id,
          token_hash: invitation.tokenHash,
          email: invitation.email,
          email_key: spellingKey(invitation.email),
          expires_at: invitation.expiresAt,
          created_at: invitation.createdAt,
        })
        .onConflict('email_key')
        .merge();
    },

    async find(tokenHash: string, now: number): Promise<Invitation | undefined> {
      const row: Row | undefined = await db('invitations')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .first(COLUMNS);
      return row && toInvitation(row);
    },

    /** Read and spent in one statement, so never twice. */
    async consume(tokenHash: string, now: number): Promise<Invitation | undefined> {
      const [row]: Row[] = await db('invitations')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .delete()
        .returning([...COLUMNS]);
      return row && toInvitation(row);
    },

    async findFor(email: string, now: number): Promise<Invitation | undefined> {
      const row: Row | undefined = await of(email).where('expires_at', '>', now).first(COLUMNS);
      return row && toInvitation(row);
    },

    /** Spent in one statement, so never twice. */
    async consumeFor(email: string, now: number): Promise<Invitation | undefined> {
      const [row]: Row[] = await of(email)
        .where('expires_at', '>', now)
        .delete()
        .returning([...COLUMNS]);
      return row && toInvitation(row);
    },

    async findById(id: string): Promise<Invitation | undefined> {
      const row: Row | undefined = await db('invitations').where({ id }).first(COLUMNS);
      return row && toInvitation(row);
    },

    /** Those that work at `now`, oldest first, after the given one. */
    async list(
      now: number,
      { after, limit }: { after?: Invitation | undefined; limit: number },
    ): Promise<Invitation[]> {
      const query = db('invitations')
        .where('expires_at', '>', now)
        .orderBy(['created_at', 'id'])
        .limit(limit)
        .select(COLUMNS);
      if (after) query.whereRaw('(created_at, id) > (?, ?)', [after.createdAt, after.id]);
      const rows: Row[] = await query;
      return rows.map(toInvitation);
    },

    async delete(email: string): Promise<Invitation | undefined> {
      const [row]: Row[] = await of(email)
        .delete()
        .returning([...COLUMNS]);
      return row && toInvitation(row);
    },
  };

  /** As it was typed now, as it is kept, or as the release before kept it. */
  function of(email: string) {
    return db('invitations').whereIn('email_key', [
      spellingKey(email),
      spellingKey(tidyEmail(email)),
      emailKey(email),
    ]);
  }
}

/** For the sweeper. */
export const sweptInvitations: SweptTable = { name: 'invitations', key: 'id', expiresAt: 'expires_at' };

const COLUMNS = ['id', 'email', 'expires_at', 'created_at'] as const;

type Row = { id: string; email: string; expires_at: number; created_at: number };

function toInvitation(row: Row): Invitation {
  return {
    id: row.id,
    email: tidyEmail(row.email),
    expiresAt: Number(row.expires_at),
    createdAt: Number(row.created_at),
  };
}
