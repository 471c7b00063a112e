import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const apiKeyId = z.string();
const resourceServerId = z.string();

export const apiKeyCreated = defineEvent('api_keys.created', {
  when: 'An API key was made',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, ...CHANGES }),
});

export const apiKeyRotated = defineEvent('api_keys.rotated', {
  when: 'An API key got a new secret; the older one works on for the overlap',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, overlapSeconds: z.number(), ...CHANGES }),
});

export const apiKeyRevoked = defineEvent('api_keys.revoked', {
  when: 'An API key was ended. `cause`: `revoked` by who is named; `leaked`: by somebody who had the key itself; else what ended it (docs/access.md)',
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
  when: 'An API key was used for the first time, as far as the API said from where',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId }),
});

export const apiKeyNewNetwork = defineEvent('api_keys.new_network', {
  when: 'An API key was used from a network that it was not used from in the last 90 days; of each network one',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId }),
});

export const apiKeyRefused = defineEvent('api_keys.refused', {
  when: 'An API key was presented and refused. `why`: `revoked`, `expired`, `owner_disabled`, `network` (it is bound to others) or `rate_limited`; of each network and reason one in 90 days',
  subject: 'API key',
  data: z.object({ apiKeyId, resourceServerId, why: z.string() }),
});
