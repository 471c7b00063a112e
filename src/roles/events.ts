import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const role = z.string();
const reason = z.string().optional();

export const roleCreated = defineEvent('roles.created', {
  when: 'A role was created',
  subject: 'role',
  data: z.object({ role, ...CHANGES }),
});

export const roleUpdated = defineEvent('roles.updated', {
  when: 'The permissions or the description of a role changed',
  subject: 'role',
  data: z.object({ role, fields: z.array(z.string()), ...CHANGES, version: z.number() }),
});

export const roleDeleted = defineEvent('roles.deleted', {
  when: 'A role was deleted; how many people and clients had it',
  subject: 'role',
  data: z.object({ role, users: z.number(), clients: z.number(), ...CHANGES }),
});

export const roleAssigned = defineEvent('roles.assigned', {
  when: 'A person or a client got a role, or its expiry was changed',
  subject: 'role',
  data: z.object({ role, ...CHANGES, reason }),
});

export const roleUnassigned = defineEvent('roles.unassigned', {
  when: 'A role was removed from a person or a client',
  subject: 'role',
  data: z.object({ role, ...CHANGES, reason }),
});
