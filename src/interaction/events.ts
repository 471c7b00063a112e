import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

const texts = z.array(z.string()).readonly();
const ASKED = z.object({
  scopes: texts,
  claims: texts,
  resources: z.record(z.string(), texts).readonly(),
});

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
  when: 'A person who was signed in cancelled and went back to the app',
  subject: 'person',
  data: z.object({ step: z.string() }),
});

export const appRefused = defineEvent('interaction.app_refused', {
  when: 'A person was told that they may not use an app, or that no role permits what it asks for',
  subject: 'person',
  data: z.object({ why: z.enum(['app', 'scopes']) }),
});

export const requiredStepDeclined = defineEvent('interaction.required_step_declined', {
  when: 'A person declined a required step, and went back to the app or signed out',
  subject: 'person',
  data: z.object({ step: z.string(), isSignedOut: z.boolean() }),
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

export const accountMade = defineEvent('interaction.account_made', {
  when: 'A person created an account with what another provider says about them',
  subject: 'person',
  data: z.object({ method: z.string() }),
});

export const secondFactorPutOff = defineEvent('interaction.second_factor_put_off', {
  when: 'A person put off setting up a second factor',
  subject: 'person',
  data: z.object({ left: z.number() }),
});

export const levelUnmet = defineEvent('interaction.unmet', {
  when: 'A person cannot reach the level that the app asked for',
  subject: 'person',
  data: z.object({ level: z.unknown() }),
});
