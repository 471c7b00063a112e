import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

const version = z.number();

export const clientCreated = defineEvent('clients.created', {
  when: 'A client was registered',
  subject: 'client',
  data: z.object(CHANGES),
});

export const clientUpdated = defineEvent('clients.updated', {
  when: 'A client was changed',
  subject: 'client',
  data: z.object({ fields: z.array(z.string()), ...CHANGES, version }),
});

export const clientDisabled = defineEvent('clients.disabled', {
  when: 'A client was disabled',
  subject: 'client',
  data: z.object({ ...CHANGES, version }),
});

export const clientEnabled = defineEvent('clients.enabled', {
  when: 'A client was enabled again',
  subject: 'client',
  data: z.object({ ...CHANGES, version }),
});

export const clientPkceSeen = defineEvent('clients.pkce_seen', {
  when: 'A client used PKCE for the first time; with `--pkce ratchet` it is required from then on',
  subject: 'client',
});

export const clientDeleted = defineEvent('clients.deleted', {
  when: 'A client was deleted',
  subject: 'client',
  data: z.object(CHANGES),
});

export const clientSecretRotated = defineEvent('clients.secret_rotated', {
  when: 'A client got a new secret',
  subject: 'client',
  data: z.object({ overlapSeconds: z.number(), ...CHANGES }),
});
