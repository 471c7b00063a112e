import { z } from 'zod';

export const httpConfig = z
  .strictObject({
    hstsSeconds: z
      .int()
      .min(0)
      .default(31_536_000)
      .describe(
        'How long browsers shall insist on https for this host, in seconds. Sent on https issuers only; 0 sends none.',
      ),
    drainSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe('How long running requests may take to finish when the server is told to stop, in seconds.'),
    maxConnections: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(16_000)
      .describe(
        'How many connections one process holds; at this number those without a request are closed, and new ones are not taken.',
      ),
    overload: z
      .strictObject({
        queueSeconds: z
          .number()
          .min(0.01)
          .max(60)
          .default(0.05)
          .describe(
            'How long a request may have to wait, as things stand; one that would wait longer gets 503.',
          ),
        burstSeconds: z
          .number()
          .min(0.01)
          .max(60)
          .default(0.25)
          .describe('The same while a burst has only begun (a quarter of a second).'),
        minInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(32)
          .describe(
            'So many requests are always served at once. More than a process has connections to its database.',
          ),
        maxInFlight: z
          .int()
          .min(1)
          .max(100_000)
          .default(2000)
          .describe('So many at once are the most, however fast they are.'),
      })
      .prefault({})
      .describe('When there is more to do than can be done in time.'),
  })
  .prefault({})
  .describe('The HTTP server.');

export type HttpConfig = z.infer<typeof httpConfig>;
