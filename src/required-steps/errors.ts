import { defineError, sentenceOfProblems } from '../lib/errors.ts';

/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const requiredStepInvalid = defineError('required_steps.invalid', 400, sentenceOfProblems);
/** An app, a role or the configuration may demand it all the same. */
export const stepNotRequired = defineError(
  'required_steps.not_required',
  404,
  () => '`users require` does not demand this of the user. An app, a role or requiredSteps.everywhere may.',
);
export const tooManyRequired = defineError(
  'required_steps.too_many',
  409,
  ({ most }) => `No more than ${String(most)} steps can be demanded of one person.`,
);
