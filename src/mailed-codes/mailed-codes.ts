import { createHash, randomInt } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createSealer, type Sealer } from '../lib/seal.ts';
import { createSecret, hmac, sha256 } from '../lib/secret.ts';
import { digitsOf } from '../lib/typed-code.ts';
import { createMailedProofStore, type MailedProofRow } from './store.ts';

export { sweptMailedProofs } from './store.ts';

export type MailedProofKind = 'recovery' | 'registration';
export type MailedProofs = ReturnType<typeof createMailedProofs>;

/** Something under way: `state` is what its pages remember. Proved: the mail's code or link was brought back. */
export type MailedProof<State> = {
  id: string;
  state: State;
  isProved: boolean;
  userId?: string;
  /** Changes with each step: a step that was begun from an older one is refused. */
  version: number;
};

export type MailedLink = { id: string; code: string; browserHash: string; expiresAt: number };

/**
 * Recovery and registration begin with a mail that holds a link and a code of six digits, both for the browser that
 * asked. The id stands in that browser's address and is worth nothing in another one; what is stored opens with the id,
 * or with the link's token, and with nothing else.
 */
export function createMailedProofs({ db, clock, keys }: MailedProofsDeps) {
  const store = createMailedProofStore(db);

  return {
    /** `isDecoy`: neither its code nor its link is known to anybody. */
    async begin<State>({ kind, browserHash, state, ttlSeconds, userId, isDecoy = false }: Begin<State>) {
      const { id: keyId, key } = await keys.serverKeys.current('codes');
      const [id, token] = [createSecret(), createSecret()];
      const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
      const expiresAt = clock.now() + ttlSeconds * 1000;
      const link: MailedLink = { id, code, browserHash, expiresAt };
      await store.insert({
        ...scopeOf(kind, id, browserHash),
        sealed: sealerFor('state', id).seal(JSON.stringify(state), kind),
        version: 1,
        tokenHash: sha256(token),
        linkSealed: sealerFor('link', token).seal(JSON.stringify(link), kind),
        codeMac: codeMacOf(key, id, isDecoy ? createSecret() : code),
        keyId,
        answersLeft: ANSWERS,
        ...defined({ userId }),
        expiresAt,
      });
      return { id, token, code };
    },

    /** One for which the mail was answered already: by a link that is an account's own. */
    async beginProved<State>({
      kind,
      browserHash,
      state,
      userId,
    }: Omit<Begin<State>, 'ttlSeconds' | 'isDecoy'>) {
      const begun = await this.begin({
        kind,
        browserHash,
        state,
        ttlSeconds: PROVED_SECONDS,
        isDecoy: true,
        ...defined({ userId }),
      });
      const now = clock.now();
      const key = { ...scopeOf(kind, begun.id, browserHash), tokenHash: sha256(begun.token) };
      await store.answerByToken(key, { now, provedUntil: now + PROVED_SECONDS * 1000 });
      return begun.id;
    },

    async find<State>(
      kind: MailedProofKind,
      id: string,
      browserHash: string | undefined,
    ): Promise<MailedProof<State> | undefined> {
      if (browserHash === undefined || !SECRET.test(id)) return undefined;
      const row = await store.find(scopeOf(kind, id, browserHash), clock.now());
      return row && opened(row, id);
    },

    /** Judges a typed code. Five answers, then a new mail has to be asked for. */
    async answer(
      kind: MailedProofKind,
      id: string,
      browserHash: string | undefined,
      typed: string,
    ): Promise<'proved' | 'wrong' | 'expired'> {
      if (browserHash === undefined || !SECRET.test(id)) return 'expired';
      const scope = scopeOf(kind, id, browserHash);
      const now = clock.now();
      const row = await store.find(scope, now);
      if (!row) return 'expired';
      // Text that cannot be a code is refused without a look at the row, and uses up none of its answers.
      const code = digitsOf(typed, DIGITS);
      if (code === undefined) return 'wrong';
      const key = await keys.serverKeys.find('codes', row.keyId);
      const codeMac = key ? codeMacOf(key, id, code) : '';
      const isRight = await store.answer(scope, { codeMac, now, provedUntil: now + PROVED_SECONDS * 1000 });
      if (isRight === undefined) return 'expired';
      return isRight ? 'proved' : 'wrong';
    },

    /** What a link is for; never spends. */
    async readLink(kind: MailedProofKind, token: string): Promise<MailedLink | undefined> {
      const row = SECRET.test(token) ? await store.findByToken(kind, sha256(token), clock.now()) : undefined;
      return row && JSON.parse(sealerFor('link', token).open(row.linkSealed, kind).toString());
    },

    /** Spends the link in the browser that asked. Answers the id. */
    async answerByLink(
      kind: MailedProofKind,
      token: string,
      browserHash: string | undefined,
    ): Promise<string | undefined> {
      const link = await this.readLink(kind, token);
      if (!link || browserHash === undefined) return undefined;
      const key = { ...scopeOf(kind, link.id, browserHash), tokenHash: sha256(token) };
      const now = clock.now();
      return (await store.answerByToken(key, { now, provedUntil: now + PROVED_SECONDS * 1000 }))
        ? link.id
        : undefined;
    },

    /** Remembers another state. False when another step was faster. */
    async update<State>(
      kind: MailedProofKind,
      { id, version }: MailedProof<State>,
      state: State,
    ): Promise<boolean> {
      return store.update(sha256(id), version, sealerFor('state', id).seal(JSON.stringify(state), kind));
    },

    /** Ends it, and does what it was for, in one transaction: both or neither. False when it was over already. */
    async finish(
      { id, version }: Pick<MailedProof<unknown>, 'id' | 'version'>,
      alsoInside: (inside: Database) => Promise<void>,
    ): Promise<boolean> {
      const now = clock.now();
      return db.transaction(async (inside) => {
        if (!(await createMailedProofStore(inside).finish(sha256(id), version, now))) return false;
        await alsoInside(inside);
        return true;
      });
    },

    /** As `finish`, in a transaction that somebody else has begun. */
    finishInside: (
      inside: Database,
      { id, version }: Pick<MailedProof<unknown>, 'id' | 'version'>,
    ): Promise<boolean> => createMailedProofStore(inside).finish(sha256(id), version, clock.now()),

    /** As `update`, in a transaction that somebody else has begun. */
    updateInside: <State>(
      inside: Database,
      kind: MailedProofKind,
      { id, version }: MailedProof<State>,
      state: State,
    ): Promise<boolean> =>
      createMailedProofStore(inside).update(
        sha256(id),
        version,
        sealerFor('state', id).seal(JSON.stringify(state), kind),
      ),

    /** Ends everything that is under way for a person. */
    endAllOf: (userId: string): Promise<void> => store.deleteOf(userId),
  };
}

export type MailedProofsDeps = {
  db: Database;
  clock: Clock;
  keys: {
    serverKeys: {
      current(purpose: 'codes'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'codes', id: string): Promise<Buffer | undefined>;
    };
  };
};

type Begin<State> = {
  kind: MailedProofKind;
  browserHash: string;
  state: State;
  ttlSeconds: number;
  userId?: string;
  isDecoy?: boolean;
};

const DIGITS = 6;
/** Of a million codes, so many may be tried before a new mail has to be asked for. */
const ANSWERS = 5;
/** Long enough to think of a password and to find the phone with the second factor. */
const PROVED_SECONDS = 1800;
const SECRET = /^[\w-]{43}$/;

function scopeOf(kind: MailedProofKind, id: string, browserHash: string) {
  return { idHash: sha256(id), kind, binding: sha256(JSON.stringify([id, browserHash])) };
}

function codeMacOf(key: Buffer, id: string, code: string): string {
  return hmac(key, 'interaction.mailed_proof', id, code);
}

function sealerFor(purpose: 'state' | 'link', secret: string): Sealer {
  return createSealer([
    createHash('sha256').update(`gatehouse mailed proof: ${purpose}`).update(secret).digest(),
  ]);
}

function opened<State>(row: MailedProofRow, id: string): MailedProof<State> {
  return {
    id,
    state: JSON.parse(sealerFor('state', id).open(row.sealed, row.kind).toString()) as State,
    isProved: row.provedAt !== undefined,
    version: row.version,
    ...defined({ userId: row.userId }),
  };
}
