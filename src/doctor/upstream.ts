import type { Database } from '../database/database.ts';
import { createOutgoing, type OutgoingDeps } from '../http/outgoing.ts';
import type { Clock } from '../lib/clock.ts';
import { createSealer } from '../lib/seal.ts';
import { type Check, createProtocols, type Provider } from '../upstream/upstream.ts';
import { type Finding, fine, lookAtTables, problem } from './finding.ts';
import { findRootKeys, type RootKeySource } from './stores.ts';

type Source = RootKeySource & OutgoingDeps['config'] & { issuer: string };

const WHY =
  'People who choose this provider may be sent back to the sign-in page and told to use another way.';
/** So many are asked, side by side. */
const MOST = 50;

/** Whether the providers that people sign in by would let them in. `isOffline`: they are counted only. */
export async function checkUpstream({
  config,
  db,
  clock,
  isOffline,
}: {
  config: Source;
  db: Database;
  clock: Clock;
  isOffline: boolean;
}): Promise<Finding[]> {
  const check = 'upstream';
  const outgoing = createOutgoing({ config, measure: () => {} });
  const unread = {
    what: 'The providers cannot be tested',
    why: WHY,
    action: 'gatehouse upstream test <id> tests one of them.',
  };
  return lookAtTables(check, unread, async () => {
    const rootKeys = await findRootKeys(config);
    // That it is missing is a finding of its own.
    if (!rootKeys) return [];
    const protocols = createProtocols({ db, clock, config, outgoing, sealer: createSealer(rootKeys) });
    const providers = await protocols.listEnabled();
    if (isOffline || providers.length === 0)
      return [
        fine(check, providers.length === 0 ? 'No providers.' : `${providers.length} providers, not tested.`),
      ];
    const found = await Promise.all(
      providers.slice(0, MOST).map(async (provider) => {
        const checks = await protocols.check(provider);
        return checks.filter(({ level }) => level !== 'ok').map((each) => findingOf(provider, each));
      }),
    );
    const problems = found.flat();
    return problems.length > 0
      ? problems
      : [fine(check, `${providers.length} providers answer as they should.`)];
  }).finally(() => outgoing.close());
}

function findingOf({ slug }: Provider, { level, what, action = '' }: Check): Finding {
  return problem(level === 'error' ? 'error' : 'warning', 'upstream', {
    what: `${slug}: ${what}`,
    why: WHY,
    action: `${action} gatehouse upstream test ${slug} tests it again.`,
  });
}
