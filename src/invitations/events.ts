import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const CHANGE = { id: z.string(), ...CHANGES };

export const invited = defineEvent('invitations.created', {
  when: 'An operator invited somebody',
  subject: 'invitation',
  data: z.object(CHANGE),
  formerly: [{ name: 'users.invited' }],
});

export const uninvited = defineEvent('invitations.withdrawn', {
  when: 'An operator withdrew an invitation',
  subject: 'invitation',
  data: z.object(CHANGE),
  formerly: [{ name: 'users.uninvited' }],
});
