import { z } from 'zod';

export const rateLimitConfig = z
  .strictObject({
    apiClients: z
      .strictObject({
        points: z.int().min(0).default(0).describe('How many requests. 0 switches this limit off.'),
        perSeconds: z.int().min(1).max(86_400).default(60).describe('Within how many seconds.'),
      })
      .prefault({})
      .describe(
        'Requests from one network to the endpoints that API clients call (token, introspection, …).',
      ),
  })
  .prefault({});
