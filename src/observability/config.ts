import { z } from 'zod';

export const observabilityConfig = z
  .strictObject({
    accessLog: z.boolean().default(true).describe('Write one line to the log for each request.'),
  })
  .prefault({});
