import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const resourceServerUnknown = defineError(
  'resource_servers.unknown',
  404,
  () => 'There is no such resource server.',
);
export const resourceServerTaken = defineError(
  'resource_servers.taken',
  409,
  () => 'Another resource server has this identifier or audience already.',
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const resourceServerInvalid = defineError('resource_servers.invalid', 400, sentenceOfProblems);
