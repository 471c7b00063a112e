import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { defined } from '../lib/defined.ts';

export type AccountStore = ReturnType<typeof createAccountStore>;

export type EmailChange = {
  userId: string;
  tokenHash: string;
  email: string;
  createdAt: number;
  expiresAt: number;
};
/** The address that comes back. */
export type EmailUndo = EmailChange & { emailVerified: boolean };
export type Deletion = { userId: string; createdAt: number; dueAt: number };

/** For the sweeper: links that ran out. Deletions that are due are `deletion.ts`'s matter. */
export const sweptAccount: readonly SweptTable[] = [
  { name: 'account_email_changes', key: 'user_id', expiresAt: 'expires_at' },
  { name: 'account_email_undos', key: 'token_hash', expiresAt: 'expires_at' },
];

export function createAccountStore(db: Database) {
  return {
    /** One statement: the older link of this person is replaced. */
    async saveEmailChange(change: EmailChange): Promise<void> {
      await db('account_email_changes')
        .insert({
          user_id: change.userId,
          token_hash: change.tokenHash,
          email: change.email,
          created_at: change.createdAt,
          expires_at: change.expiresAt,
        })
        .onConflict('user_id')
        .merge(['token_hash', 'email', 'created_at', 'expires_at']);
    },

    /** The address that waits to be confirmed, by the person alone or by the link as well. */
    async findEmailChange(
      which: { userId: string; tokenHash?: string },
      now: number,
    ): Promise<{ email: string; expiresAt: number } | undefined> {
      const row = await db('account_email_changes')
        .where(columnsOf(which))
        .where('expires_at', '>', now)
        .first('email', 'expires_at');
      return row && { email: row.email, expiresAt: Number(row.expires_at) };
    },

    /** Spends a link: true for exactly one of any number of calls. */
    async consumeEmailChange(which: { userId: string; tokenHash: string }, now: number): Promise<boolean> {
      const rows = await db('account_email_changes')
        .where(columnsOf(which))
        .where('expires_at', '>', now)
        .delete()
        .returning(['user_id']);
      return rows.length === 1;
    },

    async deleteEmailChange(userId: string): Promise<void> {
      await db('account_email_changes').where({ user_id: userId }).delete();
    },

    async saveEmailUndo(undo: EmailUndo): Promise<void> {
      await db('account_email_undos').insert({
        token_hash: undo.tokenHash,
        user_id: undo.userId,
        email: undo.email,
        email_verified: undo.emailVerified,
        created_at: undo.createdAt,
        expires_at: undo.expiresAt,
      });
    },

    async findEmailUndo(tokenHash: string, now: number): Promise<EmailUndo | undefined> {
      const row: UndoRow | undefined = await db('account_email_undos')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .first(UNDO_COLUMNS);
      return row && toUndo(row);
    },

    /**
     * Spends an undo, and with it those of later changes: whoever changed the address twice must not take the owner's
     * undo back.
     */
    async consumeEmailUndo({ userId, tokenHash, createdAt }: EmailUndo, now: number): Promise<boolean> {
      const rows = await db('account_email_undos')
        .where({ token_hash: tokenHash, user_id: userId })
        .where('expires_at', '>', now)
        .delete()
        .returning(['user_id']);
      if (rows.length !== 1) return false;
      await db('account_email_undos')
        .where({ user_id: userId })
        .where('created_at', '>=', createdAt)
        .delete();
      await db('account_email_changes').where({ user_id: userId }).delete();
      return true;
    },

    /** Addresses of before, as long as they can take a change back. */
    async listUndoAddresses(userId: string, now: number): Promise<string[]> {
      const rows = await db('account_email_undos')
        .where({ user_id: userId })
        .where('expires_at', '>', now)
        .select('email');
      return rows.map((row: { email: string }) => row.email);
    },

    /** False when the end was planned already; then its day stays. */
    async planDeletion({ userId, createdAt, dueAt }: Deletion): Promise<boolean> {
      const rows = await db('account_deletions')
        .insert({ user_id: userId, created_at: createdAt, due_at: dueAt })
        .onConflict('user_id')
        .ignore()
        .returning(['user_id']);
      return rows.length === 1;
    },

    async isDeletionPlanned(userId: string): Promise<boolean> {
      const rows = await db.hot('select user_id from account_deletions where user_id = ?', [userId]);
      return rows.length > 0;
    },

    /** True when one was planned, and is no more. */
    async cancelDeletion(userId: string): Promise<boolean> {
      const rows = await db.hot('delete from account_deletions where user_id = ? returning user_id', [
        userId,
      ]);
      return rows.length === 1;
    },

    async listDueDeletions(now: number, limit: number): Promise<string[]> {
      const rows = await db('account_deletions')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .select('user_id');
      return rows.map((row: { user_id: string }) => row.user_id);
    },

    /** True for the one call that may delete the person now. */
    async consumeDueDeletion(userId: string, now: number): Promise<boolean> {
      const rows = await db('account_deletions')
        .where({ user_id: userId })
        .where('due_at', '<=', now)
        .delete()
        .returning(['user_id']);
      return rows.length === 1;
    },

    /** What other folders hold of a person, by the columns of their tables that the person may see. Rows by table. */
    async listPersonalData(
      userId: string,
      tables: Readonly<Record<string, readonly string[]>>,
    ): Promise<Record<string, Record<string, unknown>[]>> {
      const entries = Object.entries(tables).map(async ([table, columns]) => {
        const rows: Record<string, unknown>[] = await db(table)
          .where({ user_id: userId })
          .select([...columns]);
        return [table, rows] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}

type UndoRow = {
  token_hash: string;
  user_id: string;
  email: string;
  email_verified: boolean | number;
  created_at: number;
  expires_at: number;
};

const UNDO_COLUMNS = [
  'token_hash',
  'user_id',
  'email',
  'email_verified',
  'created_at',
  'expires_at',
] as const;

function toUndo(row: UndoRow): EmailUndo {
  return {
    tokenHash: row.token_hash,
    userId: row.user_id,
    email: row.email,
    emailVerified: Boolean(row.email_verified),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
  };
}

function columnsOf({ userId, tokenHash }: { userId: string; tokenHash?: string }): Record<string, string> {
  return { user_id: userId, ...defined({ token_hash: tokenHash }) };
}
