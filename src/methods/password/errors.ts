import { defineError } from '../../lib/errors.ts';

/** More sign-ins at once than can be hashed in time. `detail.retryAfterSeconds`: when it is worth another try. */
export const passwordQueueFull = defineError(
  'password.busy',
  503,
  () => 'Too many passwords are being hashed at once. Try again.',
);
