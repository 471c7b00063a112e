import { SYSTEM } from '../lib/actor.ts';
import type { Job } from '../lib/job.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createEnding, type EndingDeps } from './ending.ts';
import { createLostDevice, type LostDeviceDeps } from './lost-device.ts';
import { createProviderLogout, type ProviderLogoutDeps } from './provider-logout.ts';
import { sweptAccess } from './store.ts';
import { createStrength, type StrengthDeps } from './strength.ts';
import { createWhereabouts, type WhereaboutsDeps } from './whereabouts.ts';

export { EVERYBODY } from './ending.ts';
export type { LostDevice } from './lost-device.ts';
export type { Change, StrengthRule, Verdict } from './strength.ts';

export type AccessDeps = EndingDeps &
  StrengthDeps &
  WhereaboutsDeps &
  Omit<ProviderLogoutDeps, 'end'> &
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
  return {
    /** Its rows that run out, what the person's export tells of them, and what is due. */
    sweeps: [sweptAccess],
    personalData: {
      access_denials: ['method', 'created_at', 'expires_at'],
      access_removals: ['methods', 'network', 'user_agent', 'created_at', 'due_at'],
    } satisfies PersonalData,
    jobs: [
      { everyMs: 60_000, run: lostDevice.runDue, failure: 'What was lost could not be removed' },
    ] satisfies Job[],
    routes: createProviderLogout({ ...deps, end: ending.end }),
    ...ending,
    ...createWhereabouts(deps),
    strength,
    lostDevice,
  };
}
