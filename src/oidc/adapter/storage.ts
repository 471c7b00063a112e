import type { Database } from '../../database/database.ts';
import type { Redis } from '../../database/redis/redis.ts';
import { lifetimes } from '../lifetimes.ts';
import { createEndedSessions } from './ended-sessions.ts';
import { createLastingStore, type LastingStore, type Redemption } from './lasting/store.ts';
import { createShortLivedStore } from './short-lived/store.ts';
import type { ShortLivedStore, StoredSession, WhichSessions } from './stored.ts';

export type { Artifact, NewArtifact, ShortLivedStore, StoredRefreshToken, StoredSession } from './stored.ts';

export type AdapterStore = LastingStore & ShortLivedStore & Together;

/** What touches both: a session and the grants begun in it, a code and the grant that it gave. */
type Together = {
  /**
   * Ends sessions and the grants begun in them, except those with `offline_access`. A person's sign-ins that have no
   * session yet end with all of theirs. Answers each session's `uid`.
   */
  endSessions(which: WhichSessions): Promise<string[]>;
  /**
   * Ends what a person is signed in to in one browser: the sessions that are given, every grant begun in them or in
   * earlier ones of that browser, `offline_access` too, and sign-ins that have no session yet.
   */
  endBrowser(
    userId: string,
    browser: { knownBrowserHash: string; sessionUids: readonly string[] },
  ): Promise<{ sessions: number; grants: number }>;
  /**
   * Ends everything that a person is signed in to: sessions, every grant, `offline_access` too, and sign-ins that have
   * no session yet. `exceptUid`: all but this session and the grants begun in it.
   */
  endAllOfUser(userId: string, exceptUid?: string): Promise<{ sessions: number; grants: number }>;
  /** True for the one call that redeemed the code, which is then remembered for so long. */
  redeemCode(
    id: string,
    code: { grantId: string; rememberedSeconds: number; graceSeconds: number },
  ): Promise<boolean>;
  /** The same together with the refresh token that the code gives: both or neither. `redeemed` for one call. */
  redeemCodeForRefresh(
    code: { id: string; grantId: string; rememberedSeconds: number; graceSeconds: number },
    token: { id: string; payload: string; expiresAt: number },
  ): Promise<Redemption>;
  /** Takes up what other nodes ended. Called every second. */
  refreshEnded(): Promise<void>;
  /** Ends again, in Redis, what was ended lately: a fail-over may have brought it back. Called every minute by one node. */
  endAgain(): Promise<void>;
};

/** All that oidc-provider keeps: in the database, and what is short-lived in Redis when there is one. */
export async function createAdapterStore({
  db,
  redis,
}: {
  db: Database;
  redis?: Redis | undefined;
}): Promise<AdapterStore> {
  if (!redis)
    return { ...createLastingStore({ db }), ...createShortLivedStore({ db }), ...inOneDatabase(db) };
  const { createRedisStore } = await import('./short-lived/redis-store.ts');
  return await withRedis(db, createRedisStore({ redis }));
}

/**
 * Both or neither, so that a crash in between leaves no grants of a session that nobody can end again. Sign-ins end
 * before sessions, everywhere: one that is being completed meanwhile then meets one or the other (`isSignInEnded`).
 */
function inOneDatabase(db: Database): Together {
  const shortLived = createShortLivedStore({ db });
  const both = <T>(work: (lasting: LastingStore, shortLived: ShortLivedStore) => Promise<T>) =>
    db.transaction((inside) =>
      work(createLastingStore({ db: inside }), createShortLivedStore({ db: inside })),
    );

  return {
    endSessions: (which) =>
      both(async (lasting, shortLived) => {
        if ('userId' in which) await shortLived.deletePendingSignIns(which.userId);
        const uids = await shortLived.deleteSessions(which);
        const ended = new Set('uid' in which ? [which.uid, ...uids] : uids);
        for (const sessionUid of ended) await lasting.deleteGrants({ sessionUid });
        return uids;
      }),

    endBrowser: (userId, browser) =>
      both(async (lasting, shortLived) => {
        await shortLived.deletePendingSignIns(userId);
        const sessions = await shortLived.deleteSessions({ userId, uids: browser.sessionUids });
        return { sessions: sessions.length, grants: await lasting.deleteGrants({ userId, ...browser }) };
      }),

    endAllOfUser: (userId, exceptUid) =>
      both(async (lasting, shortLived) => {
        await shortLived.deletePendingSignIns(userId);
        const sessions = await shortLived.deleteSessions({ userId, exceptUid });
        return { sessions: sessions.length, grants: await lasting.deleteGrants({ userId, exceptUid }) };
      }),

    redeemCode: (id, { rememberedSeconds }) =>
      shortLived.consumeArtifact('AuthorizationCode', id, rememberedSeconds),

    redeemCodeForRefresh: (code, token) =>
      createLastingStore({ db }).redeemForRefreshToken(code, token, 'artifact'),

    refreshEnded: async () => {},
    endAgain: async () => {},
  };
}

/** What is given out once and has no end. Redis may forget, and nobody could get another one. */
const LASTING: ReadonlySet<string> = new Set(['InitialAccessToken', 'RegistrationAccessToken']);

/**
 * The end of a session is written to the database first, then to Redis, and its grants are ended once more: a request
 * in between could have made one. A crash on the way leaves a session that is refused, and never grants that live on.
 */
async function withRedis(db: Database, shortLived: ShortLivedStore): Promise<AdapterStore> {
  const lasting = createLastingStore({ db });
  const ended = createEndedSessions({ store: lasting });
  await ended.refresh();
  const inDatabase = createShortLivedStore({ db });
  const storeOf = (model: string) => (LASTING.has(model) ? inDatabase : shortLived);
  const unlessEnded = (session: StoredSession | undefined) =>
    session === undefined || ended.has(session.uid) ? undefined : session;

  return {
    ...lasting,
    ...shortLived,

    findArtifact: (model, id, options) => storeOf(model).findArtifact(model, id, options),
    saveArtifact: (model, id, artifact) => storeOf(model).saveArtifact(model, id, artifact),
    deleteArtifact: (model, id) => storeOf(model).deleteArtifact(model, id),

    findSession: async (id) => unlessEnded(await shortLived.findSession(id)),
    findSessionByUid: async (uid) => unlessEnded(await shortLived.findSessionByUid(uid)),
    listSessionsOfUser: async (userId) =>
      (await shortLived.listSessionsOfUser(userId)).filter((session) => unlessEnded(session)),
    updateSession: async (previousId, id, session) =>
      !ended.has(session.uid) && (await shortLived.updateSession(previousId, id, session)),

    async endSessions(which) {
      const begun = await knownSessions(which);
      await endLasting(begun);
      if ('userId' in which) await shortLived.deletePendingSignIns(which.userId);
      const deleted = new Set(await shortLived.deleteSessions(which));
      // Redis may name sessions that have no grants, and may have lost some that have.
      await endLasting([...new Set([...begun, ...deleted])]);
      return [...deleted];
    },

    async endBrowser(userId, browser) {
      const grants = await endOfBrowser(userId, browser);
      await shortLived.deletePendingSignIns(userId);
      const deleted = await shortLived.deleteSessions({ userId, uids: browser.sessionUids });
      return { sessions: deleted.length, grants: grants + (await endOfBrowser(userId, browser)) };
    },

    async endAllOfUser(userId, exceptUid) {
      const before = await endGrants(userId, exceptUid);
      await shortLived.deletePendingSignIns(userId);
      const deleted = await shortLived.deleteSessions({ userId, exceptUid });
      await endLasting(deleted);
      return { sessions: deleted.length, grants: before + (await endGrants(userId, exceptUid)) };
    },

    async redeemCode(id, { grantId, rememberedSeconds, graceSeconds }) {
      // The row decides, at the same time: it can be there once. In Redis the code only looks spent from now on.
      const [isFirst] = await Promise.all([
        lasting.insertRedeemedCode(id, grantId, rememberedSeconds),
        shortLived.consumeArtifact('AuthorizationCode', id, rememberedSeconds),
      ]);
      // A spent code that looks fresh after the first moments: Redis had forgotten it.
      if (!isFirst) await lasting.endGrantOfRedeemedCode(id, graceSeconds);
      return isFirst;
    },

    async redeemCodeForRefresh(code, token) {
      const [redemption] = await Promise.all([
        lasting.redeemForRefreshToken(code, token, 'redeemed_code'),
        shortLived.consumeArtifact('AuthorizationCode', code.id, code.rememberedSeconds),
      ]);
      if (redemption === 'spent') await lasting.endGrantOfRedeemedCode(code.id, code.graceSeconds);
      return redemption;
    },

    refreshEnded: ended.refresh,

    async endAgain() {
      await ended.refresh();
      for (const uid of ended.list()) await shortLived.deleteSessions({ uid });
    },
  };

  /** What can be known before Redis is asked: it may be away, and what must end ends all the same. */
  async function knownSessions(which: WhichSessions): Promise<string[]> {
    if ('uid' in which) return [which.uid];
    if ('userId' in which) {
      if (which.uids !== undefined) return [...which.uids];
      return (await lasting.listSessionsOfGrants(which.userId)).filter((uid) => uid !== which.exceptUid);
    }
    const session = await shortLived.findSession(which.id);
    return session === undefined ? [] : [session.uid];
  }

  async function endLasting(uids: readonly string[]): Promise<void> {
    if (uids.length === 0) return;
    await endWith(uids, async (store) => {
      for (const sessionUid of uids) await store.deleteGrants({ sessionUid });
    });
  }

  function endOfBrowser(
    userId: string,
    browser: { knownBrowserHash: string; sessionUids: readonly string[] },
  ): Promise<number> {
    return endWith(browser.sessionUids, (store) => store.deleteGrants({ userId, ...browser }));
  }

  async function endGrants(userId: string, exceptUid: string | undefined): Promise<number> {
    const uids = (await lasting.listSessionsOfGrants(userId)).filter((uid) => uid !== exceptUid);
    return await endWith(uids, (store) => store.deleteGrants({ userId, exceptUid }));
  }

  /** Notes that these sessions have ended and ends grants, both or neither; then this node refuses the sessions. */
  async function endWith<T>(uids: readonly string[], end: (store: LastingStore) => Promise<T>): Promise<T> {
    const answer = await db.transaction(async (inside) => {
      const store = createLastingStore({ db: inside });
      await store.insertEndedSessions(uids, lifetimes.endedSessionSeconds);
      return await end(store);
    });
    ended.add(uids);
    return answer;
  }
}
