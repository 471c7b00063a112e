import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import { asOption, type Deed, defineDeed } from '../deeds/deeds.ts';
import { auditingRefusals, reasonForAudit, type Users, userReference } from '../users/users.ts';
import { builtInSteps } from './built-in.ts';
import { requiredStepInvalid } from './errors.ts';
import type { RequiredSteps } from './required-steps.ts';

export type RequiredStepDeedsDeps = {
  users: Users;
  requiredSteps: Pick<RequiredSteps, 'require' | 'waive'>;
  audit: Pick<Audit, 'record'>;
};
type Deps = RequiredStepDeedsDeps;

const step = asOption(z.string(), { value: 'step' }).describe(
  'The step: new-password, confirmed-address, terms:<name>, profile:<field>.',
);

const requireStep = defineDeed('users.require', {
  summary: 'Demands a step of a user before any app gets anything, even while the user is signed in.',
  input: z.object({ step, user: userReference, reason: reasonForAudit }),
  permission: 'users:write',
  invalid: requiredStepInvalid,
  async run({ users, requiredSteps }: Deps, { step: demand, user: named, reason }, by) {
    const { id, email } = await users.getAny(named);
    return { id, email, demand, ...(await requiredSteps.require(id, demand, by, { reason })) };
  },
  show: ({ id, demand, isNew, isOpen }) => ({ id, required: demand, is_new: isNew, is_open: isOpen }),
  command: {
    positionals: ['step', 'user'],
    text: ({ email, demand, isOpen }) =>
      isOpen
        ? `${email} is asked for ${demand} before any app gets anything.`
        : `${email} has nothing to do for ${demand} now.`,
  },
});

const waiveStep = defineDeed('users.waive', {
  summary: 'Withdraws what `users require` demanded. What an app, a role or the configuration demands stays.',
  input: z.object({ step, user: userReference, reason: reasonForAudit }),
  permission: 'users:write',
  async run({ users, requiredSteps }: Deps, { step: demand, user: named, reason }, by) {
    const { id, email } = await users.getAny(named);
    await requiredSteps.waive(id, demand, by, { reason });
    return { id, email, demand };
  },
  show: ({ id, demand }) => ({ id, waived: demand }),
  command: {
    positionals: ['step', 'user'],
    text: ({ email, demand }) => `${email} is not asked for ${demand} any more.`,
  },
});

/** What the steps of every Gatehouse bring beside that. */
export const deedsOfSteps = (): readonly Deed[] => builtInSteps.flatMap(({ deeds = [] }) => deeds);

/** What operators demand of one person. */
export const requiredStepDeeds: readonly Deed<Deps>[] = [requireStep, waiveStep].map((deed) =>
  auditingRefusals(deed as Deed<Deps>),
);
