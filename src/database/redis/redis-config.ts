import { z } from 'zod';

/** The section `redis`. Used when `REDIS_URL` is set. */
export const redisConfig = z
  .strictObject({
    prefix: z
      .string()
      .regex(/^[\w:.-]{1,40}$/, 'must be 1 to 40 letters, digits and : . _ -')
      .default('gatehouse:')
      .describe('Redis: what every key begins with, so that other programs can use the same server.'),
    connectTimeoutSeconds: z
      .number()
      .min(0.1)
      .max(60)
      .default(5)
      .describe('Redis: how many seconds to wait for a connection.'),
    commandTimeoutSeconds: z
      .number()
      .min(0.1)
      .max(60)
      .default(2)
      .describe('Redis: how many seconds to wait for an answer before a request is answered 503.'),
  })
  .prefault({});

export type RedisConfig = z.infer<typeof redisConfig>;
