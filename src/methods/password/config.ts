import { z } from 'zod';

/** The section `password`. */
export const passwordConfig = z
  .strictObject({
    minimumLength: z
      .int()
      .min(8)
      .max(64)
      .default(15)
      .describe(
        'Fewest characters of a new password. NIST SP 800-63B-4: 15 when it is the only factor, never below 8.',
      ),
    refusedWords: z
      .array(z.string().min(3))
      .default([])
      .describe(
        'More words that a password must not be made of: the name of your organisation, of its products.',
      ),
    memoryKib: z
      .int()
      .min(7168)
      .default(19_456)
      .describe('Memory of one Argon2id hash, in KiB. OWASP: at least 19 MiB with 2 passes.'),
    passes: z.int().min(1).default(2).describe('Passes of one Argon2id hash over its memory.'),
    parallelism: z.int().min(1).max(16).default(1).describe('Lanes of one Argon2id hash.'),
    concurrency: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Hashes that are computed at once. Default: one for each core, at most the threads of the pool.',
      ),
    maxWaitSeconds: z
      .number()
      .min(0)
      .default(5)
      .describe('When a sign-in would wait longer than this for its hash, it is answered 503, in seconds.'),
  })
  .prefault({});

export type PasswordConfig = z.output<typeof passwordConfig>;
