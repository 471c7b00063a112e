import { z } from 'zod';

/** The section `backupCodes`. */
export const backupCodesConfig = z
  .strictObject({
    count: z.int().min(5).max(20).default(10).describe('How many backup codes one set has.'),
  })
  .prefault({});

export type BackupCodesConfig = z.output<typeof backupCodesConfig>;
