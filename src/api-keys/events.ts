import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const apiKeyId = z.string();
const resourceServerId = z.string();

export const apiKeyCreated = defineEvent('api_keys.created', {
  when: 'An API key was created',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, ...CHANGES }),
});

export const apiKeyRotated = defineEvent('api_keys.rotated', {
  when: 'An API key got a new secret; the old one keeps working for the overlap',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, overlapSeconds: z.number(), ...CHANGES }),
});

export const apiKeyRevoked = defineEvent('api_keys.revoked', {
  when: 'An API key ended. `cause`: `revoked` (by the actor), `leaked` (somebody who had the key itself revoked it), or the name of what ended it (docs/access.md)',
  subject: 'API key',
  data: z.object({
    apiKeyId,
    resourceServerId,
    cause: z.string(),
    reason: z.string().optional(),
    ...CHANGES,
  }),
});

export const apiKeyFirstUsed = defineEvent('api_keys.first_used', {
  when: 'An API key was used for the first time, counted where the API tells the address',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId }),
});

export const apiKeyNewNetwork = defineEvent('api_keys.new_network', {
  when: 'An API key was used from a network from which it was not used in the last 90 days; once for each network',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId }),
});

export const apiKeyRefused = defineEvent('api_keys.refused', {
  when: 'An API key was presented and refused. `why`: `revoked`, `expired`, `owner_disabled`, `network` (it is bound to others) or `rate_limited`; once in 90 days for each network and reason',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, why: z.string() }),
});
