import { listUnknownTiers } from '../api-keys/api-keys.ts';
import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { type Finding, fine, lookAtTables, problem } from './finding.ts';

/** Keys that have fewer uses than whoever made them meant. */
export async function checkApiKeys({
  config,
  db,
  clock,
}: {
  config: { apiKeys: { tiers: Readonly<Record<string, object>> } };
  db: Database;
  clock: Clock;
}): Promise<Finding[]> {
  const check = 'api_keys';
  const unread = {
    what: 'API keys cannot be read',
    why: 'Every verification of a key reads the same table.',
    action: 'Look at the table `api_keys`, and at the log of the database.',
  };
  return lookAtTables(check, unread, async () => {
    const tiers = Object.keys(config.apiKeys.tiers);
    const unknown = await listUnknownTiers(db, { tiers, now: clock.now() });
    if (unknown.length === 0) return [fine(check, 'Every API key has a tier that apiKeys.tiers names.')];
    return [
      problem('warning', 'api_keys.tiers', {
        what: `API keys have tiers that apiKeys.tiers does not name: ${unknown.slice(0, 5).join(', ')}.`,
        why: 'They have the limits of the smallest tier.',
        action: 'Name these tiers in the settings (docs/api-keys.md), or make new keys of another tier.',
      }),
    ];
  });
}
