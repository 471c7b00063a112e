/** How much one hash costs: KiB of memory, passes over it, lanes. */
export type Argon2Parameters = { memoryKib: number; passes: number; parallelism: number };

export type Argon = {
  /** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
  hash(password: string, parameters: Argon2Parameters): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
};

/**
 * Argon2id (RFC 9106) by the faster of two native bindings: `@node-rs/argon2` where its binary fits this machine, else
 * `argon2`. Both write and read the same strings, so that machines of both kinds share one database. Loaded with the
 * first password.
 */
export function createArgon2id(choose: () => Promise<Argon> = fastest): Argon {
  let chosen: Promise<Argon> | undefined;
  const argon = () => {
    chosen ??= choose();
    return chosen;
  };
  return {
    hash: async (password, parameters) => (await argon()).hash(password, parameters),
    verify: async (hash, password) => (await argon()).verify(hash, password),
  };
}

async function fastest(): Promise<Argon> {
  // An optional package: npm leaves it out where it has no binary for the machine.
  return await loadRust().catch(loadReference);
}

const HASH_BYTES = 32;

/** The Rust implementation: about half the time of the other one (`docs/decisions/password-argon2.md`). */
export async function loadRust(): Promise<Argon> {
  const rust = await import('@node-rs/argon2');
  return {
    hash: (password, { memoryKib, passes, parallelism }) =>
      // 2 is Argon2id: the package declares its names as a `const enum`, which only a compiler could read.
      rust.hash(password, {
        algorithm: 2,
        memoryCost: memoryKib,
        timeCost: passes,
        parallelism,
        outputLen: HASH_BYTES,
      }),
    verify: (hash, password) => rust.verify(hash, password),
  };
}

/** The reference implementation in C. */
export async function loadReference(): Promise<Argon> {
  const { default: reference } = await import('argon2');
  return {
    async hash(password, { memoryKib, passes, parallelism }) {
      const options = { memoryCost: memoryKib, timeCost: passes, parallelism, hashLength: HASH_BYTES };
      const hash = await reference.hash(password, { type: reference.argon2id, ...options });
      // The package writes m, p, t; the order of the PHC format, which every other Argon2 insists on, is m, t, p.
      return hash.replace(/(m=\d+),(p=\d+),(t=\d+)/, '$1,$3,$2');
    },
    verify: (hash, password) => reference.verify(hash, password),
  };
}
