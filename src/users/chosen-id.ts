import { z } from 'zod';
import { problemOfChosenId } from '../lib/ids.ts';

/** An id that somebody chose for a person. `|`: those of Auth0 have it. */
export const userIdSchema = z.string().superRefine((id, { addIssue }) => {
  const message = problemOfChosenId(id, { prefix: 'usr', others: '|' });
  if (message !== undefined) addIssue({ code: 'custom', message });
});
