import type { Database } from '../../database/database.ts';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import { GatehouseError } from '../../lib/errors.ts';
import { html } from '../../views/html.ts';
import type { Enrolled, FinishInput, Method, Proof, Refusal } from '../method.ts';
import { definePlugIn, nothingWaits } from '../plug-in.ts';
import type { Blocklist } from './blocklist.ts';
import { type PasswordConfig, passwordConfig } from './config.ts';
import { passwordQueueFull } from './errors.ts';
import { createHasher, type Hasher } from './hasher.ts';
import { MAXIMUM_BYTES, normalForm } from './normal-form.ts';
import { createPolicy, type PasswordOwner, type PasswordRefusal } from './policy.ts';
import { createPasswordStore, type PasswordStore } from './store.ts';
import { createPasswordWellKnown } from './well-known.ts';

export type { PasswordRefusal } from './policy.ts';
/** E-mail address and password. */
export const password = definePlugIn({
  id: 'password',
  identifies: true,
  icon: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 6h20v12H2zm2 2v8h16V8zm2 3h3v2H6zm4.5 0h3v2h-3zm4.5 0h3v2h-3z"/></svg>`,
  config: { section: 'password', schema: passwordConfig },
  personalData: { password_credentials: ['created_at', 'changed_at'] },
  create({ db, users, clock, metrics, config: { issuer, brand } }, config) {
    const hasher = createHasher({ config, metrics });
    const made = createPassword({
      store: createPasswordStore(db),
      users,
      hasher,
      clock,
      config,
      siteWords: [new URL(issuer).hostname, brand.name],
    });
    return {
      method: made,
      password: made,
      endAllOf: nothingWaits,
      routes: createPasswordWellKnown,
      waiting: hasher.waiting,
    };
  },
});

export type Password = ReturnType<typeof createPassword>;

/** A password that passed the policy, already hashed. `save` writes it, in `db`'s transaction when one is given. */
export type PreparedPassword = { save(userId: string, db?: Database): Promise<void> };

/**
 * Signing in with e-mail address and password. Every refusal costs one Argon2 verification, whether nobody has that
 * address, the person is disabled, has no password, or typed another one.
 */
export function createPassword({ store, users, hasher, clock, config, siteWords, blocklist }: PasswordDeps) {
  const policy = createPolicy({ config, siteWords, ...defined({ blocklist }) });

  const password = {
    id: 'password',
    amr: ['pwd'],
    identifies: true,
    fields: ['identifier', 'password'],
    identifierField: 'identifier',
    isOnLoginPage: true,
    // Decomposed text is up to three times as long as its NFC, which is what is measured.
    maxFieldBytes: 3 * MAXIMUM_BYTES,

    isEnrolled: async (userId: string): Promise<boolean> => (await store.find(userId)) !== undefined,

    async finish({ userId, found, answer }: FinishInput): Promise<Proof | Refusal> {
      const look = () =>
        userId === undefined ? users.findToSignIn(answer.identifier ?? '') : users.find(userId);
      const user = found ? found.user : await look();
      const credential = await store.find(user?.id ?? '');
      const typed = normalForm(answer.password ?? '');
      // An answer without a password is compared with a hash that nothing fits, which takes as long.
      const isRight = await hasher.verify(typed === undefined ? undefined : credential?.hash, typed ?? '');

      if (!user) return { refused: 'unknown' };
      if (!credential || typed === undefined || !isRight) return { refused: 'wrong', userId: user.id };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      if (hasher.isStale(credential.hash)) await strengthen(user.id, credential.hash, typed);
      // A password that is changed while this one is compared has not been proved by it.
      return { proved: user.id, credentialAt: credential.changedAt };
    },

    /** What somebody has proved who has just chosen one. */
    proof: { method: 'password', amr: ['pwd'], kind: 'knowledge' as const },

    /** The fewest characters of a new password. */
    minimumLength: config.minimumLength,

    /** Why this person could not have this password; nothing when it is fine. */
    check: (text: string, owner: PasswordOwner): PasswordRefusal | undefined => policy.check(text, owner),

    /** Checks and hashes a password for somebody who may not exist yet. Throws `password.busy`. */
    async prepare(text: string, owner: PasswordOwner): Promise<PreparedPassword | PasswordRefusal> {
      const refusal = policy.check(text, owner);
      if (refusal) return refusal;
      const hash = await hasher.hash(normalForm(text) as string);
      return {
        save: (userId, db) => (db ? createPasswordStore(db) : store).save(userId, hash, clock.now()),
      };
    },

    /** The same for one in which `check` has just found nothing. Throws `password.busy`. */
    async prepareChecked(text: string, owner: PasswordOwner): Promise<PreparedPassword> {
      const prepared = await password.prepare(text, owner);
      if ('refused' in prepared)
        throw new Error(`a password passed and then was refused: ${prepared.refused}`);
      return prepared;
    },

    /** Sets or changes a person's password. Throws `users.unknown` and `password.busy`. */
    async set(userId: string, text: string): Promise<{ set: true } | PasswordRefusal> {
      const prepared = await password.prepare(text, await users.get(userId));
      if ('refused' in prepared) return prepared;
      await prepared.save(userId);
      return { set: true };
    },

    /** When it was set last; nothing for who has none. Milliseconds. */
    changedAt: async (userId: string): Promise<number | undefined> => (await store.find(userId))?.changedAt,

    /** Whether it is the one that the person has. No limit: for who has proved who they are. */
    async isCurrent(userId: string, text: string): Promise<boolean> {
      const typed = normalForm(text);
      const credential = typed === undefined ? undefined : await store.find(userId);
      return credential !== undefined && (await hasher.verify(credential.hash, typed as string));
    },

    enrolment: {
      page: 'password',
      async list(userId: string) {
        const credential = await store.find(userId);
        return credential ? [{ id: 'password', name: 'password', createdAt: credential.changedAt }] : [];
      },
      async finish(userId: string, answer: Readonly<Record<string, string>>): Promise<Enrolled> {
        const outcome = await password.set(userId, answer.password ?? '');
        return 'set' in outcome ? { enrolled: 'password' } : outcome;
      },
      remove: (userId: string, _id?: string, madeAt?: number): Promise<boolean> =>
        store.delete(userId, madeAt),
    },
  } satisfies Method & Record<string, unknown>;

  return password;

  /** A new hash with the parameters of today. It can wait for another sign-in when there is no time for it now. */
  async function strengthen(userId: string, oldHash: string, typed: string): Promise<void> {
    try {
      await store.replaceHash(userId, oldHash, await hasher.hash(typed));
    } catch (error) {
      if (!(error instanceof GatehouseError && error.code === passwordQueueFull.code)) throw error;
    }
  }
}

export type PasswordDeps = {
  store: PasswordStore;
  users: {
    find(id: string): Promise<PasswordUser | undefined>;
    findToSignIn(typed: string): Promise<PasswordUser | undefined>;
    /** Throws `users.unknown`. */
    get(id: string): Promise<PasswordUser>;
  };
  hasher: Hasher;
  clock: Clock;
  config: PasswordConfig;
  /** The issuer's host, the brand's name: what everybody would try first here. */
  siteWords: readonly string[];
  blocklist?: Blocklist;
};

type PasswordUser = PasswordOwner & { id: string; disabledAt?: number };
