import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { type Consents, createConsentStore, createConsents } from '../consents/consents.ts';
import type { SweptStep, SweptTable } from '../database/sweeper.ts';
import { cookieNames } from '../http/cookies.ts';
import type { Route } from '../http/routes.ts';
import type { Keys } from '../keys/keys.ts';
import type { Job } from '../lib/job.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createSealer } from '../lib/seal.ts';
import { sharesRole } from '../roles/roles.ts';
import { createAdapterStore, type StoredSession } from './adapter/storage.ts';
import { createPersonClaims, type PersonClaims } from './claim-sources.ts';
import { createDemands, type Demands } from './demands.ts';
import type { OidcDeps } from './deps.ts';
import type { FoundInteraction } from './interactions.ts';
import { createLevels, type Levels } from './levels.ts';
import { createPermitted, tellsRoles } from './permitted.ts';
import type { Protocol } from './protocol.ts';
import { createReadAhead } from './read-ahead.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSecondFactorStore } from './store.ts';
import { createUpstreamTokens } from './upstream-tokens.ts';
import { createWebFinger } from './webfinger.ts';

export type { ClaimSource, PersonClaims } from './claim-sources.ts';
export { claimSources } from './claim-sources.ts';
export type { Elsewhere, FoundInteraction } from './interactions.ts';
export { restartUrl } from './restart.ts';
export type { SelectedAccount } from './select-account.ts';
export type { SignInSession } from './sessions.ts';

export type Oidc = {
  /**
   * Loads the library and builds a provider. Before a server's first request; a command needs neither, unless it calls
   * something that does, which then opens it.
   */
  open(): Promise<void>;
  /** The library of this moment: a change of keys builds a new one. Throws before `open`. */
  provider(): Provider;
  /** Answers a protocol request. Throws `http.not_found` for what is none. */
  handle(ctx: Context): Promise<void>;
  /** Takes up changed keys and ended sessions, as the job of the same name does each second. */
  refresh(): Promise<void>;
  /** The interaction of an address of ours, for the browser that began it. */
  findInteraction(ctx: { req: IncomingMessage; res: ServerResponse }, uid: string): Promise<FoundInteraction>;
  sessions: Sessions;
  consents: Consents;
  levels: Levels;
  demands: Demands;
  personClaims: PersonClaims;
  /** `sub` as this client sees a person: the id, or a pairwise one (OIDC Core §8.1). */
  subjectFor(userId: string, clientId: string): Promise<string>;
  /** Ends of grants beside those that go with a session, a person or a consent. Answer how many there were. */
  grants: {
    end(id: string): Promise<{ grants: number }>;
    /** Of one person, those that tell roles (`roles`, `groups`, tokens of APIs), and those of apps that let in by this one. */
    endWithRole(userId: string, role: string): Promise<{ grants: number }>;
    /** Of all people. `withConsents`: what they allowed it goes, too. */
    endOfClient(clientId: string, options?: { withConsents?: boolean }): Promise<{ grants: number }>;
  };
  /** WebFinger, for the domains that the operator names; tokens of providers elsewhere. */
  readonly routes: readonly Route[];
  /** Rows that run out, and what the person's export tells of them. */
  readonly sweeps: readonly SweptTable[];
  readonly sweepSteps: readonly SweptStep[];
  readonly personalData: PersonalData;
  readonly jobs: readonly Job[];
  /** Ends again what was ended lately, in case Redis brought it back. */
  endAgain(): Promise<void>;
};

/** A retry that came in its time may be worked on for as long as a request may take. */
const RETRIED_LATE_SECONDS = 60;

/** A changed client, key or setting holds on every node within 2 s. */
const REFRESH_MS = 1_000;

export const SWEPT: readonly SweptTable[] = [
  { name: 'artifacts', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'refresh_tokens', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'sessions', key: 'id_hash', expiresAt: 'expires_at' },
  { name: 'ended_sessions', key: 'uid', expiresAt: 'expires_at' },
  { name: 'redeemed_codes', key: 'code_hash', expiresAt: 'expires_at' },
  { name: 'grants', key: 'id', expiresAt: 'expires_at' },
];

/** The protocol: oidc-provider over our storage, our decisions and our pages. */
export async function createOidc(deps: OidcDeps): Promise<Oidc> {
  const { config, db, clock, users, keys } = deps;
  const names = cookieNames(config);
  const store = await createAdapterStore({ db, redis: deps.redis });
  const consentStore = createConsentStore({ db });
  const consents = createConsents({ store: consentStore, clock });
  const levels = createLevels(config.oidc.levels);
  const permitted = createPermitted(deps);
  const personClaims = createPersonClaims([...deps.claimSources, permitted.claims]);
  const ahead = createReadAhead();
  const demands = createDemands({
    ...deps,
    ahead,
    levels,
    config: config.oidc,
    store: createSecondFactorStore({ db }),
  });
  const sealer = createSealer(await artifactKeys(keys));
  const sessions = createSessions({
    store,
    cookieName: names.session,
    findUser: users.find,
    lacks: (ctx, facts) => demands.lacks(ctx, facts),
    openStepOf: deps.openStepOf,
    clock,
    read: (stored: StoredSession) =>
      JSON.parse(sealer.open(stored.payload, `oidc:Session:${stored.uid}`).toString()),
  });
  let opened: Protocol | undefined;
  let opening: Promise<Protocol> | undefined;
  /** When the last one was spent that this node has emptied: what was spent before is done. */
  let emptiedUntil = 0;

  return {
    open: async () => void (await protocol()),
    provider() {
      if (!opened) throw new Error('the protocol is not open yet');
      return opened.provider();
    },
    findInteraction: async (ctx, uid) => (await protocol()).findInteraction(ctx, uid),
    sessions,
    consents,
    levels,
    demands,
    personClaims,
    grants: {
      end: async (id) => ({ grants: await store.deleteGrants({ id }) }),
      async endWithRole(userId, role) {
        const ids: string[] = []; // at most the grants of one person
        for (const { id, clientId, payload } of await store.listGrants(userId)) {
          const { allowedRoles = [] } = (await deps.clients.find(clientId))?.settings ?? {};
          if (tellsRoles(payload) || sharesRole([role], allowedRoles)) ids.push(id);
        }
        let ended = 0;
        for (const id of ids) ended += await store.deleteGrants({ id });
        return { grants: ended };
      },
      endOfClient: async (clientId, { withConsents = false } = {}) => ({
        grants: await (withConsents
          ? consentStore.deleteOfClient(clientId)
          : store.deleteGrants({ clientId })),
      }),
    },
    routes: [
      ...createWebFinger(deps),
      ...createUpstreamTokens({ ...deps, judgeToken: async (ctx) => (await protocol()).judgeToken(ctx) }),
    ],
    sweeps: SWEPT,
    sweepSteps: [{ name: 'spent refresh tokens', run: emptySpentRefreshTokens }],
    personalData: {
      // Sign-ins that are under way.
      artifacts: ['model', 'expires_at'],
      grants: ['client_id', 'is_offline', 'created_at', 'expires_at'],
      second_factor_people: ['rule', 'put_off', 'put_off_at'],
    },
    jobs: [
      { everyMs: REFRESH_MS, run: refresh, failure: 'Keys could not be read again' },
      ...(deps.redis
        ? [{ everyMs: 60_000, run: endAgainAlone, failure: 'Ended sessions could not be ended again' }]
        : []),
    ],
    endAgain: store.endAgain,
    handle: async (ctx) => (opened ?? (await protocol())).handle(ctx),
    refresh,
    subjectFor: async (userId, clientId) => (await protocol()).subjectFor(userId, clientId),
  };

  /** Loaded once; whoever comes meanwhile waits for the same. */
  async function protocol(): Promise<Protocol> {
    opening ??= import('./protocol.ts').then(({ createProtocol }) =>
      createProtocol({
        ...deps,
        ...{
          names,
          store,
          consents,
          levels,
          permitted,
          personClaims,
          ahead,
          demands,
          sealer,
          sessions,
          refresh,
        },
      }),
    );
    opened = await opening;
    return opened;
  }

  /** Takes up changed keys and ended sessions: two nodes see each other's within its period. */
  async function refresh(): Promise<void> {
    await store.refreshEnded();
    await opened?.refreshKeys();
  }

  /** By one node each minute: the lease is left to run out. */
  async function endAgainAlone(): Promise<void> {
    if (await deps.leases.take('oidc.ended_sessions', { ttlSeconds: 50 })) await store.endAgain();
  }

  /** Takes out of spent refresh tokens what only an honest retry needs, of at most `batch` of them. */
  async function emptySpentRefreshTokens(batch: number): Promise<number> {
    const spentSecondsAgo = config.oidc.refreshGraceSeconds + RETRIED_LATE_SECONDS;
    const { count, last } = await store.emptySpentRefreshTokens({
      spentSecondsAgo,
      batch,
      after: emptiedUntil,
    });
    emptiedUntil = last;
    return count;
  }
}

/** The current key seals; older ones open what is still there. */
async function artifactKeys(keys: Keys): Promise<[Buffer, ...Buffer[]]> {
  const current = await keys.serverKeys.current('artifacts');
  const all = await keys.serverKeys.list('artifacts');
  return [current.key, ...all.filter(({ id }) => id !== current.id).map(({ key }) => key)];
}
