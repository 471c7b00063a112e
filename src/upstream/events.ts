import { z } from 'zod';
import { CHANGES, defineEvent } from '../audit/audit.ts';

/** The row's id, and the slug that it had then. */
const provider = { provider: z.string(), slug: z.string() };

export const upstreamCreated = defineEvent('upstream.created', {
  when: 'A provider for signing in was created',
  subject: 'provider',
  data: z.object({ ...provider, ...CHANGES }),
});

export const upstreamUpdated = defineEvent('upstream.updated', {
  when: 'A provider was changed, enabled or disabled',
  subject: 'provider',
  data: z.object({ ...provider, fields: z.array(z.string()), ...CHANGES, version: z.number() }),
});

export const upstreamDeleted = defineEvent('upstream.deleted', {
  when: 'A provider was deleted; how many connected sign-ins went with it',
  subject: 'provider',
  data: z.object({ ...provider, links: z.number(), ...CHANGES }),
});

export const upstreamLinked = defineEvent('upstream.linked', {
  when: 'A person connected a sign-in at a provider with the account',
  subject: 'person',
  data: z.object({ ...provider, link: z.string() }),
});

export const upstreamUnlinked = defineEvent('upstream.unlinked', {
  when: 'A sign-in at a provider is no longer connected with the account',
  subject: 'person',
  data: z.object({ ...provider, link: z.string() }),
});

export const upstreamFailed = defineEvent('upstream.failed', {
  when: 'A sign-in at a provider failed, and exactly why',
  subject: 'provider',
  data: z.object({ ...provider, failed: z.string(), why: z.string() }),
});

export const upstreamMapped = defineEvent('upstream.mapped', {
  when: 'A value of a claim at a provider now gives a role, or no longer gives it',
  subject: 'provider',
  data: z.object({
    ...provider,
    claim: z.string(),
    value: z.string(),
    role: z.string(),
    isMapped: z.boolean(),
  }),
});

export const tokenGiven = defineEvent('upstream.token_given', {
  when: 'An app got a person’s access token of a provider, and whether the token was refreshed for this',
  subject: 'person',
  data: z.object({ ...provider, link: z.string(), isRefreshed: z.boolean() }),
});

export const tokenRefused = defineEvent('upstream.token_refused', {
  when: 'An app asked for a person’s access token of a provider and got none',
  subject: 'person',
  data: z.object({ ...provider, why: z.string() }),
});
