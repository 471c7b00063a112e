import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

const CHANGE = {
  id: z.string(),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
};

export const invited = defineEvent('users.invited', {
  when: 'An operator invited somebody',
  subject: 'invitation',
  data: z.object(CHANGE),
});

export const uninvited = defineEvent('users.uninvited', {
  when: 'An operator took an invitation back',
  subject: 'invitation',
  data: z.object(CHANGE),
});
