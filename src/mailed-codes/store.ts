import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';

/**
 * Where one kind of mailed code is stored. Every such table has `token_hash`, `code_mac`, `key_id`, `user_id`,
 * `answers_left` and `expires_at`; the names of the others are given here.
 */
export type MailedCodeTable = {
  name: string;
  id: string;
  /** What the link says to who holds it. */
  link: string;
  /** When the code or the link was used. */
  spentAt: string;
  /** Columns of this kind alone. */
  own: readonly string[];
  /** The one of them in which a row replaces another that has the same. */
  replaces?: string;
};

/** What one mail opens, as it is stored: hashes, and a text that only the link's token opens. */
export type MailedCode<Own extends OwnColumns = OwnColumns> = {
  /** As it is stored. */
  id: string;
  tokenHash: string;
  linkSealed: string;
  codeMac: string;
  /** The server key of `codeMac`. */
  keyId: string;
  /** Absent for an address that nobody here has. */
  userId?: string;
  answersLeft: number;
  spentAt?: number;
  expiresAt: number;
  own: Own;
};

export type OwnColumns = Readonly<Record<string, string | number>>;

/** Which row: its id as it is stored, and what else must be as it was when the row was made. */
export type MailedCodeKey = { id: string; also?: OwnColumns };
/** `keptUntil`: a row that goes on when it is spent lives until then, and its `version` rises. */
export type SpendAt = { now: number; keptUntil?: number | undefined };

/** The SQL of one table of mailed codes. */
export function createMailedCodeStore<Own extends OwnColumns>(db: Database, table: MailedCodeTable) {
  const columns = [table.id, table.link, table.spentAt, ...COMMON, ...table.own];

  return {
    /** One statement: where a row replaces an earlier one, that one's link and code work no more. */
    async save(code: MailedCode<Own>): Promise<void> {
      const insert = db(table.name).insert({
        [table.id]: code.id,
        [table.link]: code.linkSealed,
        [table.spentAt]: code.spentAt ?? null,
        token_hash: code.tokenHash,
        code_mac: code.codeMac,
        key_id: code.keyId,
        user_id: code.userId ?? null,
        answers_left: code.answersLeft,
        expires_at: code.expiresAt,
        ...code.own,
      });
      await (table.replaces === undefined ? insert : insert.onConflict(table.replaces).merge());
    },

    /** Spent or not, until its end. */
    async find(key: MailedCodeKey, now: number): Promise<MailedCode<Own> | undefined> {
      const row: Row | undefined = await db(table.name)
        .where(where(key))
        .where('expires_at', '>', now)
        .first(columns);
      return row && toMailedCode(row);
    },

    /** What a link is for, while its mail is unanswered. Reads only. */
    async findByToken(
      tokenHash: string,
      now: number,
      also: OwnColumns = {},
    ): Promise<MailedCode<Own> | undefined> {
      const row: Row | undefined = await waiting(now)
        .where({ ...also, token_hash: tokenHash })
        .first(columns);
      return row && toMailedCode(row);
    },

    /**
     * Judges a typed code: compares, counts the answer and spends in one statement, so that of any number of right ones
     * one wins, and no more are compared than are left. `undefined`: there was nothing to judge. The row has `spentAt`
     * when the code was right.
     */
    async spendByCode(
      key: MailedCodeKey,
      codeMac: string,
      { now, keptUntil }: SpendAt,
    ): Promise<MailedCode<Own> | undefined> {
      const [row]: Row[] = await waiting(now)
        .where(where(key))
        .update({
          answers_left: db.knex.raw('answers_left - 1'),
          [table.spentAt]: whenRight('null', now),
          ...(keptUntil === undefined
            ? {}
            : { version: rising(), expires_at: whenRight('expires_at', keptUntil) }),
        })
        .returning(columns);
      return row && toMailedCode(row);

      function whenRight(otherwise: 'null' | 'expires_at', value: number): Knex.Raw {
        return db.knex.raw(`case when code_mac = ? then cast(? as bigint) else ${otherwise} end`, [
          codeMac,
          value,
        ]);
      }
    },

    /** Spends by the link, in one statement: once, and never beside the code. */
    async spendByToken(
      key: MailedCodeKey,
      tokenHash: string,
      { now, keptUntil }: SpendAt,
    ): Promise<MailedCode<Own> | undefined> {
      const [row]: Row[] = await waiting(now)
        .where({ ...where(key), token_hash: tokenHash })
        .update({
          [table.spentAt]: now,
          ...(keptUntil === undefined ? {} : { version: rising(), expires_at: keptUntil }),
        })
        .returning(columns);
      return row && toMailedCode(row);
    },

    /** Those that were mailed to a person, spent or not. */
    async deleteOf(userId: string): Promise<void> {
      await db(table.name).where({ user_id: userId }).delete();
    },
  };

  function where({ id, also }: MailedCodeKey) {
    return { [table.id]: id, ...also };
  }

  function waiting(now: number): Knex.QueryBuilder {
    return db(table.name)
      .whereNull(table.spentAt)
      .where('answers_left', '>', 0)
      .where('expires_at', '>', now);
  }

  function rising(): Knex.Raw {
    return db.knex.raw('version + 1');
  }

  function toMailedCode(row: Row): MailedCode<Own> {
    const { [table.spentAt]: spentAt, user_id: userId } = row;
    return {
      id: String(row[table.id]),
      tokenHash: String(row.token_hash),
      linkSealed: String(row[table.link]),
      codeMac: String(row.code_mac),
      keyId: String(row.key_id),
      ...(userId === null ? {} : { userId: String(userId) }),
      answersLeft: Number(row.answers_left),
      ...(spentAt === null ? {} : { spentAt: Number(spentAt) }),
      expiresAt: Number(row.expires_at),
      own: Object.fromEntries(table.own.map((name) => [name, row[name]])) as Own,
    };
  }
}

/** Of a recovery or registration under way. */
export type MailedProofColumns = {
  kind: string;
  /** Id and browser, hashed: no other browser can use the row. */
  binding: string;
  /** What its pages remember. Opens with the id. */
  sealed: string;
  version: number;
};

export const MAILED_PROOFS: MailedCodeTable = {
  name: 'mailed_proofs',
  id: 'id_hash',
  link: 'link_sealed',
  spentAt: 'proved_at',
  own: ['kind', 'binding', 'sealed', 'version'],
};

/** The SQL of what goes on after its mail was answered. */
export function createMailedProofStore(db: Database) {
  return {
    /** Only over the version that was read: of two steps at once one goes on. */
    async update(idHash: string, version: number, sealed: string): Promise<boolean> {
      const changed: number = await db('mailed_proofs')
        .where({ id_hash: idHash, version })
        .update({ sealed, version: version + 1 });
      return changed === 1;
    },

    /** The end of one that is proved: of any number of callers at once, one gets it. */
    async finish(idHash: string, version: number, now: number): Promise<boolean> {
      const gone: number = await db('mailed_proofs')
        .where({ id_hash: idHash, version })
        .whereNotNull('proved_at')
        .where('expires_at', '>', now)
        .delete();
      return gone === 1;
    },
  };
}

/** For the sweeper. */
export function sweptMailedCodes({ name, id }: MailedCodeTable): SweptTable {
  return { name, key: id, expiresAt: 'expires_at' };
}

const COMMON = ['token_hash', 'code_mac', 'key_id', 'user_id', 'answers_left', 'expires_at'];

type Row = Record<string, string | number | null>;
