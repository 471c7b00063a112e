import { z } from 'zod';
import { defineEventOfEach } from '../audit/audit.ts';
import { BUILT_IN_METHODS } from './config.ts';

/** What happens with each method: `methodProved('totp')` is `totp.proved`. */

export const methodProved = defineEventOfEach(BUILT_IN_METHODS, 'proved', {
  when: 'A person proved who they are by this method',
  subject: 'person',
});

export const methodRefused = defineEventOfEach(BUILT_IN_METHODS, 'refused', {
  when: 'An answer to this method was refused',
  subject: 'person',
  data: z.object({ reason: z.string().optional() }),
  shownToPerson: 'way_refused',
});

export const methodEnrolled = defineEventOfEach(BUILT_IN_METHODS, 'enrolled', {
  when: 'A person set this method up',
  subject: 'person',
  shownToPerson: 'way_added',
});

export const methodRenamed = defineEventOfEach(BUILT_IN_METHODS, 'renamed', {
  when: 'A person gave it another name',
  subject: 'person',
});

export const methodRemoved = defineEventOfEach(BUILT_IN_METHODS, 'removed', {
  when: 'It was taken away from a person',
  subject: 'person',
  shownToPerson: 'way_removed',
});
