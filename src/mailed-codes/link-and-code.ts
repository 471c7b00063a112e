import { createHash, randomInt } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createSealer, type Sealer } from '../lib/seal.ts';
import { createSecret, hmac, sha256 } from '../lib/secret.ts';
import { digitsOf } from '../lib/typed-code.ts';
import { createMailedCodeStore, type MailedCode, type MailedCodeTable, type OwnColumns } from './store.ts';

/** How one kind of mailed code is stored and sealed. What was mailed before an upgrade goes on, so none of it changes. */
export type MailedCodeForm<Own extends OwnColumns> = {
  table: MailedCodeTable;
  /** How an id is stored; as it is, unless said. */
  storedId?(id: string): string;
  /** What the HMAC of a code is for. */
  macLabel: string;
  /** What the sealing key that is made of a link's token is for. */
  linkLabel: string;
  /** What a sealed link is bound to. */
  linkContext(row: Pick<MailedCode<Own>, 'id' | 'own'>): string;
};

export type MailedCodesDeps = {
  db: Database;
  clock: Clock;
  keys: {
    serverKeys: {
      current(purpose: 'codes'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'codes', id: string): Promise<Buffer | undefined>;
    };
  };
};

/** Of a million codes, so many may be tried before a new mail has to be asked for. */
export const ANSWERS = 5;

/**
 * A link and a code of six digits in one mail. Both are one row, and the statement that checks one of them spends both.
 * What is stored says neither: the code is an HMAC, the link's token a hash, and what the link says opens with the token.
 */
export function createMailedCodes<Link extends object, Own extends OwnColumns>(
  form: MailedCodeForm<Own>,
  { db, clock, keys }: MailedCodesDeps,
) {
  const store = createMailedCodeStore<Own>(db, form.table);
  const { storedId = (id) => id, linkContext } = form;

  return {
    /** What is to be mailed. `isDecoy`: neither the code nor the link that is answered opens the row. */
    async create({ id, link, own, expiresAt, userId, isDecoy = false }: NewMailedCode<Link, Own>) {
      const { id: keyId, key } = await keys.serverKeys.current('codes');
      const [token, code] = [createSecret(), createCode()];
      const named = { id: storedId(id), own: own(key) };
      await store.save({
        ...named,
        tokenHash: sha256(token),
        linkSealed: linkSealer(token).seal(JSON.stringify(link(code)), linkContext(named)),
        codeMac: macOf(key, id, isDecoy ? createSecret() : code),
        keyId,
        ...defined({ userId }),
        answersLeft: ANSWERS,
        expiresAt,
      });
      return { token, code };
    },

    /** Spent or not, until its end. */
    find: (id: string, also?: OwnColumns): Promise<MailedCode<Own> | undefined> =>
      store.find({ id: storedId(id), ...defined({ also }) }, clock.now()),

    /** What a link is for; nothing when it was spent, voided, has expired, or never was. Never spends. */
    async readLink(
      token: string,
      also?: OwnColumns,
    ): Promise<{ link: Link; row: MailedCode<Own> } | undefined> {
      const row = isToken(token) ? await store.findByToken(sha256(token), clock.now(), also) : undefined;
      return (
        row && { link: JSON.parse(linkSealer(token).open(row.linkSealed, linkContext(row)).toString()), row }
      );
    },

    /** Judges a typed code. Five answers, then a new mail has to be asked for. */
    async spendByCode(
      id: string,
      typed: string,
      { also, keptUntil }: Spending = {},
    ): Promise<MailedCode<Own> | 'wrong' | 'expired'> {
      const key = { id: storedId(id), ...defined({ also }) };
      const now = clock.now();
      const row = await store.find(key, now);
      if (!row) return 'expired';
      // Text that cannot be a code is refused without a look at the row, and uses up none of its answers.
      const code = digitsOf(typed, DIGITS);
      if (code === undefined) return 'wrong';
      const macKey = await keys.serverKeys.find('codes', row.keyId);
      const judged = await store.spendByCode(key, macKey ? macOf(macKey, id, code) : '', { now, keptUntil });
      if (!judged) return 'expired';
      return judged.spentAt === undefined ? 'wrong' : judged;
    },

    /** The link was pressed. Nothing when it is another row's, or was spent, voided, or has expired. */
    spendByToken: (
      id: string,
      token: string,
      { also, keptUntil }: Spending = {},
    ): Promise<MailedCode<Own> | undefined> =>
      store.spendByToken({ id: storedId(id), ...defined({ also }) }, sha256(token), {
        now: clock.now(),
        keptUntil,
      }),

    /** Ends everything that was mailed to a person. */
    endAllOf: (userId: string): Promise<void> => store.deleteOf(userId),
  };

  function macOf(key: Buffer, id: string, code: string): string {
    return hmac(key, form.macLabel, id, code);
  }

  /** Only who has the mail has the token: a copy of the table does not show what the link says. */
  function linkSealer(token: string): Sealer {
    return createSealer([createHash('sha256').update(form.linkLabel).update(token).digest()]);
  }
}

/** Whether a text can be the token of a link, or an id that is kept as secret as one. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

type NewMailedCode<Link, Own> = {
  id: string;
  /** What the link says to who holds its token. */
  link(code: string): Link;
  /** The columns of this kind, under the server key of the code. */
  own(key: Buffer): Own;
  expiresAt: number;
  userId?: string;
  isDecoy?: boolean;
};

type Spending = {
  /** What must be as it was when the row was made. */
  also?: OwnColumns;
  /** The row goes on until then, and is not over with this answer. */
  keptUntil?: number;
};

const DIGITS = 6;
const TOKEN = /^[\w-]{43}$/;

function createCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
}
