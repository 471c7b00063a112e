import { z } from 'zod';

export const rateLimitConfig = z
  .strictObject({
    apiClients: z
      .strictObject({
        points: z
          .int()
          .min(0)
          .default(0)
          .describe(
            'How many POST requests one network may send to the endpoints that API clients call (token, introspection, …). 0: no limit.',
          ),
        perSeconds: z
          .int()
          .min(1)
          .max(86_400)
          .default(60)
          .describe('The time in which they are counted, in seconds.'),
      })
      .prefault({})
      .describe(
        'Requests from one network to the endpoints that API clients call (token, introspection, …).',
      ),
  })
  .prefault({});
