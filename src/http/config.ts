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
  })
  .prefault({})
  .describe('The HTTP server.');
