import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const resourceServerUnknown = defineError(
  'resource_servers.unknown',
  404,
  () => 'There is no such resource server: `resource-servers list` shows them.',
);
export const resourceServerTaken = defineError(
  'resource_servers.taken',
  409,
  () => 'Another resource server has this identifier or audience already.',
);
/** `detail.version`: the one that it has now. */
export const resourceServerConflict = defineError(
  'resource_servers.conflict',
  409,
  (detail) =>
    `Somebody else changed this resource server meanwhile: it is version ${String(detail.version)} now.`,
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const resourceServerInvalid = defineError('resource_servers.invalid', 400, sentenceOfProblems);
