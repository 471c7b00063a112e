import type { Clock } from '../lib/clock.ts';
import type { Allowed, Consent, ConsentStore } from './store.ts';

export { type Allowed, type Consent, createConsentStore } from './store.ts';

export type Consents = ReturnType<typeof createConsents>;

/** A person's decisions, one row for each client. Asked once for each client and set of scopes; withdrawn here. */
export function createConsents({ store, clock }: { store: ConsentStore; clock: Clock }) {
  return {
    find: (userId: string, clientId: string): Promise<Consent | undefined> => store.find(userId, clientId),
    listByUser: (userId: string): Promise<Consent[]> => store.listByUser(userId),

    /** Adds to what the person allowed before. */
    remember: (userId: string, clientId: string, allowed: Allowed): Promise<void> =>
      store.merge(userId, clientId, (before) => mergeAllowed(before, allowed), clock.now()),

    /** A new grant was made from it. */
    touch: (userId: string, clientId: string): Promise<void> => store.touch(userId, clientId, clock.now()),

    /** Ends the consent and all its grants. False when there was none. */
    withdraw: (userId: string, clientId: string): Promise<boolean> => store.withdraw(userId, clientId),
  };
}

function mergeAllowed(before: Allowed | undefined, added: Allowed): Allowed {
  const resources: Record<string, readonly string[]> = { ...before?.resources };
  for (const [identifier, scopes] of Object.entries(added.resources)) {
    resources[identifier] = union(resources[identifier], scopes);
  }
  return {
    scopes: union(before?.scopes, added.scopes),
    claims: union(before?.claims, added.claims),
    resources,
  };
}

const union = (before: readonly string[] = [], added: readonly string[]) => [
  ...new Set([...before, ...added]),
];
