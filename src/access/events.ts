import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const LOST = z.object({
  methods: z.array(z.string()),
  ...CHANGES,
  reason: z.string().optional(),
});

export const removalAsked = defineEvent('access.removal_asked', {
  when: 'A person asked for the removal of a lost second factor; it waits for `recovery.delaySeconds`',
  subject: 'person',
  data: LOST,
  shownToPerson: 'removal_asked',
});

export const removalCancelled = defineEvent('access.removal_cancelled', {
  when: 'The removal of a lost second factor was cancelled',
  subject: 'person',
  data: LOST,
  shownToPerson: 'removal_cancelled',
});

export const removalDone = defineEvent('access.removal_done', {
  when: 'The removal of a lost second factor took effect',
  subject: 'person',
  data: LOST,
  shownToPerson: 'second_factors_removed',
});

export const removalRefused = defineEvent('access.removal_refused', {
  when: 'The removal of a lost second factor did not take effect, because the person is an administrator now',
  subject: 'person',
  data: LOST,
});

export const sessionEndedByOperator = defineEvent('access.session_ended', {
  when: 'An operator ended one session of a person',
  subject: 'person',
  data: z.object({
    before: z.object({ session: z.string() }),
    after: z.object({ session: z.null() }),
    reason: z.string().optional(),
  }),
  shownToPerson: 'session_ended',
});

export const signedOutByProvider = defineEvent('access.signed_out_by_provider', {
  when: 'The provider where a person had signed in signed them out: how many sessions ended here',
  subject: 'person',
  data: z.object({ provider: z.string(), slug: z.string(), sessions: z.number() }),
  shownToPerson: 'signed_out_by_provider',
});

export const signOutRefused = defineEvent('access.provider_logout_refused', {
  when: 'A logout token for a provider was refused, and why',
  subject: 'provider',
  data: z.object({ provider: z.string(), slug: z.string(), why: z.string() }),
});
