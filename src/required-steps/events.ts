import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const demand = z.string();
const reason = z.string().optional();

export const stepRequired = defineEvent('required_steps.required', {
  when: 'An operator required a step of a person, at the next sign-in',
  subject: 'person',
  data: z.object({ demand, ...CHANGES, reason }),
});

export const stepWaived = defineEvent('required_steps.waived', {
  when: 'An operator no longer requires a step of a person',
  subject: 'person',
  data: z.object({ demand, ...CHANGES, reason }),
});

export const stepDone = defineEvent('required_steps.done', {
  when: 'A person did a required step',
  subject: 'person',
  data: z.object({ step: z.string() }),
});
