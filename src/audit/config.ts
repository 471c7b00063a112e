import { z } from 'zod';

export const auditConfig = z
  .strictObject({
    retentionSeconds: z
      .int()
      .min(86_400)
      .default(31_536_000)
      .describe('How long audit events are kept, in seconds. Default: one year.'),
  })
  .prefault({});
