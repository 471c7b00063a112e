import { z } from 'zod';
import { defineEvent } from '../audit/audit.ts';

/** What differs (`lib/changes.ts`). */
const changes = { before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) };
const apiKeyId = z.string();
const resourceServerId = z.string();

export const apiKeyCreated = defineEvent('api_keys.created', {
  when: 'An API key was made',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, ...changes }),
});

export const apiKeyRotated = defineEvent('api_keys.rotated', {
  when: 'An API key got a new secret; the older one works on for the overlap',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, overlapSeconds: z.number(), ...changes }),
});

export const apiKeyRevoked = defineEvent('api_keys.revoked', {
  when: 'An API key was ended. `cause`: `revoked` by who is named; `leaked`: by somebody who had the key itself; else what ended it (docs/access.md)',
  subject: 'API key',
  data: z.object({
    apiKeyId,
    resourceServerId,
    cause: z.string(),
    reason: z.string().optional(),
    ...changes,
  }),
});

export const apiKeyNewNetwork = defineEvent('api_keys.new_network', {
  when: 'An API key was used from a network that it was never used from before; at most one each day',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId }),
});
