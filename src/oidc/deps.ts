import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { Redis } from '../database/redis/redis.ts';
import type { BrowserSecret } from '../http/browser-secret.ts';
import type { Documents } from '../http/documents.ts';
import type { IssuerConfig } from '../http/issuer.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { Pages } from '../http/page.ts';
import type { Keys } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import type { Roles } from '../roles/roles.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Users } from '../users/users.ts';
import type { HeldDeps } from './adapter/held.ts';
import type { ClaimSource } from './claim-sources.ts';
import type { OidcConfig } from './config.ts';
import type { DemandsDeps } from './demands.ts';
import type { EventsDeps } from './events.ts';
import type { Elsewhere } from './interactions.ts';
import type { ProvedStep } from './levels.ts';
import type { OpenStepOf } from './open-step.ts';

export type OidcDeps = {
  config: IssuerConfig & { oidc: OidcConfig; resourceServers: { defaultResource?: string | undefined } };
  db: Database;
  /** Absent: what is short-lived is in the database as well. */
  redis?: Redis | undefined;
  leases: Pick<Leases, 'take'>;
  clock: Clock;
  logger: EventsDeps['logger'];
  metrics?: EventsDeps['metrics'];
  audit: Pick<Audit, 'record'>;
  /** Ends the grant of a stolen token and tells the person (`access/`). */
  endStolen: EventsDeps['endStolen'];
  rateLimit: HeldDeps['rateLimit'];
  users: Pick<Users, 'find'>;
  /** Where claims of people come from; the first one is always read. */
  claimSources: readonly ClaimSource[];
  clients: Pick<Clients, 'find' | 'findSimilar' | 'notePkce'>;
  resourceServers: Pick<
    ResourceServers,
    'find' | 'findByAudience' | 'findByIntrospectionId' | 'findSpelling' | 'allScopes'
  >;
  roles: Pick<Roles, 'read' | 'requirementsOf'>;
  upstream: Pick<Upstream, 'find' | 'giveToken'>;
  apiKeys: Pick<ApiKeys, 'find' | 'look' | 'use'>;
  keys: Keys;
  methods: DemandsDeps['methods'] & {
    /** Whether what was proved with can still prove it: not a password that was changed since. */
    areStillGood(
      userId: string,
      steps: readonly Pick<ProvedStep, 'method' | 'at' | 'credentialAt' | 'via'>[],
    ): Promise<boolean>;
  };
  /** Whether this browser was told not to ask this person for the second factor. */
  isRemembered: DemandsDeps['isRemembered'];
  /** What the person must do before the app gets anything. */
  openStepOf: OpenStepOf;
  outgoing: Pick<Outgoing, 'fetch'>;
  pages: Pages;
  /** Takes what is the same for everybody, so that it is written once. */
  documents: Documents;
  locales: readonly string[];
  /** Whether anybody may make an account. */
  isRegistrationOpen: boolean;
  /** Where a person is sent to be asked, and what is shown when that interaction is over: `interaction/` says. */
  interaction: {
    url(ctx: unknown, interaction: { uid: string; params: Record<string, unknown> }): Promise<string>;
    showLost(ctx: Context | KoaContextWithOIDC): Promise<void>;
    /** What is shown at a resume of another browser's, or where that browser goes on. */
    showElsewhere(ctx: Context, found: Elsewhere): Promise<void>;
  };
  /** By which an interaction is bound to the browser that it is made for. */
  browser: Pick<BrowserSecret, 'bind'>;
};
