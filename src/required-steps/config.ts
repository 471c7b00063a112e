import { z } from 'zod';
import { DEMAND } from './demand.ts';

/** The section `requiredSteps`. */
export const requiredStepsConfig = z
  .strictObject({
    everywhere: z
      .array(z.string().regex(DEMAND, 'must be such as terms:house, profile:name or confirmed-address'))
      .max(50)
      .default([])
      .describe(
        'What everybody must do before they get to any app: `terms:<name>`, `profile:<field>`, `confirmed-address` (docs/required-steps.md). Clients, roles and people may have further steps.',
      ),
  })
  .prefault({});

export type RequiredStepsConfig = z.output<typeof requiredStepsConfig>;
