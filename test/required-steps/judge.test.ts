import { expect, test } from 'vitest';
import { builtInSteps } from '../../src/required-steps/built-in.ts';
import { judgeEverywhere } from '../../src/required-steps/judge.ts';
import { usersConfig } from '../../src/users/config.ts';

const users = usersConfig.parse({
  attributes: { desk: { shownTo: 'person', editedBy: 'person' }, clearance: {} },
});

test.each([
  ['terms:house', true],
  ['profile:given_name', true],
  ['profile:desk', true],
  ['profile:address.locality', true],
  ['confirmed-address', true],
  ['terms', false],
  ['profile', false],
  ['profile:clearance', false],
  ['profile:shoe_size', false],
  ['profile:address', false],
  ['profile:address.formatted', false],
  ['profile:constructor', false],
  ['confirmed-address:now', false],
  ['new-password', false],
  ['second-factor', false],
  ['tea', false],
  ['terms:a b', false],
])('the setting may demand %s: %s', (demand, isRight) => {
  const mistakes = judgeEverywhere([demand], builtInSteps, { users, isMailAvailable: true });
  expect(mistakes).toHaveLength(isRight ? 0 : 1);
  if (!isRight) expect(mistakes[0]).toContain(`requiredSteps.everywhere: ${demand} `);
});

test('the setting demands no confirmed address where there is no mail', () => {
  const settings = { users, isMailAvailable: false };
  expect(judgeEverywhere(['confirmed-address'], builtInSteps, settings)).toEqual([
    'requiredSteps.everywhere: confirmed-address needs mail: SMTP_URL is none.',
  ]);
});
