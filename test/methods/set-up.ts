import type { z } from 'zod';
import { createAudit } from '../../src/audit/audit.ts';
import { createLeases } from '../../src/database/lease.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { sha256 } from '../../src/lib/secret.ts';
import { builtInIds } from '../../src/methods/built-in.ts';
import { createMethodsConfig } from '../../src/methods/config.ts';
import { createLimits } from '../../src/methods/limits.ts';
import { createOneTimeMemory } from '../../src/methods/memory.ts';
import type { Method } from '../../src/methods/method.ts';
import { type CredentialChange, createMethods } from '../../src/methods/methods.ts';
import type { Argon } from '../../src/methods/password/argon2id.ts';
import { passwordConfig } from '../../src/methods/password/config.ts';
import { createHasher } from '../../src/methods/password/hasher.ts';
import { createPassword } from '../../src/methods/password/password.ts';
import { createPasswordStore } from '../../src/methods/password/store.ts';
import { createMethodsStore } from '../../src/methods/store.ts';
import { createRateLimit } from '../../src/rate-limit/rate-limit.ts';
import { createUsers } from '../../src/users/users.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { noRoles, nothingEnds } from '../users/set-up.ts';

export const RIGHT = 'plum teapot in the fog';
export const WRONG = 'plum teapot in the bog';

export type SetUp = Awaited<ReturnType<typeof setUpMethods>>;

/**
 * The whole of signing in over a real database, with ada, who has the password `RIGHT`. Only Argon2 is another: it
 * compares texts, and counts. `others` are methods beside the password.
 */
export async function setUpMethods({
  dialect = 'sqlite',
  others = [],
  limits: limitsInput = {},
  argon = countingArgon(),
}: SetUpOptions = {}) {
  const { db, close } = await createTestDatabase(dialect);
  const clock = { at: Date.now(), now: () => clock.at };
  const config = createMethodsConfig(builtInIds).parse({ limits: limitsInput });
  const audit = createAudit({ db, clock, config: { audit: { retentionSeconds: 86_400 } } });
  const users = createUsers({ db, clock, audit, end: nothingEnds, giveRoles: noRoles });
  const store = createMethodsStore(db);
  const key = Buffer.alloc(32, 7);

  const passwordWith = (input: Parameters<typeof passwordConfig.parse>[0] = {}) => {
    const settings = passwordConfig.parse(input);
    return createPassword({
      store: createPasswordStore(db),
      users,
      hasher: createHasher({ config: settings, argon }),
      clock,
      config: settings,
      siteWords: ['gatehouse.example'],
    });
  };
  const password = passwordWith();
  const oneTime = createOneTimeMemory({ store, clock, config });
  const limits = createLimits({
    store,
    rateLimit: createRateLimit({ db }),
    accountKey: async () => key,
    clock,
    config,
  });
  const announced: (CredentialChange & { what: 'enrolled' | 'removed' })[] = [];
  const methodsOf = (list: readonly Method[]) =>
    createMethods({
      methods: list,
      limits,
      oneTime,
      leases: createLeases({ db }),
      users,
      audit,
      clock,
      added: async (change) => void announced.push({ ...change, what: 'enrolled' }),
      removed: async (change) => void announced.push({ ...change, what: 'removed' }),
    });

  const ada = await users.create(
    { email: 'Ada@analytical.example', profile: { name: 'Ada Lovelace' } },
    SYSTEM,
  );
  await password.set(ada.id, RIGHT);
  argon.verifications = 0;

  return {
    db,
    close,
    clock,
    users,
    audit,
    store,
    password,
    passwordWith,
    argon,
    ada,
    methodsOf,
    announced,
    oneTime,
    limits,
    methods: methodsOf([password, ...others]),
    /** Lets the windows of all limits end: they go by the database's clock, so their rows are moved. */
    async waitSeconds(seconds: number): Promise<void> {
      clock.at += seconds * 1000;
      await db('rate_limits').decrement('resets_at', seconds * 1000);
    },
  };
}

export type SetUpOptions = {
  dialect?: Dialect;
  others?: readonly Method[];
  limits?: NonNullable<NonNullable<z.input<ReturnType<typeof createMethodsConfig>>>['limits']>;
  argon?: CountingArgon;
};

export type CountingArgon = Argon & { verifications: number; hashes: number };

/** Looks like Argon2 from outside and takes no time. */
export function countingArgon(): CountingArgon {
  const hidden = (password: string) => Buffer.from(sha256(password)).toString('base64').replaceAll('=', '');
  return {
    verifications: 0,
    hashes: 0,
    async hash(password, { memoryKib, passes, parallelism }) {
      this.hashes += 1;
      return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$c2FsdHNhbHQ$${hidden(password)}`;
    },
    async verify(hash, password) {
      this.verifications += 1;
      return hash.endsWith(`$${hidden(password)}`);
    },
  };
}
