import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

export const recoveryAsked = defineEvent('recovery.asked', {
  when: 'Somebody gave an address to recover its account',
  subject: 'person',
});

export const recoveryMailProved = defineEvent('recovery.mail_proved', {
  when: 'The link or the code of a recovery mail was used',
  subject: 'person',
});

export const recoveryRefused = defineEvent('recovery.refused', {
  when: 'A wrong code was typed in a recovery',
  subject: 'person',
  shownToPerson: 'recovery_refused',
});

export const recoveryCompleted = defineEvent('recovery.completed', {
  when: 'A person recovered their account and chose a new password',
  subject: 'person',
  shownToPerson: 'recovered',
  formerly: [{ name: 'interaction.recovered' }],
});

export const credentialDenied = defineEvent('recovery.credential_denied', {
  when: 'A new way to sign in was removed by the link of the mail about it',
  subject: 'person',
  data: z.object({ method: z.string() }),
  shownToPerson: 'credential_denied',
  formerly: [{ name: 'interaction.credential_denied' }],
});

export const newDeviceEnded = defineEvent('recovery.new_device_ended', {
  when: 'A new browser was signed out by the link of the mail about it',
  subject: 'person',
  data: z.object({ sessions: z.number(), grants: z.number() }),
  shownToPerson: 'new_device_ended',
  formerly: [{ name: 'interaction.new_device_ended' }],
});
