import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';

export type MailedProofStore = ReturnType<typeof createMailedProofStore>;

/** A recovery or registration under way, as it is stored: hashes, and texts that only the browser or the mail opens. */
export type MailedProofRow = {
  idHash: string;
  kind: string;
  binding: string;
  /** Opens with the id. */
  sealed: string;
  version: number;
  tokenHash: string;
  /** Opens with the token of the mail's link. */
  linkSealed: string;
  codeMac: string;
  /** The server key of `codeMac`. */
  keyId: string;
  answersLeft: number;
  provedAt?: number;
  userId?: string;
  expiresAt: number;
};

export type MailedProofKey = Pick<MailedProofRow, 'idHash' | 'kind' | 'binding'>;

/** The SQL of what is under way between a mail and its answer. */
export function createMailedProofStore(db: Database) {
  return {
    async insert(row: MailedProofRow): Promise<void> {
      await db('mailed_proofs').insert({
        id_hash: row.idHash,
        kind: row.kind,
        binding: row.binding,
        sealed: row.sealed,
        version: row.version,
        token_hash: row.tokenHash,
        link_sealed: row.linkSealed,
        code_mac: row.codeMac,
        key_id: row.keyId,
        answers_left: row.answersLeft,
        proved_at: row.provedAt ?? null,
        user_id: row.userId ?? null,
        expires_at: row.expiresAt,
      });
    },

    async find(key: MailedProofKey, now: number): Promise<MailedProofRow | undefined> {
      const row: Row | undefined = await db('mailed_proofs')
        .where(where(key))
        .where('expires_at', '>', now)
        .first(COLUMNS);
      return row && toProof(row);
    },

    /** What a link is for, while its mail is unanswered. Reads only. */
    async findByToken(kind: string, tokenHash: string, now: number): Promise<MailedProofRow | undefined> {
      const row: Row | undefined = await waiting(db, now)
        .where({ kind, token_hash: tokenHash })
        .first(COLUMNS);
      return row && toProof(row);
    },

    /**
     * Judges a typed code: compares, counts the answer and proves in one statement, so that of any number of right ones
     * one wins, and no more are compared than are left. `undefined`: there was nothing to judge.
     */
    async answer(
      key: MailedProofKey,
      { codeMac, now, provedUntil }: { codeMac: string; now: number; provedUntil: number },
    ): Promise<boolean | undefined> {
      const [row]: Pick<Row, 'proved_at'>[] = await waiting(db, now)
        .where(where(key))
        .update({
          answers_left: db.knex.raw('answers_left - 1'),
          version: db.knex.raw('version + 1'),
          proved_at: db.knex.raw('case when code_mac = ? then cast(? as bigint) end', [codeMac, now]),
          expires_at: db.knex.raw('case when code_mac = ? then cast(? as bigint) else expires_at end', [
            codeMac,
            provedUntil,
          ]),
        })
        .returning(['proved_at']);
      return row && row.proved_at !== null;
    },

    /** Proves by the mail's link, in one statement: once, and never beside the code. */
    async answerByToken(
      key: MailedProofKey & { tokenHash: string },
      { now, provedUntil }: { now: number; provedUntil: number },
    ): Promise<boolean> {
      const changed: number = await waiting(db, now)
        .where({ ...where(key), token_hash: key.tokenHash })
        .update({ proved_at: now, expires_at: provedUntil, version: db.knex.raw('version + 1') });
      return changed === 1;
    },

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

    /** Ends everything that is under way for a person. */
    async deleteOf(userId: string): Promise<void> {
      await db('mailed_proofs').where({ user_id: userId }).delete();
    },
  };
}

/** For the sweeper. */
export const sweptMailedProofs: SweptTable = {
  name: 'mailed_proofs',
  key: 'id_hash',
  expiresAt: 'expires_at',
};

const COLUMNS = [
  'id_hash',
  'kind',
  'binding',
  'sealed',
  'version',
  'token_hash',
  'link_sealed',
  'code_mac',
  'key_id',
  'answers_left',
  'proved_at',
  'user_id',
  'expires_at',
];

type Row = {
  id_hash: string;
  kind: string;
  binding: string;
  sealed: string;
  version: number;
  token_hash: string;
  link_sealed: string;
  code_mac: string;
  key_id: string;
  answers_left: number;
  proved_at: number | null;
  user_id: string | null;
  expires_at: number;
};

function where({ idHash, kind, binding }: MailedProofKey) {
  return { id_hash: idHash, kind, binding };
}

function waiting(db: Database, now: number) {
  return db('mailed_proofs')
    .whereNull('proved_at')
    .where('answers_left', '>', 0)
    .where('expires_at', '>', now);
}

function toProof(row: Row): MailedProofRow {
  return {
    idHash: row.id_hash,
    kind: row.kind,
    binding: row.binding,
    sealed: row.sealed,
    version: row.version,
    tokenHash: row.token_hash,
    linkSealed: row.link_sealed,
    codeMac: row.code_mac,
    keyId: row.key_id,
    answersLeft: row.answers_left,
    ...(row.proved_at === null ? {} : { provedAt: row.proved_at }),
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    expiresAt: row.expires_at,
  };
}
