import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/errors.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { emailKey, type Profile } from './profile.ts';

export type UserId = `usr_${string}`;

/** A person who can sign in. Times are milliseconds since the epoch. */
export type User = {
  id: UserId;
  email: string;
  emailVerified: boolean;
  profile: Profile;
  isAdmin: boolean;
  disabledAt?: number;
  createdAt: number;
  updatedAt: number;
};

/** `first-administrator` belongs to nobody and works only while no person exists. */
export type LinkPurpose = 'first-administrator' | 'set-password' | 'recovery';

/** Somebody who may make an account with this address. Times are milliseconds since the epoch. */
export type Invitation = { id: string; email: string; expiresAt: number; createdAt: number };

const COLUMNS = [
  'id',
  'email',
  'email_verified',
  'profile',
  'is_admin',
  'disabled_at',
  'created_at',
  'updated_at',
] as const;

type UserRow = {
  id: `usr_${string}`;
  email: string;
  email_verified: boolean | number;
  profile: string;
  is_admin: boolean | number;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
};

export type StoredLink = {
  tokenHash: string;
  purpose: LinkPurpose;
  userId?: string;
  expiresAt: number;
  createdAt: number;
};

/** Links and invitations that ran out. */
export const sweptUsers: readonly SweptTable[] = [
  { name: 'one_time_links', key: 'token_hash', expiresAt: 'expires_at' },
  { name: 'invitations', key: 'id', expiresAt: 'expires_at' },
];

export type UserStore = ReturnType<typeof createUserStore>;

export function createUserStore(db: Database) {
  return {
    async find(id: string): Promise<User | undefined> {
      const [row] = await db.hot<UserRow>(`select ${COLUMNS.join(', ')} from users where id = ?`, [id]);
      return row && toUser(row);
    },

    async findByEmail(email: string): Promise<User | undefined> {
      const [row] = await db.hot<UserRow>(`select ${COLUMNS.join(', ')} from users where email_key = ?`, [
        emailKey(email),
      ]);
      return row && toUser(row);
    },

    /** Oldest first, after the given one. */
    async list({
      after,
      limit,
      search,
    }: {
      after?: Pick<User, 'id' | 'createdAt'>;
      limit: number;
      search?: string;
    }): Promise<User[]> {
      const query = db('users').orderBy(['created_at', 'id']).limit(limit).select(COLUMNS);
      if (after) {
        query.where((page) =>
          page
            .where('created_at', '>', after.createdAt)
            .orWhere((same) => same.where('created_at', after.createdAt).where('id', '>', after.id)),
        );
      }
      if (search) query.whereRaw(`search_text like ? escape '!'`, [`%${escapeLike(searchKey(search))}%`]);
      const rows: UserRow[] = await query;
      return rows.map(toUser);
    },

    async hasAny(): Promise<boolean> {
      return (await db('users').first('id')) !== undefined;
    },

    /**
     * Administrators who are not disabled, locked until the transaction ends, so that of two who go at the same moment the
     * second sees that the first is gone.
     */
    async lockAdministrators(): Promise<string[]> {
      const rows: { id: string }[] = await db('users')
        .where({ is_admin: true })
        .whereNull('disabled_at')
        .orderBy('id')
        .forUpdate()
        .select('id');
      return rows.map(({ id }) => id);
    },

    async listAdministrators(): Promise<User[]> {
      const rows: UserRow[] = await db('users')
        .where({ is_admin: true })
        .whereNull('disabled_at')
        .orderBy('id')
        .select(COLUMNS);
      return rows.map(toUser);
    },

    /** False when another user has the e-mail address already, also when both come at the same moment. */
    async insert(user: User): Promise<boolean> {
      const rows: { id: string }[] = await db('users')
        .insert({ id: user.id, created_at: user.createdAt, ...changeable(user) })
        .onConflict('email_key')
        .ignore()
        .returning(['id']);
      return rows.length === 1;
    },

    /**
     * Reads, changes and writes one user in one transaction. `undefined` when there is none, `taken` when another user
     * has the new e-mail address.
     */
    async update(
      id: string,
      change: (user: User) => User,
      onlyIf?: (inside: Database) => Promise<void>,
    ): Promise<User | 'taken' | undefined> {
      try {
        return await db.transaction(async (inside) => {
          await onlyIf?.(inside);
          const row: UserRow | undefined = await inside('users').where({ id }).forUpdate().first(COLUMNS);
          if (!row) return undefined;
          const changed = change(toUser(row));
          await inside('users').where({ id }).update(changeable(changed));
          return changed;
        });
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken';
        throw error;
      }
    },

    async delete(id: string, onlyIf?: (inside: Database) => Promise<void>): Promise<boolean> {
      return await db.transaction(async (inside) => {
        await onlyIf?.(inside);
        return (await inside('users').where({ id }).delete()) === 1;
      });
    },

    /** One statement: the older link of the same purpose and user is replaced. */
    async saveLink(link: StoredLink): Promise<void> {
      await db('one_time_links')
        .insert({
          token_hash: link.tokenHash,
          purpose: link.purpose,
          user_id: link.userId ?? null,
          owner: `${link.purpose}:${link.userId ?? ''}`,
          expires_at: link.expiresAt,
          created_at: link.createdAt,
        })
        .onConflict('owner')
        .merge(['token_hash', 'expires_at', 'created_at']);
    },

    async findLink(
      purpose: LinkPurpose,
      tokenHash: string,
      now: number,
    ): Promise<{ userId?: string } | undefined> {
      const row: LinkRow | undefined = await valid(db, purpose, tokenHash, now).first(['user_id']);
      return row && toLink(row);
    },

    /** Read and spent in one statement, so never twice. */
    async consumeLink(
      purpose: LinkPurpose,
      tokenHash: string,
      now: number,
    ): Promise<{ userId?: string } | undefined> {
      const [row]: LinkRow[] = await valid(db, purpose, tokenHash, now).delete().returning(['user_id']);
      return row && toLink(row);
    },

    async deleteLinksOf(userId: string): Promise<number> {
      return await db('one_time_links').where({ user_id: userId }).delete();
    },

    /** One statement: an older one for the same address is replaced. */
    async saveInvitation(invitation: Invitation & { tokenHash: string }): Promise<void> {
      await db('invitations')
        .insert({
          id: invitation.id,
          token_hash: invitation.tokenHash,
          email: invitation.email,
          email_key: emailKey(invitation.email),
          expires_at: invitation.expiresAt,
          created_at: invitation.createdAt,
        })
        .onConflict('email_key')
        .merge();
    },

    async findInvitation(tokenHash: string, now: number): Promise<Invitation | undefined> {
      const row: InvitationRow | undefined = await db('invitations')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .first(INVITATION_COLUMNS);
      return row && toInvitation(row);
    },

    /** Read and spent in one statement, so never twice. */
    async consumeInvitation(tokenHash: string, now: number): Promise<Invitation | undefined> {
      const [row]: InvitationRow[] = await db('invitations')
        .where({ token_hash: tokenHash })
        .where('expires_at', '>', now)
        .delete()
        .returning([...INVITATION_COLUMNS]);
      return row && toInvitation(row);
    },

    async listInvitations(now: number): Promise<Invitation[]> {
      const rows: InvitationRow[] = await db('invitations')
        .where('expires_at', '>', now)
        .orderBy(['created_at', 'id'])
        .select(INVITATION_COLUMNS);
      return rows.map(toInvitation);
    },

    async deleteInvitation(email: string): Promise<boolean> {
      return (
        (await db('invitations')
          .where({ email_key: emailKey(email) })
          .delete()) === 1
      );
    },
  };
}

const INVITATION_COLUMNS = ['id', 'email', 'expires_at', 'created_at'] as const;

type InvitationRow = { id: string; email: string; expires_at: number; created_at: number };

function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    expiresAt: Number(row.expires_at),
    createdAt: Number(row.created_at),
  };
}

type LinkRow = { user_id: string | null };

function valid(db: Database, purpose: LinkPurpose, tokenHash: string, now: number): Knex.QueryBuilder {
  const query = db('one_time_links').where({ purpose, token_hash: tokenHash }).where('expires_at', '>', now);
  // The first administrator can be made only while there is nobody.
  return purpose === 'first-administrator' ? query.whereNotExists(db('users').select('id')) : query;
}

function toLink(row: LinkRow): { userId?: string } {
  return row.user_id === null ? {} : { userId: row.user_id };
}

function changeable(user: User): Record<string, unknown> {
  return {
    email: user.email,
    email_key: emailKey(user.email),
    email_verified: user.emailVerified,
    profile: JSON.stringify(user.profile),
    search_text: searchKey(
      [user.email, user.profile.name, user.profile.given_name, user.profile.family_name].join('\n'),
    ),
    is_admin: user.isAdmin,
    disabled_at: user.disabledAt ?? null,
    updated_at: user.updatedAt,
  };
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    emailVerified: Boolean(row.email_verified),
    profile: JSON.parse(row.profile) as Profile,
    isAdmin: Boolean(row.is_admin),
    ...(row.disabled_at === null ? {} : { disabledAt: Number(row.disabled_at) }),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

/** The form in which texts are searched: compatibility forms and cases are one. */
function searchKey(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function escapeLike(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
