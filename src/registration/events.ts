import { defineEvent } from '../audit/audit.ts';

export const registrationAsked = defineEvent('registration.asked', {
  when: 'Somebody gave an address to create an account',
  subject: 'person',
});

export const registrationMailProved = defineEvent('registration.mail_proved', {
  when: 'The link or the code of a registration mail was used',
  subject: 'person',
});

export const registrationCompleted = defineEvent('registration.completed', {
  when: 'A person created their account',
  subject: 'person',
});
