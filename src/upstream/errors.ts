import { defineError, sentenceOfProblems } from '../lib/errors.ts';

export const upstreamUnknown = defineError(
  'upstream.unknown',
  404,
  () => 'There is no such provider: `upstream list` shows their ids.',
);
export const upstreamTaken = defineError(
  'upstream.taken',
  409,
  ({ slug }) => `There is a provider ${String(slug)} already.`,
);
/** `detail.version`: the one that it has now. */
export const upstreamConflict = defineError(
  'upstream.conflict',
  409,
  ({ version }) => `Somebody else changed this provider meanwhile: it is version ${String(version)} now.`,
);
/** `detail.problems`: what is wrong and what would be right, `[{ field, why }]`. */
export const upstreamInvalid = defineError('upstream.invalid', 400, sentenceOfProblems);
/** Who somebody is there means nothing at another address, nor to another app where each knows people by other names. */
export const upstreamLinked = defineError(
  'upstream.linked',
  409,
  ({ links }) =>
    `${String(links)} sign-ins are connected by the ids that people have at this provider. Another issuer, app or team may use other ids. Create another provider for it.`,
);
export const upstreamMappingUnknown = defineError(
  'upstream.mapping_unknown',
  404,
  () => 'This provider has no such mapping.',
);
