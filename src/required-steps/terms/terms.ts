import type { RequiredStepPlugIn } from '../required-step.ts';
import { termsDeeds } from './deeds.ts';
import { createTerms } from './versions.ts';

/** Terms to be accepted, and accepted again when there is a new version. */
export const terms: RequiredStepPlugIn = {
  id: 'terms',
  judge: (name) =>
    name === undefined ? 'names no terms: terms:<name>, as `terms list` shows them' : undefined,
  deeds: termsDeeds,
  create: createTerms,
};
