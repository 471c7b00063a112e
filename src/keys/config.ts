import { z } from 'zod';

const DAY = 86_400;

export const keysConfig = z
  .strictObject({
    rotateEverySeconds: z
      .int()
      .min(3_600)
      .max(3_650 * DAY)
      .default(90 * DAY)
      .describe('How long a signing key signs before the next one takes over, in seconds. Default: 90 days.'),
    publishAheadSeconds: z
      .int()
      .min(0)
      .max(30 * DAY)
      .default(DAY)
      .describe(
        'How long a signing key is in the JWKS before it may sign, in seconds: at least as long as verifiers cache the JWKS. Default: 1 day.',
      ),
  })
  .refine((keys) => keys.publishAheadSeconds < keys.rotateEverySeconds, {
    path: ['publishAheadSeconds'],
    error:
      'must be shorter than keys.rotateEverySeconds: the next key is made when the one before begins to sign',
  })
  .prefault({});

export type KeysConfig = z.output<typeof keysConfig>;
