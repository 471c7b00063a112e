import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const roleUnknown = defineError(
  'roles.unknown',
  404,
  () => 'There is no such role: `roles list` shows them.',
);
/** `detail.name`: the one that there is. */
export const roleTaken = defineError(
  'roles.taken',
  409,
  ({ name }) => `There is a role ${String(name)} already, and people could confuse the two.`,
);
/** `detail.version`: the one that it has now. */
export const roleConflict = defineError(
  'roles.conflict',
  409,
  ({ version }) => `Somebody else changed this role meanwhile: it is version ${String(version)} now.`,
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const roleInvalid = defineError('roles.invalid', 400, sentenceOfProblems);
export const roleNotAssigned = defineError(
  'roles.not_assigned',
  404,
  () => 'This user or service does not have this role.',
);
/** `detail.source`: the provider. */
export const roleOfProvider = defineError(
  'roles.of_provider',
  409,
  ({ source }) =>
    `This role comes from ${String(source)}: change it there, or remove the mapping (\`upstream map-role … --remove\`).`,
);
/** Far more than anything that reads tokens could use. */
export const roleTooMany = defineError(
  'roles.too_many',
  409,
  ({ most }) => `Nobody may have more than ${String(most)} roles.`,
);
