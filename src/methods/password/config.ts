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
        'The least number of characters of a new password. NIST SP 800-63B-4: 15 where the password is the only factor, never fewer than 8.',
      ),
    refusedWords: z
      .array(z.string().min(3))
      .default([])
      .describe(
        'Words that a password must not be made of, such as the names of your organisation and its products.',
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
        'How many hashes are computed at once. Default: one for each core, but no more than Node’s thread pool has threads.',
      ),
    maxWaitSeconds: z
      .number()
      .min(0)
      .default(5)
      .describe('A sign-in that would wait longer than this for its hash is answered with 503. Seconds.'),
  })
  .prefault({});

export type PasswordConfig = z.output<typeof passwordConfig>;
