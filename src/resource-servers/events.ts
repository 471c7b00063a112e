import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

export const resourceServerCreated = defineEvent('resource_servers.created', {
  when: 'A resource server was registered',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...CHANGES }),
});

export const resourceServerUpdated = defineEvent('resource_servers.updated', {
  when: 'A resource server was changed',
  subject: 'resource server',
  data: z.object({
    resourceServerId: z.string(),
    fields: z.array(z.string()),
    ...CHANGES,
    version: z.number(),
  }),
});

export const resourceServerDeleted = defineEvent('resource_servers.deleted', {
  when: 'A resource server was deleted',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...CHANGES }),
});

export const introspectionRotated = defineEvent('resource_servers.introspection_rotated', {
  when: 'A resource server got a new secret for introspection',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), overlapSeconds: z.number(), ...CHANGES }),
});

export const introspectionEnded = defineEvent('resource_servers.introspection_ended', {
  when: 'A resource server can no longer introspect tokens',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...CHANGES }),
});
