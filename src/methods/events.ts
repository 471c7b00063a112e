import { z } from 'zod';
import { defineEventOfEach } from '../audit/audit.ts';
import { builtInIds } from './built-in.ts';

/** What happens with each method: `methodProved('totp')` is `totp.proved`. */

export const methodProved = defineEventOfEach(builtInIds, 'proved', {
  when: 'A person proved who they are by this method',
  subject: 'person',
});

export const methodRefused = defineEventOfEach(builtInIds, 'refused', {
  when: 'An answer to this method was refused',
  subject: 'person',
  data: z.object({ reason: z.string().optional(), detail: z.string().optional() }),
  shownToPerson: 'way_refused',
});

export const methodEnrolled = defineEventOfEach(builtInIds, 'enrolled', {
  when: 'A person set this method up',
  subject: 'person',
  shownToPerson: 'way_added',
});

export const methodRenamed = defineEventOfEach(builtInIds, 'renamed', {
  when: 'A person renamed it',
  subject: 'person',
});

export const methodRemoved = defineEventOfEach(builtInIds, 'removed', {
  when: 'It was removed from a person',
  subject: 'person',
  shownToPerson: 'way_removed',
});
