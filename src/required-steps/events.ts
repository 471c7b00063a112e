import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const demand = z.string();
const reason = z.string().optional();

export const stepRequired = defineEvent('required_steps.required', {
  when: 'An operator demanded a step of a person, at the next sign-in',
  subject: 'person',
  data: z.object({ demand, ...CHANGES, reason }),
});

export const stepWaived = defineEvent('required_steps.waived', {
  when: 'An operator took back what was demanded of a person',
  subject: 'person',
  data: z.object({ demand, ...CHANGES, reason }),
});

export const stepDone = defineEvent('required_steps.done', {
  when: 'A person did what was demanded before an app gets anything',
  subject: 'person',
  data: z.object({ step: z.string() }),
});
