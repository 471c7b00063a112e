import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

const ASKED = z.object({ scopes: z.unknown(), claims: z.unknown(), resources: z.unknown() });

export const signedIn = defineEvent('interaction.signed_in', {
  when: 'A person completed a sign-in to an app',
  subject: 'person',
  data: z.object({
    methods: z.array(z.string()),
    amr: z.array(z.string()),
    acr: z.string().optional(),
    remember: z.boolean(),
    rememberDevice: z.boolean().optional(),
  }),
  shownToPerson: 'signed_in',
});

export const signInCancelled = defineEvent('interaction.cancelled', {
  when: 'A person who was signed in went back to the app',
  subject: 'person',
  data: z.object({ step: z.string() }),
});

export const consentGiven = defineEvent('interaction.consent_given', {
  when: 'A person allowed what an app asked for',
  subject: 'person',
  data: ASKED,
});

export const consentDenied = defineEvent('interaction.consent_denied', {
  when: 'A person did not allow what an app asked for',
  subject: 'person',
  data: ASKED,
});

export const credentialDenied = defineEvent('interaction.credential_denied', {
  when: 'A new way to sign in was taken away by the link of the mail about it',
  subject: 'person',
  data: z.object({ method: z.string() }),
  shownToPerson: 'credential_denied',
});

export const newDeviceEnded = defineEvent('interaction.new_device_ended', {
  when: 'A new browser was signed out by the link of the mail about it',
  subject: 'person',
  data: z.object({ sessions: z.number(), grants: z.number() }),
  shownToPerson: 'new_device_ended',
});

export const secondFactorPutOff = defineEvent('interaction.second_factor_put_off', {
  when: 'A person put off setting up a second factor',
  subject: 'person',
  data: z.object({ left: z.number() }),
});

export const levelUnmet = defineEvent('interaction.unmet', {
  when: 'A person has no way to the level that the app asked for',
  subject: 'person',
  data: z.object({ level: z.unknown() }),
});

export const recoveryAsked = defineEvent('recovery.asked', {
  when: 'Somebody gave an address to recover its account',
  subject: 'person',
});

export const recoveryMailProved = defineEvent('recovery.mail_proved', {
  when: 'The mail about a recovery was read',
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
