import { defineError } from '../lib/errors.ts';

/** The link was used, has run out, was voided by a newer one, or belongs to somebody else. */
export const accountLinkUsed = defineError('account.link_used', 410);
/** Somebody came back in the last moment, or another node was faster. */
export const accountDeletionGone = defineError('account.deletion_gone', 409);
