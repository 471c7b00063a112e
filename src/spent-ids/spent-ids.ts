/**
 * Ids that nobody can be given any more: those that were chosen, and those of clients and people who are gone. An app
 * knows people by them for ever, and a token may name them after their end, so no second one is ever called the same.
 * Ids that are made up need no look at it: nobody can choose the one that another will be given.
 */
export { spendId } from './store.ts';
