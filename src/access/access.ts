import { SYSTEM } from '../lib/actor.ts';
import { createEnding, type EndingDeps } from './ending.ts';
import { createLostDevice, type LostDeviceDeps } from './lost-device.ts';
import { createStrength, type StrengthDeps } from './strength.ts';

export { EVERYBODY } from './ending.ts';
export type { LostDevice } from './lost-device.ts';
export { sweptAccess } from './store.ts';
export type { Change, StrengthRule, Verdict } from './strength.ts';

export type AccessDeps = EndingDeps &
  StrengthDeps &
  Omit<LostDeviceDeps, 'strength' | 'end'> & { config: EndingDeps['config'] & LostDeviceDeps['config'] };
export type Access = ReturnType<typeof createAccess>;

/** Who may change what an account opens with, and what ends when. */
export function createAccess(deps: AccessDeps) {
  const strength = createStrength(deps);
  const lostDevice = createLostDevice({
    ...deps,
    strength,
    end: (userId, facts) => ending.end(userId, 'second_factors_removed', facts),
  });
  // A request that waits was made with what ends: who still means it asks again.
  const requests = {
    endAllOf: (userId: string) => lostDevice.cancel({ userId }, SYSTEM),
  };
  const ending = createEnding({ ...deps, proofs: [...deps.proofs, requests] });
  return { ...ending, strength, lostDevice };
}
