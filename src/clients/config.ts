import { z } from 'zod';

export const clientsConfig = z
  .strictObject({
    secretOverlapSeconds: z
      .int()
      .min(0)
      .max(7_776_000)
      .default(86_400)
      .describe(
        'How long the old client secret keeps working after a rotation, in seconds. 0: it ends at once. Default: 24 h.',
      ),
  })
  .prefault({});

export type ClientsConfig = z.infer<typeof clientsConfig>;
