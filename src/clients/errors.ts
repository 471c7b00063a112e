import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const clientUnknown = defineError(
  'clients.unknown',
  404,
  () => 'There is no such client: `clients list` shows their ids.',
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const clientInvalid = defineError('clients.invalid', 400, sentenceOfProblems);
/** `detail.version`: the one that it has now. */
export const clientConflict = defineError(
  'clients.conflict',
  409,
  (detail) => `Somebody else changed this client meanwhile: it is version ${String(detail.version)} now.`,
);
export const clientIdTaken = defineError(
  'clients.id_taken',
  409,
  () => 'This id belongs or belonged to another user or client. Ids are never reused.',
);
export const clientBuiltIn = defineError(
  'clients.built_in',
  409,
  () => 'This client is part of Gatehouse and cannot be changed.',
);
export const clientWithoutSecret = defineError(
  'clients.without_secret',
  409,
  (detail) => `This client has no secret to rotate: its authentication method is ${String(detail.method)}.`,
);
export const clientResourceUnknown = defineError(
  'clients.resource_unknown',
  400,
  (detail) =>
    `There is no resource server ${String(detail.resource)}. Register it first: resource-servers create.`,
);
