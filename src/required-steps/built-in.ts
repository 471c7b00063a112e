import { confirmedAddress } from './confirmed-address/confirmed-address.ts';
import { newPassword } from './new-password/new-password.ts';
import { profile } from './profile/profile.ts';
import type { RequiredStepPlugIn } from './required-step.ts';
import { terms } from './terms/terms.ts';

/** What can be demanded, in the order in which it is asked. A line here plugs one in. */
export const builtInSteps: readonly RequiredStepPlugIn[] = [newPassword, confirmedAddress, terms, profile]; // at most those that are written here
