import { defineError } from '../lib/errors.ts';

/** Nothing waits for this person: it was never asked for, is cancelled, or has taken effect. */
export const removalUnknown = defineError(
  'access.removal_unknown',
  404,
  () => 'This user has no open request: none was made, or it was cancelled or has taken effect.',
);
/** The person has no such session: it is over, or another person's. */
export const sessionUnknown = defineError(
  'access.session_unknown',
  404,
  () => 'This user has no such session, or it has ended. `users sessions` lists the current ones.',
);
