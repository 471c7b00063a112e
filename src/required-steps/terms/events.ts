import { z } from 'zod';
import { CHANGES, defineEvent } from '../../audit/audit.ts';

const terms = z.string();

export const termsCreated = defineEvent('terms.created', {
  when: 'Terms were created, with their first version',
  subject: 'terms',
  data: z.object({ terms, ...CHANGES }),
});

export const termsPublished = defineEvent('terms.published', {
  when: 'Terms got a new version, which everybody must accept who must accept these terms',
  subject: 'terms',
  data: z.object({ terms, ...CHANGES }),
});

export const termsDeleted = defineEvent('terms.deleted', {
  when: 'Terms were deleted; who had accepted them is kept',
  subject: 'terms',
  data: z.object({ terms, ...CHANGES }),
});

export const termsAccepted = defineEvent('terms.accepted', {
  when: 'A person accepted a version of terms, at the sign-in to an app',
  subject: 'person',
  data: z.object({ terms, version: z.string(), versionId: z.string() }),
  shownToPerson: 'terms_accepted',
});
