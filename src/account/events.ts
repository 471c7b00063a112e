import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

export const consentWithdrawn = defineEvent('account.consent_withdrawn', {
  when: 'A person withdrew the consent for an app',
  subject: 'person',
  shownToPerson: 'consent_withdrawn',
});

export const dataExported = defineEvent('account.data_exported', {
  when: 'A person downloaded a copy of their data',
  subject: 'person',
  shownToPerson: 'data_exported',
});

export const deletionPlanned = defineEvent('account.deletion_planned', {
  when: 'A person asked for the deletion of their account',
  subject: 'person',
  data: z.object({ graceDays: z.number() }),
  shownToPerson: 'deletion_planned',
});

export const deletionCancelled = defineEvent('account.deletion_cancelled', {
  when: 'A person signed in before the deletion: the account stays',
  subject: 'person',
  shownToPerson: 'deletion_cancelled',
});

export const browserForgotten = defineEvent('account.device_forgotten', {
  when: 'A person removed a remembered browser: it is asked for the second factor again',
  subject: 'person',
  shownToPerson: 'device_forgotten',
});

export const browsersForgotten = defineEvent('account.devices_forgotten', {
  when: 'A person removed all remembered browsers',
  subject: 'person',
  shownToPerson: 'device_forgotten',
});

export const emailChangeAsked = defineEvent('account.email_change_asked', {
  when: 'A person asked for a change of the e-mail address',
  subject: 'person',
  shownToPerson: 'email_change_asked',
});

export const emailChanged = defineEvent('account.email_changed', {
  when: 'The new address was confirmed and is the person’s now',
  subject: 'person',
  shownToPerson: 'email_changed',
});

export const emailChangeUndone = defineEvent('account.email_change_undone', {
  when: 'A change of the address was undone from the old one',
  subject: 'person',
  shownToPerson: 'email_change_undone',
});

export const sessionEnded = defineEvent('account.session_ended', {
  when: 'A person ended one of their sessions',
  subject: 'person',
  shownToPerson: 'session_ended',
});

export const otherSessionsEnded = defineEvent('account.other_sessions_ended', {
  when: 'A person ended all other sessions',
  subject: 'person',
  shownToPerson: 'other_sessions_ended',
});

export const signedOut = defineEvent('account.signed_out', {
  when: 'A person signed out of their account',
  subject: 'person',
});
