import type { Audit } from '../audit/audit.ts';
import type { Methods } from '../methods/methods.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { Whereabouts } from '../users/users.ts';

export type WhereaboutsDeps = {
  methods: Pick<Methods, 'factsOf'>;
  sessions: Pick<Oidc['sessions'], 'listByUser'>;
  consents: Pick<Oidc['consents'], 'listByUser'>;
  demands: Pick<Oidc['demands'], 'findRule' | 'hasSecondFactor'>;
  clients: { find(id: string): Promise<{ name: string } | undefined> };
  audit: Pick<Audit, 'list'>;
};

/** How a person gets in, when they did last, and where they are signed in: what an operator is asked about. */
export function createWhereabouts(deps: WhereaboutsDeps) {
  const { methods, sessions, consents, demands, clients, audit } = deps;

  return {
    async whereaboutsOf(userId: string): Promise<Whereabouts> {
      const [facts, rule, has, signedIn, allowed, [last]] = await Promise.all([
        methods.factsOf(userId),
        demands.findRule(userId),
        demands.hasSecondFactor(userId),
        sessions.listByUser(userId),
        consents.listByUser(userId),
        audit.list({ userId, event: 'interaction.signed_in', limit: 1 }),
      ]);
      const own = facts?.own.filter(({ isEnrolled }) => isEnrolled) ?? [];
      return {
        methods: own.map(({ method, credentials = [] }) => ({
          method: method.id,
          count: credentials.length,
        })),
        secondFactor: { rule: rule ?? 'default', has },
        // A session may be older than the audit remembers.
        lastSignInAt: last?.at ?? newest(signedIn.map(({ startedAt }) => startedAt)),
        sessions: signedIn.length,
        apps: await namesOf(allowed.map(({ clientId }) => clientId)),
      };
    },

    /** Newest first, with the names of the apps that were signed in to from each. */
    async listSessions(userId: string) {
      const signedIn = await sessions.listByUser(userId);
      return Promise.all(
        signedIn
          .sort((one, other) => other.lastSeenAt - one.lastSeenAt)
          .map(async (session) => ({ ...session, apps: await namesOf(session.clientIds) })),
      );
    },
  };

  async function namesOf(clientIds: readonly string[]): Promise<string[]> {
    return Promise.all(clientIds.map(async (id) => (await clients.find(id))?.name ?? id));
  }
}

function newest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.max(...times);
}
