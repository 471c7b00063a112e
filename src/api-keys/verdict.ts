import { networksOf } from '../http/client-address.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import type { Counted } from './counting/counting.ts';
import type { ApiKey, Presented } from './store.ts';

/** What somebody wants of a key. */
export type Wish = {
  /** Of the resource server that asks. Absent: the key's own. */
  resourceServerId?: string | undefined;
  /** Absent: all that the key may. */
  scopes?: readonly string[] | undefined;
  /** Where the request came from that brought the key. */
  address?: string | undefined;
};

/**
 * Why a key is not good. `unknown` also says of a key that is of another API; `network`: it is bound to others, or nobody
 * said where it came from; `scope`: it may not do what is wanted; `no_scope`: its owner may do nothing of it any more.
 */
export type Refusal =
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'owner_disabled'
  | 'network'
  | 'scope'
  | 'no_scope'
  | 'rate_limited';

/** A key that is good for what was wanted, or why it is not. `counted`: what its tier says, where a use was counted. */
export type Verdict =
  | {
      isActive: true;
      apiKey: ApiKey;
      api: ResourceServer;
      /** Of the key's, those that its owner may do now. */
      scopes: readonly string[];
      /** Names of the owner's roles. */
      roles: readonly string[];
      counted?: Counted;
    }
  | { isActive: false; why: Refusal; apiKey?: ApiKey; counted?: Counted };

/** What is wrong with a key itself, whatever its owner may do. */
export function refusalOf(
  { apiKey, isSecretOver, isOwnerDisabled }: Presented,
  { resourceServerId = apiKey.resourceServerId, address }: Wish,
  now: number,
): Refusal | undefined {
  // Whether another API has such a key is none of this one's business.
  if (apiKey.resourceServerId !== resourceServerId) return 'unknown';
  if (apiKey.ended) return 'revoked';
  if (isSecretOver || (apiKey.expiresAt !== undefined && apiKey.expiresAt <= now)) return 'expired';
  if (isOwnerDisabled) return 'owner_disabled';
  if (apiKey.networks.length === 0) return undefined;
  return address !== undefined && networksOf(apiKey.networks)(address) ? undefined : 'network';
}
