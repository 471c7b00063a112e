import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

/** What differs (`lib/changes.ts`). */
const changes = { before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) };

export const resourceServerCreated = defineEvent('resource_servers.created', {
  when: 'A resource server was registered',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...changes }),
});

export const resourceServerUpdated = defineEvent('resource_servers.updated', {
  when: 'What is registered of a resource server changed',
  subject: 'resource server',
  data: z.object({
    resourceServerId: z.string(),
    fields: z.array(z.string()),
    ...changes,
    version: z.number(),
  }),
});

export const resourceServerDeleted = defineEvent('resource_servers.deleted', {
  when: 'A resource server was deleted',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...changes }),
});

export const introspectionRotated = defineEvent('resource_servers.introspection_rotated', {
  when: 'A resource server got a new secret for introspection',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), overlapSeconds: z.number(), ...changes }),
});

export const introspectionEnded = defineEvent('resource_servers.introspection_ended', {
  when: 'A resource server may introspect no longer',
  subject: 'resource server',
  data: z.object({ resourceServerId: z.string(), ...changes }),
});
