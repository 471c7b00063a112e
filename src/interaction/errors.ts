import { defineError } from '../lib/errors.ts';

/** Takes an account back that was being made: somebody was connected with its identity in the same moment. A person sees a page. */
export const identityTaken = defineError('interaction.identity_taken', 409);
