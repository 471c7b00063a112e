import type { Clock } from '../lib/clock.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import type { Denial, DenialStore } from './store.ts';

/** As long as a session can last, and as long as what was added lately is listed after a recovery. */
export const LATELY_MS = 30 * 86_400_000;

export type Credential = { method: string; id: string; createdAt: number };

/** The links of "this wasn't me" (256 bits, stored as their SHA-256), each for one credential and for 30 days. */
export function createDenials({
  store,
  clock,
  issuer,
}: {
  store: DenialStore;
  clock: Clock;
  issuer: string;
}) {
  return {
    /** The address for the mail about a credential that is new. */
    async linkFor(userId: string, { method, id, createdAt }: Credential): Promise<string> {
      const token = createSecret();
      const now = clock.now();
      await store.insert(sha256(token), {
        userId,
        method,
        credentialId: id,
        credentialAt: createdAt,
        createdAt: now,
        expiresAt: now + LATELY_MS,
      });
      return `${issuer}/new-credential?${new URLSearchParams({ token })}`;
    },

    find: async (token: string): Promise<Denial | undefined> =>
      TOKEN.test(token) ? store.find(sha256(token), clock.now()) : undefined,

    /** True for exactly one of any number of calls. */
    consume: (token: string): Promise<boolean> => store.consume(sha256(token), clock.now()),
  };
}

const TOKEN = /^[\w-]{43}$/;
