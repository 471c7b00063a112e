import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

/** What changed, and why if somebody said so. Of what names a person the words of `told.ts`, as the audit outlives accounts. */
const CHANGE = { ...CHANGES, reason: z.string().optional() };

export const userCreated = defineEvent('users.created', {
  when: 'An account was created',
  subject: 'person',
  data: z.object({ ...CHANGE, isAdmin: z.boolean().optional(), isFirst: z.boolean().optional() }),
});

export const userUpdated = defineEvent('users.updated', {
  when: 'The data of a person changed',
  subject: 'person',
  data: z.object({ fields: z.array(z.string()), ...CHANGE }),
});

export const userDisabled = defineEvent('users.disabled', {
  when: 'A person was disabled',
  subject: 'person',
  data: z.object(CHANGE),
});

export const userEnabled = defineEvent('users.enabled', {
  when: 'A person was enabled again',
  subject: 'person',
  data: z.object(CHANGE),
});

export const userDeleted = defineEvent('users.deleted', {
  when: 'An account was deleted',
  subject: 'person',
  data: z.object(CHANGE),
});

export const passwordChanged = defineEvent('users.password_changed', {
  when: 'A person has a new password: chosen in the account, by a link, in a recovery, at a sign-in because an operator required it, or set by an operator',
  subject: 'person',
  data: z.object({
    how: z.enum(['account', 'link', 'operator', 'recovery', 'required']),
    endedOtherSessions: z.boolean().optional(),
    ...CHANGE,
  }),
  shownToPerson: 'password_changed',
  formerly: [
    { name: 'account.password_changed', data: { how: 'account' } },
    { name: 'interaction.password_set', data: { how: 'link' } },
    { name: 'users.password_set', data: { how: 'operator' } },
  ],
});

export const linkCreated = defineEvent('users.link_created', {
  when: 'An operator created a link to choose a password',
  subject: 'person',
  data: z.object(CHANGE),
});

export const administratorLinkCreated = defineEvent('users.administrator_link_created', {
  when: 'A link for the first administrator’s account was created, at a start or by an operator',
  subject: 'person',
  data: z.object(CHANGE),
});

export const recoveryStarted = defineEvent('users.recovery_started', {
  when: 'An operator had a recovery mailed',
  subject: 'person',
  data: z.object(CHANGE),
});

export const secondFactorRuleSet = defineEvent('users.second_factor_rule_set', {
  when: 'An operator set when a person is asked for a second factor',
  subject: 'person',
  data: z.object({ rule: z.unknown(), ...CHANGE }),
  shownToPerson: 'second_factor_rule_set',
});

export const secondFactorsRemoved = defineEvent('users.second_factors_removed', {
  when: 'An operator removed a person’s second factors; before and after: how many of each kind',
  subject: 'person',
  data: z.object(CHANGE),
  shownToPerson: 'second_factors_removed',
});

export const userSignedOut = defineEvent('users.signed_out', {
  when: 'An operator ended all sessions and grants of a person; before and after: how many',
  subject: 'person',
  data: z.object(CHANGE),
});

export const deedRefused = defineEvent('users.deed_refused', {
  when: 'A change that an operator wanted to make to a person was refused: which one, and the error',
  subject: 'person',
  data: z.object({ deed: z.string(), why: z.string(), reason: z.string().optional() }),
});
