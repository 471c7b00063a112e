import { z } from 'zod';
import { defineEvent } from '../../audit/audit.ts';

export const counterRegressed = defineEvent('passkey.counter_regressed', {
  when: 'A passkey counted backwards: there may be a copy of it',
  subject: 'person',
  data: z.object({ passkey: z.string(), stored: z.number(), received: z.number() }),
});
