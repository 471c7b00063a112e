import type { SweptTable } from '../database/sweeper.ts';
import { createId } from '../lib/ids.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import { createSecretsStore, type NewSecret, type SecretsTable } from './store.ts';

export { problemOfGivenSecret } from './given-secret.ts';
export type { NewSecret, SecretsTable } from './store.ts';

/**
 * Secrets that machines authenticate with: shown once, stored as SHA-256, replaced by a newer one while the older works
 * on for an overlap. One such for each table.
 */
export const createSecrets = createSecretsStore;

/** A new secret, or one that comes from elsewhere, and what is stored of it. `secret` is known only now. */
export function mintSecret(now: number, secret = createSecret()): { secret: string; stored: NewSecret } {
  return { secret, stored: { id: createId('sec'), secretHash: sha256(secret), createdAt: now } };
}

/** For the sweeper: secrets whose overlap has ended. */
export function sweptSecrets({ table }: SecretsTable): SweptTable {
  return { name: table, key: 'id', expiresAt: 'expires_at' };
}
