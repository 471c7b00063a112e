import { z } from 'zod';
import { defineEvent } from '../../audit/audit.ts';

export const counterRegressed = defineEvent('passkey.counter_regressed', {
  when: 'A passkey that cannot be copied counted backwards or stood still: there may be a copy of it. It was accepted, the person is told, and the next change in the account asks for another proof',
  subject: 'person',
  data: z.object({ passkey: z.string(), stored: z.number(), received: z.number() }),
  shownToPerson: 'passkey_doubted',
});
