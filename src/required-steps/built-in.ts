import type { RequiredStepPlugIn } from './required-step.ts';
import { terms } from './terms/terms.ts';

/** What can be demanded, in the order in which it is asked. A line here plugs one in. */
export const builtInSteps: readonly RequiredStepPlugIn[] = [terms]; // at most those that are written here
