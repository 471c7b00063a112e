import { DEMAND, readDemand } from './demand.ts';
import type { RequiredStepPlugIn, StepSettings } from './required-step.ts';

/** Who demands it: an operator of one person, or the configuration, an app or a role of all of theirs. */
export type DemandedBy = 'person' | 'others';

type Judging = Pick<RequiredStepPlugIn, 'id' | 'isOnce' | 'judge'>;

/** What is wrong with a demand by its words alone, to go on after them; nothing when it may be made. */
export function judgeDemand(
  demand: string,
  by: DemandedBy,
  steps: readonly Judging[],
  settings: StepSettings,
): string | undefined {
  if (!DEMAND.test(demand)) return 'is no step: it must be such as terms:house or confirmed-address';
  const { step: id, detail } = readDemand(demand);
  const step = steps.find((each) => each.id === id);
  if (!step) return `is none of the steps that there are: ${steps.map((each) => each.id).join(', ')}`;
  if (step.isOnce && by !== 'person') return 'is demanded of one person at a time: `users require`';
  return step.judge?.(detail, settings);
}

/** What is wrong with `requiredSteps.everywhere`: one sentence for each mistake. */
export function judgeEverywhere(
  everywhere: readonly string[],
  steps: readonly Judging[],
  settings: StepSettings,
): string[] {
  return everywhere.flatMap((demand) => {
    const problem = judgeDemand(demand, 'others', steps, settings);
    return problem === undefined ? [] : [`requiredSteps.everywhere: ${demand} ${problem}.`];
  });
}
