import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import type { LinkPurpose, UserStore } from './store.ts';

export type { LinkPurpose } from './store.ts';

/** Links that open something once. The token (256 bits) is known to its holder only: the table has its SHA-256. */
export function createOneTimeLinks({ store, clock }: { store: UserStore; clock: Clock }) {
  return {
    /** A new link. Every older one of the same purpose and user stops working. */
    async create(
      purpose: LinkPurpose,
      { userId, ttlSeconds }: { userId?: string; ttlSeconds: number },
    ): Promise<{ token: string; expiresAt: number }> {
      const token = createSecret();
      const now = clock.now();
      const expiresAt = now + ttlSeconds * 1000;
      await store.saveLink({
        tokenHash: sha256(token),
        purpose,
        ...defined({ userId }),
        expiresAt,
        createdAt: now,
      });
      return { token, expiresAt };
    },

    /** Whether a link still works; it stays unspent, so mail scanners and reloads harm nothing. */
    async find(purpose: LinkPurpose, token: string): Promise<{ userId?: string } | undefined> {
      return await store.findLink(purpose, sha256(token), clock.now());
    },

    /** Spends a link: of any number of simultaneous calls exactly one gets an answer. */
    async consume(purpose: LinkPurpose, token: string): Promise<{ userId?: string } | undefined> {
      return await store.consumeLink(purpose, sha256(token), clock.now());
    },

    /** Ends the links of one user, as when the person is disabled or has set a password. */
    async voidAll(userId: string): Promise<number> {
      return await store.deleteLinksOf(userId);
    },
  };
}
