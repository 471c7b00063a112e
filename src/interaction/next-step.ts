import {
  type Demand,
  isInDoubt,
  isMultiFactor,
  type Levels,
  missing,
  type ProvedStep,
} from '../oidc/levels.ts';

/** What a method would add to a sign-in. */
export type ProvingMethod = Pick<ProvedStep, 'amr' | 'kind'> & { id: string };

export type Situation = {
  /** What is proved so far, of one person. */
  steps: readonly ProvedStep[];
  demand: Demand;
  levels: Pick<Levels, 'reaches'>;
  /** What the person could use now, strongest first. */
  enrolled: readonly ProvingMethod[];
  /** Whether one of those is asked of whoever has it. */
  hasSecondFactor: boolean;
  /** What could be added right here, strongest first. */
  enrollable: readonly ProvingMethod[];
  /** Whether this browser was told not to ask the person for the second factor. */
  isRemembered: boolean;
  /** How often adding something may still wait. */
  laterLeft: number;
};

export type NextStep =
  | { kind: 'identify' }
  /** One of these, in this order. */
  | { kind: 'second_factor'; methodIds: readonly string[] }
  /** One of these must be added; `laterLeft` is 0 when it cannot wait. */
  | { kind: 'enrol'; methodIds: readonly string[]; laterLeft: number }
  | { kind: 'done' }
  /** What is wanted cannot be had: the person has nothing for it, and nothing for it can be added. */
  | { kind: 'unmet' };

/** What a sign-in asks for next. Pure: the same situation gives the same answer on every node, at every request. */
export function nextStep(situation: Situation): NextStep {
  const { steps, enrolled, enrollable } = situation;
  if (steps.length === 0) return { kind: 'identify' };
  const isMissing = missing(situation);
  if (isMissing === undefined) return { kind: 'done' };

  const helps = (method: ProvingMethod) => suffices(situation, [...steps, stepBy(method)]);
  const fresh = enrolled.filter(({ id }) => steps.every(({ method }) => method !== id));
  const sufficient = fresh.filter(helps);
  // Nothing that the person has is enough: it is still asked for, before anything new may be added.
  const proving = sufficient.length > 0 ? sufficient : fresh.filter((method) => addsFactor(steps, method));
  if (proving.length > 0) return { kind: 'second_factor', methodIds: proving.map(({ id }) => id) };

  const toAdd = enrollable.filter(helps);
  if (toAdd.length === 0) return { kind: 'unmet' };
  const laterLeft = isMissing === 'second_factor' ? situation.laterLeft : 0;
  return { kind: 'enrol', methodIds: toAdd.map(({ id }) => id), laterLeft };
}

function suffices({ demand, levels }: Situation, steps: readonly ProvedStep[]): boolean {
  if (demand.level !== undefined && !levels.reaches(steps, demand.level)) return false;
  if (demand.isForChange && isInDoubt(steps)) return false;
  return demand.secondFactor === 'never' || isMultiFactor(steps);
}

function addsFactor(steps: readonly ProvedStep[], method: ProvingMethod): boolean {
  return !isMultiFactor(steps) && isMultiFactor([...steps, stepBy(method)]);
}

function stepBy({ id, amr, kind }: ProvingMethod): ProvedStep {
  return { method: id, amr, kind, at: 0 };
}
