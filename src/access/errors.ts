import { defineError } from '../lib/errors.ts';

/** Nothing waits for this person: it was never asked for, is cancelled, or has taken effect. */
export const removalUnknown = defineError(
  'access.removal_unknown',
  404,
  () => 'No removal waits for this user: it was never asked for, is cancelled, or has taken effect.',
);
