import { expect, test } from 'vitest';
import type { PendingInteraction } from '../../src/interaction/deps.ts';
import { begunIn, keep, stillBegun } from '../../src/interaction/proved.ts';

/** As it is stored since the first release, and in the dictionary of `oidc/adapter/packing.ts`. */
const stored = { uid: 'int_1', purpose: 'sign-in', method: 'email', handle: 'attempt-1', show: { a: 1 } };

function interactionWith(lastSubmission: Record<string, unknown> = {}): PendingInteraction {
  return { uid: 'int_1', lastSubmission, persist: async () => 0 } as unknown as PendingInteraction;
}

test('an attempt that was begun is read and written under the name that it has always been stored by', async () => {
  const begun = begunIn(interactionWith({ begun: stored }), { purpose: 'sign-in', method: 'email' });
  expect(begun).toEqual({
    uid: 'int_1',
    purpose: 'sign-in',
    method: 'email',
    attemptId: 'attempt-1',
    show: { a: 1 },
  });
  const interaction = interactionWith();
  await keep(interaction, { begun });
  expect(interaction.lastSubmission).toEqual({ begun: stored });
  await keep(interaction, { begun: undefined });
  expect(interaction.lastSubmission).toEqual({ begun: undefined });
});

test('what stays open after a step is passed on as it is stored', () => {
  const enrolment = { ...stored, purpose: 'enrolment', userId: 'usr_1' };
  expect(stillBegun(interactionWith({ begun: enrolment }), 'usr_1', [{ method: 'password' }])).toEqual(
    enrolment,
  );
  expect(stillBegun(interactionWith(), 'usr_1', [{ method: 'password' }])).toBeUndefined();
});
