import { defineError, sentenceOfProblems } from '../lib/errors.ts';

/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const deedInvalid = defineError('deeds.invalid', 400, sentenceOfProblems);
