import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

export const keyRotated = defineEvent('keys.rotated', {
  when: 'A new key took over signing',
  subject: 'key',
  data: z.object({ alg: z.string(), retired: z.string(), current: z.string() }),
});

export const keyRetired = defineEvent('keys.retired', {
  when: 'A key was taken out of use',
  subject: 'key',
  data: z.object({ id: z.string(), alg: z.string(), state: z.string(), isPublished: z.boolean() }),
});

export const keysResealed = defineEvent('keys.resealed', {
  when: 'Stored secrets were encrypted again with the current root key',
  subject: 'key',
  data: z.object({ rootKey: z.string().optional(), resealed: z.number(), unreadable: z.number() }),
});
