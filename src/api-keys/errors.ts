import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const apiKeyUnknown = defineError(
  'api_keys.unknown',
  404,
  () => 'There is no such API key: `api-keys list` shows their ids.',
);
export const apiKeyEnded = defineError(
  'api_keys.ended',
  409,
  () => 'This API key has ended: make a new one.',
);
/** `detail.most`: how many one owner may have. */
export const apiKeyTooMany = defineError(
  'api_keys.too_many',
  409,
  ({ most }) => `Its owner has ${String(most)} API keys already: revoke one first.`,
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const apiKeyInvalid = defineError('api_keys.invalid', 400, sentenceOfProblems);
