import { defineError, sentenceOfProblems } from '../../lib/errors.ts';

export const termsUnknown = defineError(
  'terms.unknown',
  404,
  () => 'There are no such terms: `terms list` shows them.',
);
export const termsTaken = defineError(
  'terms.taken',
  409,
  ({ name }) => `There are terms ${String(name)} already: \`terms publish\` gives them a new version.`,
);
export const termsVersionTaken = defineError(
  'terms.version_taken',
  409,
  ({ version }) => `There is a version ${String(version)} already, and a version never changes.`,
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const termsInvalid = defineError('terms.invalid', 400, sentenceOfProblems);
