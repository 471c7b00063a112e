import type { ProvedStep, SecondFactorThen } from './levels.ts';

/** What a session remembers of its sign-in; `proofs` and `secondFactor` are ours (`overrides.ts`). */
export type StoredProofs = {
  proofs?: readonly ProvedStep[];
  amr?: readonly string[] | undefined;
  loginTs?: number | undefined;
  secondFactor?: SecondFactorThen;
};

/** A session from before levels knows `amr` only: the values that a password leaves. */
export function stepsOf({ proofs, amr = [], loginTs = 0 }: StoredProofs): readonly ProvedStep[] {
  if (proofs) return proofs;
  return amr.length === 0 ? [] : [{ method: 'password', amr, kind: 'knowledge', at: loginTs * 1000 }];
}
