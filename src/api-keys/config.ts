import { z } from 'zod';

const count = (what: string) => z.int().min(1).max(1_000_000_000).describe(what);

const tier = z.strictObject({
  perMinute: count('How many uses within a minute, counted from the first of them.'),
  perDay: count('How many uses within 24 hours, counted from the first of them.').optional(),
  burst: count('How many of those of a minute may come within one second. Absent: all.').optional(),
});

/** What a tier is called: it is a word in commands, answers and tokens. */
const tierName = z.string().regex(/^[a-z][a-z\d_-]{0,31}$/, 'must be small letters, digits, - and _');

export const apiKeysConfig = z
  .strictObject({
    tiers: z
      .record(tierName, tier)
      .refine((tiers) => Object.keys(tiers).length > 0, 'must have one tier at least')
      .default({
        free: { perMinute: 10, perDay: 1000 },
        pro: { perMinute: 100, perDay: 50_000 },
      })
      .describe(
        'How often an API key may be used, by the name of its tier (docs/api-keys.md): `pro: { perMinute: 100, perDay: 50000, burst: 20 }`. Your list replaces the default tiers.',
      ),
  })
  .prefault({});

export type ApiKeysConfig = z.infer<typeof apiKeysConfig>;
export type Tier = z.infer<typeof tier>;
