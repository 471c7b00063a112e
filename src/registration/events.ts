import { defineEvent } from '../audit/audit.ts';

export const registrationAsked = defineEvent('registration.asked', {
  when: 'Somebody gave an address to make an account',
  subject: 'person',
});

export const registrationMailProved = defineEvent('registration.mail_proved', {
  when: 'The mail about a registration was read',
  subject: 'person',
});

export const registrationCompleted = defineEvent('registration.completed', {
  when: 'A person made their account',
  subject: 'person',
});
