import type { Access, LostDevice, StrengthRule } from '../access/access.ts';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { RouteContext } from '../http/routes.ts';
import type { InteractionDeps } from '../interaction/interaction.ts';
import type { Keys } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import type { Mail } from '../mail/mail.ts';
import type { Methods, OneTimeMemory } from '../methods/methods.ts';
import type { RememberedBrowsers } from '../methods/remembered-browsers.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import type { Attributes, User, Users } from '../users/users.ts';
import type { AccountConfig } from './config.ts';

/** What a person's own pages need. The session is the provider's: there is no second one. */
export type AccountDeps = {
  config: {
    issuer: string;
    base: string;
    isSecure: boolean;
    account: AccountConfig;
    users: { attributes: Attributes };
    i18n: { defaultLocale: string };
  };
  db: Database;
  clock: Clock;
  pages: InteractionDeps['pages'];
  audit: Pick<Audit, 'record' | 'list'>;
  leases: Pick<Leases, 'run'>;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  methods: Pick<
    Methods,
    'list' | 'find' | 'finish' | 'listEnrolled' | 'enrol' | 'withCredentials' | 'settleDoubts'
  >;
  /** The server keys of the purpose `codes` sign what was proved in the account itself. */
  keys: { serverKeys: Pick<Keys['serverKeys'], 'current' | 'find'> };
  /** For who has lost what a change needs. */
  lostDevice: InteractionDeps['lostDevice'] & Pick<LostDevice, 'findByToken' | 'cancel'>;
  /** What a change to an account needs. */
  strength: StrengthRule;
  oneTime: Pick<OneTimeMemory, 'remember' | 'consume' | 'answer'>;
  sealer: InteractionDeps['sealer'];
  password: InteractionDeps['password'];
  rateLimit: Pick<RateLimit, 'hit'>;
  /** What a browser is told, to keep its passkeys in step. Absent when there are none here. */
  passkeys: { signals(person: User): Promise<{ allAcceptedCredentialIds: readonly string[] }> } | undefined;
  /** Browsers that are not asked for the second factor. */
  rememberedBrowsers: Pick<RememberedBrowsers, 'list'>;
  /** What the export tells of every folder's tables with rows about a person. */
  listPersonalData(): PersonalData;
  /** The only caller of what ends things. */
  access: Pick<Access, 'end' | 'listAddedLately'>;
  users: Pick<Users, 'find' | 'findByEmail' | 'listAdministrators' | 'update' | 'deleteIf'>;
  clients: InteractionDeps['clients'];
  resourceServers: InteractionDeps['resourceServers'] & Pick<ResourceServers, 'listWithOwnKeys'>;
  apiKeys: Pick<ApiKeys, 'find' | 'listOf' | 'offeredTo' | 'usesOf' | 'create' | 'rotate' | 'revoke'>;
  i18n: InteractionDeps['i18n'] & { locales: readonly string[] };
  oidc: {
    /** `find`: the live session of the browser's cookie, when it has all that is demanded of this person here. */
    sessions: Pick<Oidc['sessions'], 'find' | 'listByUser'>;
    consents: Pick<Oidc['consents'], 'listByUser'>;
    personClaims: Oidc['personClaims'];
  };
};

/** Who is signed in at this page, and what was proved in this session, each with its time. */
export type SignedIn = { sessionUid: string; person: User; steps: readonly ProvedStep[] };
/** A page that only the person it is about sees; everyone else is led to the sign-in and back. */
export type OwnPage = (ctx: RouteContext, signedIn: SignedIn) => Promise<void>;
