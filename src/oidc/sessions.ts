import type { IncomingMessage } from 'node:http';
import { readCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import { refines } from '../lib/browser-name.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { User } from '../users/users.ts';
import type { AdapterStore, StoredSession } from './adapter/storage.ts';
import type { Demands } from './demands.ts';
import type { ProvedStep, SecondFactorThen } from './levels.ts';
import type { OpenStepOf } from './open-step.ts';
import { type StoredProofs, stepsOf } from './stored-proofs.ts';

export type SessionsDeps = {
  store: AdapterStore;
  /** Opens what the adapter sealed. */
  read(stored: StoredSession): { authorizations?: Record<string, unknown>; device?: string } & StoredProofs;
  /** What the session lacks for this app, of what is demanded of the person. */
  lacks: Demands['lacks'];
  /** What the person must do first, if anything. */
  openStepOf: OpenStepOf;
  cookieName: string;
  findUser(id: string): Promise<User | undefined>;
  clock: Clock;
};

/** A browser that is signed in. Times are milliseconds since the epoch. */
export type SignInSession = {
  uid: string;
  userId: string;
  startedAt: number;
  lastSeenAt: number;
  userAgent: string;
  network: string;
  /** The browser that it belongs to (`createKnownBrowsers`), however it calls itself since. */
  knownBrowserHash?: string;
  /** What the person proved when they signed in, and since by a step-up. */
  steps: readonly ProvedStep[];
  /** What the sign-in found of a second factor. */
  secondFactor?: SecondFactorThen;
  /** The apps that were signed in to from it. */
  clientIds: readonly string[];
};

export type Sessions = ReturnType<typeof createSessions>;

/** The sign-in sessions of oidc-provider, as the rest of Gatehouse sees them. An ended one is refused at once. */
export function createSessions({
  store,
  read,
  lacks,
  openStepOf,
  cookieName,
  findUser,
  clock,
}: SessionsDeps) {
  return {
    find,

    /** The same, when it has all that is demanded of this person for this app: `gatehouse-account`. */
    async findSufficient(
      ctx: { req: IncomingMessage },
      clientId: string,
    ): Promise<SignInSession | undefined> {
      const session = await find(ctx);
      if (!session) return undefined;
      const { userId, steps, startedAt: signedInAt, secondFactor } = session;
      const lack = await lacks(ctx, { userId, clientId, steps, signedInAt, secondFactor });
      if (lack !== undefined) return undefined;
      return (await openStepOf(ctx.req, { userId, clientId, steps })) ? undefined : session;
    },

    /** Newest first. */
    async listByUser(userId: string): Promise<SignInSession[]> {
      return (await store.listSessionsOfUser(userId)).map((stored) => sessionOf(stored, userId));
    },

    /** Ends one session and the grants begun in it, except those with `offline_access`. */
    async end(uid: string): Promise<void> {
      await store.endSessions({ uid });
    },

    /** Ends all sessions of a person, as `end` does, and sign-ins that have none yet. Answers how many there were. */
    async endAllOf(userId: string, { exceptUid }: { exceptUid?: string } = {}): Promise<number> {
      return (await store.endSessions({ userId, exceptUid })).length;
    },

    /**
     * Ends what a person is signed in to in one browser: its sessions, and every grant begun in them or in earlier ones,
     * `offline_access` too.
     */
    async endBrowser(
      userId: string,
      knownBrowserHash: string,
    ): Promise<{ sessions: number; grants: number }> {
      const listed = async () =>
        (await store.listSessionsOfUser(userId))
          .filter((stored) => read(stored).device === knownBrowserHash)
          .map(({ uid }) => uid);
      const ended = await store.endBrowser(userId, { knownBrowserHash, sessionUids: await listed() });
      // A sign-in that was being completed may have become a session after the list was read.
      const late = await listed();
      if (late.length === 0) return ended;
      const more = await store.endBrowser(userId, { knownBrowserHash, sessionUids: late });
      return { sessions: ended.sessions + more.sessions, grants: ended.grants + more.grants };
    },

    /**
     * Ends everything that a person is signed in to: sessions, and every grant, `offline_access` too. `exceptUid`: all
     * but this session and what was begun in it.
     */
    signOut: (
      userId: string,
      { exceptUid }: { exceptUid?: string } = {},
    ): Promise<{ sessions: number; grants: number }> => store.endAllOfUser(userId, exceptUid),
  };

  /** The session of the browser that asks, of a person who exists and is not disabled. */
  async function find({ req }: { req: IncomingMessage }): Promise<SignInSession | undefined> {
    const id = readCookie(req, cookieName);
    const stored = id === undefined ? undefined : await store.findSession(id);
    const user = stored?.userId === undefined ? undefined : await findUser(stored.userId);
    if (!stored || !user || user.disabledAt !== undefined) return undefined;
    const { userAgent } = requestInfo({ req });
    const isRefined = refines(userAgent, stored.userAgent);
    // Once a minute is enough for "last seen", and spares a write for each page.
    if (isRefined || clock.now() - stored.lastSeenAt > 60_000) {
      await store.touchSession(stored.uid, { now: clock.now(), ...(isRefined ? { userAgent } : {}) });
    }
    return sessionOf(stored, user.id);
  }

  function sessionOf(stored: StoredSession, userId: string): SignInSession {
    const content = read(stored);
    const { authorizations = {}, loginTs, device, secondFactor } = content;
    return {
      uid: stored.uid,
      userId,
      startedAt: loginTs === undefined ? stored.createdAt : loginTs * 1000,
      lastSeenAt: stored.lastSeenAt,
      userAgent: stored.userAgent,
      network: stored.network,
      ...defined({ knownBrowserHash: device }),
      steps: stepsOf(content),
      ...defined({ secondFactor }),
      clientIds: Object.keys(authorizations),
    };
  }
}
