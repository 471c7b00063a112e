import { createEnding, type EndingDeps } from './ending.ts';
import { createStrength, type StrengthDeps } from './strength.ts';

export { EVERYBODY } from './ending.ts';
export { sweptAccess } from './store.ts';
export type { Change, StrengthRule, Verdict } from './strength.ts';

export type AccessDeps = EndingDeps & StrengthDeps;
export type Access = ReturnType<typeof createAccess>;

/** Who may change what an account opens with, and what ends when. */
export function createAccess(deps: AccessDeps) {
  return { ...createEnding(deps), strength: createStrength(deps) };
}
