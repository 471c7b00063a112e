import { createHash } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { defined } from '../lib/defined.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createSealer, type Sealer } from '../lib/seal.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import { createMailedCodes, isToken, type MailedCodesDeps } from './link-and-code.ts';
import {
  createMailedProofStore,
  MAILED_PROOFS,
  type MailedCode,
  type MailedProofColumns,
  sweptMailedCodes,
} from './store.ts';

export { ANSWERS, createMailedCodes, isToken, type MailedCodesDeps } from './link-and-code.ts';
export { mailLimits, mailTtlSeconds } from './settings.ts';
export { type MailedCode, type MailedCodeTable, sweptMailedCodes } from './store.ts';

export type MailedProofKind = 'recovery' | 'registration' | 'identity' | 'confirmed-address';
export type MailedProofs = ReturnType<typeof createMailedProofs>;

/** Something under way: `state` is what its pages remember. Proved: the mail's code or link was brought back. */
export type MailedProof<State> = {
  id: string;
  state: State;
  isProved: boolean;
  /** Whether its mail still waits for an answer: it was not brought back, and not tried too often. */
  isOpen: boolean;
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
export function createMailedProofs(deps: MailedCodesDeps) {
  const { db, clock } = deps;
  const codes = createMailedCodes<MailedLink, MailedProofColumns>(FORM, deps);
  const store = createMailedProofStore(db);

  return {
    /** Its rows that run out, and what the person's export tells of them. */
    sweeps: [sweptMailedCodes(MAILED_PROOFS)],
    personalData: {
      mailed_proofs: ['kind', 'answers_left', 'proved_at', 'expires_at'],
    } satisfies PersonalData,

    /** `isDecoy`: neither its code nor its link is known to anybody. */
    async begin<State>({ kind, browserHash, state, ttlSeconds, userId, isDecoy = false }: Begin<State>) {
      const id = createSecret();
      const expiresAt = clock.now() + ttlSeconds * 1000;
      const { token, code } = await codes.create({
        id,
        link: (code) => ({ id, code, browserHash, expiresAt }),
        own: () => ({
          ...scopeOf(kind, id, browserHash),
          sealed: stateSealer(id).seal(JSON.stringify(state), kind),
          version: 1,
        }),
        expiresAt,
        isDecoy,
        ...defined({ userId }),
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
      const { id, token } = await this.begin({
        kind,
        browserHash,
        state,
        ttlSeconds: PROVED_SECONDS,
        isDecoy: true,
        ...defined({ userId }),
      });
      await codes.spendByToken(id, token, spending(kind, id, browserHash));
      return id;
    },

    async find<State>(
      kind: MailedProofKind,
      id: string,
      browserHash: string | undefined,
    ): Promise<MailedProof<State> | undefined> {
      if (browserHash === undefined || !isToken(id)) return undefined;
      const row = await codes.find(id, scopeOf(kind, id, browserHash));
      return row && opened(row, id);
    },

    /** Judges a typed code. Five answers, then a new mail has to be asked for. */
    async answer(
      kind: MailedProofKind,
      id: string,
      browserHash: string | undefined,
      typed: string,
    ): Promise<'proved' | 'wrong' | 'expired'> {
      if (browserHash === undefined || !isToken(id)) return 'expired';
      const judged = await codes.spendByCode(id, typed, spending(kind, id, browserHash));
      return typeof judged === 'string' ? judged : 'proved';
    },

    /** What a link is for; never spends. */
    async readLink(kind: MailedProofKind, token: string): Promise<MailedLink | undefined> {
      return (await codes.readLink(token, { kind }))?.link;
    },

    /** Spends the link in the browser that asked. Answers the id. */
    async answerByLink(
      kind: MailedProofKind,
      token: string,
      browserHash: string | undefined,
    ): Promise<string | undefined> {
      const link = await this.readLink(kind, token);
      if (!link || browserHash === undefined) return undefined;
      const spent = await codes.spendByToken(link.id, token, spending(kind, link.id, browserHash));
      return spent && link.id;
    },

    /** Remembers another state. False when another step was faster. */
    async update<State>(
      kind: MailedProofKind,
      { id, version }: MailedProof<State>,
      state: State,
    ): Promise<boolean> {
      return store.update(sha256(id), version, stateSealer(id).seal(JSON.stringify(state), kind));
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

    /** Ends everything that is under way for a person. */
    endAllOf: (userId: string): Promise<void> => codes.endAllOf(userId),
  };

  /** Once it is answered, only the time for its next steps counts. */
  function spending(kind: MailedProofKind, id: string, browserHash: string) {
    return { also: scopeOf(kind, id, browserHash), keptUntil: clock.now() + PROVED_SECONDS * 1000 };
  }
}

type Begin<State> = {
  kind: MailedProofKind;
  browserHash: string;
  state: State;
  ttlSeconds: number;
  userId?: string;
  isDecoy?: boolean;
};

/** Long enough to think of a password and to find the phone with the second factor. */
const PROVED_SECONDS = 1800;

const FORM = {
  table: MAILED_PROOFS,
  storedId: sha256,
  macLabel: 'interaction.mailed_proof',
  linkLabel: 'gatehouse mailed proof: link',
  linkContext: ({ own }: { own: MailedProofColumns }) => own.kind,
};

function scopeOf(kind: MailedProofKind, id: string, browserHash: string) {
  return { kind, binding: sha256(JSON.stringify([id, browserHash])) };
}

function stateSealer(id: string): Sealer {
  return createSealer([createHash('sha256').update('gatehouse mailed proof: state').update(id).digest()]);
}

function opened<State>({ own, spentAt, answersLeft, userId }: MailedCode<MailedProofColumns>, id: string) {
  return {
    id,
    state: JSON.parse(stateSealer(id).open(own.sealed, own.kind).toString()) as State,
    isProved: spentAt !== undefined,
    isOpen: spentAt === undefined && answersLeft > 0,
    version: own.version,
    ...defined({ userId }),
  };
}
