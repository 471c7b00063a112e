import { defineError } from '../lib/errors.ts';

/** No event and no folder of events has this name. */
export const eventUnknown = defineError(
  'audit.event_unknown',
  404,
  ({ guess }) =>
    `There is no such event.${guess ? ` Did you mean ${String(guess)}?` : ''} docs/audit.md lists them all.`,
);

/** Nobody has this name, and no event tells of somebody who had. */
export const subjectUnknown = defineError(
  'audit.subject_unknown',
  404,
  ({ kind }) => `There is no such ${String(kind)}, and no event names one.`,
);
