import { createStrength, type StrengthDeps } from './strength.ts';

export type { Change, StrengthRule, Verdict } from './strength.ts';

export type AccessDeps = StrengthDeps;
export type Access = ReturnType<typeof createAccess>;

/** Who may change what an account opens with. */
export function createAccess(deps: AccessDeps) {
  return { strength: createStrength(deps) };
}
