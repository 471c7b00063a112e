import { defineEvent } from '../../audit/audit.ts';

export const emailUsedElsewhere = defineEvent('email.used_elsewhere', {
  when: 'The link of a sign-in mail was used in another browser than the one that requested it',
  subject: 'person',
});
