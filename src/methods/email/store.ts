import type { Database } from '../../database/database.ts';
import type { SweptTable } from '../../database/sweeper.ts';

/** What a link says to who holds it. The rest of the row opens with the link's token only. */
export type EmailLink = {
  id: string;
  code: string;
  /** The address that the mail went to. */
  address: string;
  /** What the attempt was begun with; `methods.finish` asks for it again. */
  handle: string;
  boundTo: string;
  userId?: string;
  clientId?: string;
  /** The browser that asked (`RequestInfo.browserHash`). */
  browserHash?: string;
  askedAt: number;
  expiresAt: number;
};

export type EmailStore = ReturnType<typeof createEmailStore>;

/** What one mail opens, as far as it is stored: hashes, and a text that only the link's token opens. */
export type EmailCode = {
  id: string;
  /** The browser's interaction or session that asked; a second mail to it replaces the first. */
  binding: string;
  tokenHash: string;
  sealed: string;
  codeMac: string;
  /** The server key of `codeMac` and `addressMac`. */
  keyId: string;
  addressMac: string;
  /** Absent for an address that nobody here has. */
  userId?: string;
  answersLeft: number;
  spentAt?: number;
  expiresAt: number;
};

/** A use of a link or code that won: nobody else can have it any more. */
export type SpentCode = Pick<EmailCode, 'id' | 'keyId' | 'addressMac' | 'userId'>;

/** The SQL of links and codes by mail. */
export function createEmailStore(db: Database) {
  return {
    /** One statement: the earlier one of the same binding is replaced, and its link and code work no more. */
    async save(code: EmailCode): Promise<void> {
      await db('email_codes')
        .insert({
          id: code.id,
          binding: code.binding,
          token_hash: code.tokenHash,
          sealed: code.sealed,
          code_mac: code.codeMac,
          key_id: code.keyId,
          address_mac: code.addressMac,
          user_id: code.userId ?? null,
          answers_left: code.answersLeft,
          spent_at: null,
          expires_at: code.expiresAt,
        })
        .onConflict('binding')
        .merge();
    },

    async find(id: string): Promise<EmailCode | undefined> {
      const row: Row | undefined = await db('email_codes').where({ id }).first(COLUMNS);
      return row && toCode(row);
    },

    /** What a link's token is for, also when it was spent or has expired. Reads only. */
    async findByToken(tokenHash: string): Promise<EmailCode | undefined> {
      const row: Row | undefined = await db('email_codes').where({ token_hash: tokenHash }).first(COLUMNS);
      return row && toCode(row);
    },

    /**
     * Judges a typed code: compares, counts the answer and spends the row in one statement, so that of any number of
     * right codes one wins, and no more wrong ones are compared than are left. `undefined`: there was nothing to judge.
     */
    async spendByCode(
      id: string,
      codeMac: string,
      now: number,
    ): Promise<(SpentCode & { isRight: boolean }) | undefined> {
      const [row]: Row[] = await live(db, now)
        .where({ id })
        .update({
          answers_left: db.knex.raw('answers_left - 1'),
          spent_at: db.knex.raw('case when code_mac = ? then cast(? as bigint) end', [codeMac, now]),
        })
        .returning(COLUMNS);
      return row && { ...toSpent(row), isRight: row.spent_at !== null };
    },

    /** Those that were sent to a person and not used yet. */
    async deleteOf(userId: string): Promise<void> {
      await db('email_codes').where({ user_id: userId }).delete();
    },

    /** Spends by the link: one statement, so never twice, and never beside the code. */
    async spendByToken(tokenHash: string, id: string, now: number): Promise<SpentCode | undefined> {
      const [row]: Row[] = await live(db, now)
        .where({ token_hash: tokenHash, id })
        .update({ spent_at: now })
        .returning(COLUMNS);
      return row && toSpent(row);
    },
  };
}

/** For the sweeper. */
export const sweptEmail: SweptTable = { name: 'email_codes', key: 'id', expiresAt: 'expires_at' };

function live(db: Database, now: number) {
  return db('email_codes').whereNull('spent_at').where('answers_left', '>', 0).where('expires_at', '>', now);
}

const COLUMNS = [
  'id',
  'binding',
  'token_hash',
  'sealed',
  'code_mac',
  'key_id',
  'address_mac',
  'user_id',
  'answers_left',
  'spent_at',
  'expires_at',
];

type Row = {
  id: string;
  binding: string;
  token_hash: string;
  sealed: string;
  code_mac: string;
  key_id: string;
  address_mac: string;
  user_id: string | null;
  answers_left: number;
  spent_at: number | null;
  expires_at: number;
};

function toCode(row: Row): EmailCode {
  return {
    ...toSpent(row),
    binding: row.binding,
    tokenHash: row.token_hash,
    sealed: row.sealed,
    codeMac: row.code_mac,
    answersLeft: row.answers_left,
    ...(row.spent_at === null ? {} : { spentAt: row.spent_at }),
    expiresAt: row.expires_at,
  };
}

function toSpent(row: Row): SpentCode {
  return {
    id: row.id,
    keyId: row.key_id,
    addressMac: row.address_mac,
    ...(row.user_id === null ? {} : { userId: row.user_id }),
  };
}
