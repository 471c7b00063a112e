import { isNetwork } from '../http/client-address.ts';
import { isPlainText } from '../lib/text.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';

/** What makes a key. */
export type ApiKeyInput = {
  /** The resource server, by its id or identifier. */
  resource: string;
  name: string;
  /** At least one of the resource server's. */
  scopes: readonly string[];
  /** Absent: the first one of the settings. */
  tier?: string | undefined;
  /** Milliseconds since the epoch; absent: never. */
  expiresAt?: number | undefined;
  /** CIDRs and addresses; absent or empty: any. */
  networks?: readonly string[] | undefined;
};

type Problem = { field: string; why: string };
const MOST_NETWORKS = 50;
const LONGEST_NAME = 100;

/** What is wrong with it, all at once. `offered`: what the owner may do at the API; `undefined`: the owner does nothing. */
export function problemsOf(
  { name, scopes, tier, expiresAt, networks = [] }: Omit<ApiKeyInput, 'resource'>,
  {
    api,
    offered,
    tiers,
    now,
  }: { api: ResourceServer; offered: readonly string[] | undefined; tiers: readonly string[]; now: number },
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, why: string) => problems.push({ field, why });
  if (offered === undefined) refuse('owner', 'is disabled, or can have no keys: a service client can');
  if (name.trim() === '' || name.length > LONGEST_NAME || !isPlainText(name))
    refuse('name', `must be one line of 1 to ${LONGEST_NAME} characters, without control characters`);
  if (scopes.length === 0) refuse('scopes', `must name one at least of ${api.identifier}`);
  for (const scope of scopes) {
    if (api.scopes.every((each) => each.name !== scope))
      refuse('scopes', `${api.identifier} has no scope ${scope}`);
    else if (offered?.includes(scope) === false) refuse('scopes', `${scope} is more than its owner may do`);
  }
  if (tier !== undefined && !tiers.includes(tier)) refuse('tier', `must be one of ${tiers.join(', ')}`);
  if (expiresAt !== undefined && expiresAt <= now) refuse('expiresAt', 'must be in the future');
  if (networks.length > MOST_NETWORKS) refuse('networks', `must be at most ${MOST_NETWORKS}`);
  const wrong = networks.find((network) => !isNetwork(network));
  if (wrong !== undefined)
    refuse('networks', `${wrong} is no network such as 203.0.113.0/24 or 2001:db8::/32`);
  return problems;
}
