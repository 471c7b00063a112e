import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { ChangedBy } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import type { Job } from '../lib/job.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { KeysConfig } from './config.ts';
import { keyInUse, keyUnknown, rootKeyMissing } from './errors.ts';
import { keyRetired, keyRotated, keysResealed } from './events.ts';
import { openPrivateJwk, privateJwkContext, type SigningAlg, signingAlgs } from './generation.ts';
import { measureKeys } from './measure.ts';
import { createReseal } from './reseal.ts';
import { createRotation, type RotationAnswer } from './rotation.ts';
import { createServerKeys, serverKeyContext } from './server-keys.ts';
import { createKeysStore, type SealedColumn, type SigningKey } from './store.ts';

export type { KeysConfig } from './config.ts';
export type { KeyId, SigningAlg } from './generation.ts';
export type { ResealAnswer } from './reseal.ts';
export type { Rotated, RotationAnswer, Waiting } from './rotation.ts';
export type { ServerKey, ServerKeyPurpose, ServerKeys } from './server-keys.ts';
export type { KeyState, SealedColumn, SigningKey } from './store.ts';

/** ID tokens are RS256 unless a client says otherwise (OIDC Core §15.1), access tokens ES256. */
const FIRST_ALGS: readonly SigningAlg[] = ['ES256', 'RS256'];

/**
 * Access tokens live a day at most. An ID token is also shown at sign-out, long expired, as `id_token_hint` (RP-Initiated
 * Logout §2), for as long as a sign-in session may live: 30 days. Without its key that sign-out would be refused.
 */
const DEFAULT_LONGEST_TOKEN_SECONDS = 30 * 86_400;

export type KeysDeps = {
  db: Database;
  sealer: Sealer;
  clock: Clock;
  config: KeysConfig;
  audit: Pick<Audit, 'record'>;
  /** The longest lifetime of any token signed now, over all clients and resource servers. Default: 30 days. */
  longestTokenSeconds?: () => number | Promise<number>;
  /** Sealed columns of other folders, so that `reseal` renews them too. */
  sealedColumns?: readonly SealedColumn[];
  metrics?: Pick<Metrics, 'gauge'>;
};

export type Keys = ReturnType<typeof createKeys>;

/**
 * Signing keys and the server's own keys. A signing key is `next` (published, not used), `current` (signs) and
 * `retired` (published until its last token has expired), one current and one next for each algorithm. State changes
 * are decided by the database's statement and clock, so any number of nodes may ask for them at once.
 */
export function createKeys(deps: KeysDeps) {
  const { db, sealer, clock, config, audit, sealedColumns = [] } = deps;
  const store = createKeysStore(db);
  const serverKeys = createServerKeys({ store, sealer, clock });
  const longestTokenSeconds = async () =>
    (await deps.longestTokenSeconds?.()) ?? DEFAULT_LONGEST_TOKEN_SECONDS;
  const rotation = createRotation({
    store,
    sealer,
    config,
    longestTokenSeconds,
    onRotated: (detail, by) => audit.record(keyRotated, { outcome: 'success', ...by, detail }),
  });
  const reseal = createReseal({ store, sealer, columns: [...OWN_SEALED_COLUMNS, ...sealedColumns] });
  const ensuring = new Map<SigningAlg, Promise<void>>(); // at most one for each algorithm
  if (deps.metrics) measureKeys(deps.metrics, { list: store.list, clock, config });

  return {
    jobs: [
      { everyMs: 60_000, run: runSchedule, failure: 'The keys could not be looked after' },
    ] satisfies Job[],

    serverKeys,

    /** Makes the first keys. Throws `keys.root_key_missing` rather than making new ones beside keys it cannot open. */
    async prepare(): Promise<void> {
      await refuseUnknownRootKey();
      await Promise.all([serverKeys.prepare(), ...FIRST_ALGS.map(ensure)]);
    },

    ensure,

    /**
     * The PRIVATE keys for oidc-provider, which signs with the first that fits: for each algorithm the current one
     * comes first, then the next, then those retired and still published.
     */
    async jwks(): Promise<{ keys: JWK[] }> {
      const rows = await store.listSealed();
      return { keys: rows.map((row) => openPrivateJwk(row.sealedPrivateJwk, row.id, sealer)) };
    },

    /** Changes when the set does: a few ids and states, read once a second by each node. */
    async version(): Promise<string> {
      const states = await store.listStates();
      return createHash('sha256').update(JSON.stringify(states)).digest('base64url');
    },

    /** Every published key, without its private half. */
    list: (): Promise<SigningKey[]> => store.list(),

    /**
     * Promotes the next key at once, of one algorithm or of all, and publishes a new next one. A key that verifiers
     * may not know yet waits, unless `now` is set. Of simultaneous calls exactly one rotates, wherever they are made.
     */
    async rotate(
      by: ChangedBy,
      { alg, now = false }: { alg?: SigningAlg | undefined; now?: boolean } = {},
    ): Promise<RotationAnswer> {
      return rotation.rotate({ algs: alg ? [alg] : await usedAlgs(), isForced: now }, by);
    },

    /**
     * Ends the use of a key for signing; the next one takes over. It stays published until its last token has
     * expired, unless `unpublish` is set (it was stolen). Errors: `keys.unknown`, `keys.in_use`.
     */
    async retire(
      id: string,
      by: ChangedBy,
      { unpublish = false }: { unpublish?: boolean } = {},
    ): Promise<void> {
      const key = await store.find(id);
      if (!key) throw keyUnknown(`No key has the id ${id}. \`keys list\` shows them.`, { id });
      const answer = await rotation.retire(key, { isUnpublished: unpublish });
      if (answer.refused) throw keyInUse(answer.refused, { id });
      await audit.record(keyRetired, {
        outcome: 'success',
        ...by,
        detail: { id, alg: key.alg, state: key.state, isPublished: !unpublish && key.state !== 'next' },
      });
    },

    runSchedule,

    /**
     * Seals everything again under the first root key, so that older ones can be taken out of `SECRET_KEY`. Safe to
     * stop and to repeat: each value is replaced by itself, and all root keys given open.
     */
    async reseal(by: ChangedBy) {
      const answer = await reseal();
      await audit.record(keysResealed, {
        outcome: 'success',
        ...by,
        detail: {
          rootKey: sealer.keyIds[0],
          resealed: answer.resealed,
          unreadable: answer.unreadable.length,
        },
      });
      return answer;
    },
  };

  /** Does what is due: removes expired keys, rotates old ones. Any node may call it, often. True when it changed the set. */
  async function runSchedule(): Promise<boolean> {
    const removed = await rotation.removeExpired();
    for (const alg of await usedAlgs()) await ensure(alg);
    const answer = await rotation.rotateDue();
    return removed > 0 || answer.rotated.length > 0;
  }

  /** Makes the keys of an algorithm that a client or resource server asks for, if there are none. */
  async function ensure(alg: SigningAlg): Promise<void> {
    const running = ensuring.get(alg);
    if (running) return running;
    const started = rotation.ensure(alg).finally(() => ensuring.delete(alg));
    ensuring.set(alg, started);
    return started;
  }

  async function usedAlgs(): Promise<SigningAlg[]> {
    const used = new Set((await store.list()).map((key) => key.alg));
    return signingAlgs.filter((alg) => used.has(alg));
  }

  async function refuseUnknownRootKey(): Promise<void> {
    const signing = (await store.listSealed()).map((row) => row.sealedPrivateJwk);
    const server = (await store.listServerKeys()).map((row) => row.sealedSecret);
    const needed = new Set([...signing, ...server].map((sealed) => sealer.keyIdOf(sealed) ?? 'unknown'));
    const missing = [...needed].filter((id) => !sealer.keyIds.includes(id));
    if (missing.length === 0) return;
    throw rootKeyMissing(
      `The database is sealed under root key ${missing.join(', ')}, and the one given (SECRET_KEY, else secret.key in DATA_DIR) is ${sealer.keyIds.join(', ')}: ` +
        'put the earlier secret.key back, or add the earlier key to SECRET_KEY after a comma (`keys reseal` makes it unneeded later).',
      { missing, given: sealer.keyIds },
    );
  }
}

const OWN_SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'keys', column: 'private_jwk', idColumn: 'id', context: privateJwkContext },
  { table: 'server_keys', column: 'secret', idColumn: 'id', context: serverKeyContext },
];
