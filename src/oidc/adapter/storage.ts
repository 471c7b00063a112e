import type { Database } from '../../database/database.ts';
import type { Redis } from '../../database/redis/redis.ts';
import { lifetimes } from '../lifetimes.ts';
import { createEndedSessions } from './ended-sessions.ts';
import { createLastingStore, createShortLivedStore, type LastingStore, type Redemption } from './store.ts';

/** `payload` is what `adapter.ts` wrote: JSON without the id, sealed where it holds more than facts. */
export type Artifact = {
  payload: string;
  consumedAt?: number;
  isInGrace: boolean;
  grant?: string;
  /** Who holds it, as long as nobody has proved anything in it (`held.ts`). */
  heldBy?: string;
};
/** `isEmptied`: spent so long ago that only its grant still matters; `payload` has the sender's key at most. */
export type StoredRefreshToken = Artifact & { grantId: string; isEmptied: boolean; successorKeyId?: string };

export type StoredSession = {
  uid: string;
  userId?: string;
  payload: string;
  userAgent: string;
  network: string;
  createdAt: number;
  lastSeenAt: number;
};

export type SessionRow = {
  uid: string;
  userId?: string | undefined;
  payload: string;
  userAgent: string;
  network: string;
  lastSeenAt: number;
  expiresAt: number;
};

/** What is saved: `grantId` and `userId` are what it can be ended by. */
export type NewArtifact = {
  payload: string;
  grantId?: string | undefined;
  /** Who has proved something in this interaction. */
  userId?: string | undefined;
  /** Who holds it (`held.ts`). Told when it is new; an update keeps it until there is a `userId`. */
  heldBy?: string | undefined;
  expiresAt: number;
};

/** Of a person: all, all but one, or these. */
export type WhichSessions =
  | { id: string }
  | { uid: string }
  | { userId: string; exceptUid?: string | undefined; uids?: readonly string[] };

/**
 * What people and apps can do again when it is lost: in Redis when there is one, else in the database. Ids come in as
 * the browser or the app holds them and are stored as a hash; what has expired counts as absent; each check-and-change
 * is one step, decided by the storage's own clock. Times are milliseconds since the epoch.
 */
export type ShortLivedStore = {
  /** `remembered` keeps what was spent visible for so many seconds after it was consumed. */
  findArtifact(
    model: string,
    id: string,
    options?: { graceSeconds?: number; remembered?: number },
  ): Promise<Artifact | undefined>;
  /** When one that is not given out any more had expired, where that is still known: for the log. */
  whenArtifactExpired?(model: string, id: string): Promise<number | undefined>;
  saveArtifact(model: string, id: string, artifact: NewArtifact): Promise<void>;
  /** Writes one that was read before. False when it is gone meanwhile: a late write must not bring it back. */
  updateArtifact(model: string, id: string, artifact: NewArtifact): Promise<boolean>;
  /** The first page of a sign-in was opened: it is held as `after` and lives until `expiresAt`. Nothing when it is gone. */
  openArtifact(
    model: string,
    id: string,
    held: { before: string; after: string; expiresAt: number },
  ): Promise<void>;
  /** Of what one holder has, the `keep` that live longest stay. Answers how many went. */
  dropHeld(heldBy: string, keep: number): Promise<number>;
  /** The same of what all holders have together. */
  dropAnyHeld(keep: number): Promise<number>;
  /** Remembers something that must not come twice. False when it was there already. */
  saveOnce(model: string, id: string, artifact: { payload: string; expiresAt: number }): Promise<boolean>;
  /** True for the one call that consumed it. */
  consumeArtifact(model: string, id: string, rememberedSeconds: number): Promise<boolean>;
  deleteArtifact(model: string, id: string): Promise<void>;
  deleteArtifactsOfGrant(model: string, grantId: string): Promise<void>;
  /** Sign-ins in which this person has proved something, and that have no session yet. */
  deletePendingSignIns(userId: string): Promise<void>;
  /**
   * Takes an interaction away whose sign-in is about to become this person's session, and leaves a mark until
   * `expiresAt`, which `deletePendingSignIns` takes too. False when it was ended. Again: the same answer.
   */
  completeSignIn(id: string, mark: { userId: string; expiresAt: number }): Promise<boolean>;
  /**
   * Whether the mark is gone, asked when the session is saved: whoever ends a person's sign-ins before their sessions
   * then either took the mark, and this one ends the session, or finds the session.
   */
  isSignInEnded(id: string, userId: string): Promise<boolean>;

  findSession(id: string): Promise<StoredSession | undefined>;
  findSessionByUid(uid: string): Promise<StoredSession | undefined>;
  /** The last one seen first. */
  listSessionsOfUser(userId: string): Promise<StoredSession[]>;
  insertSession(id: string, session: SessionRow & { createdAt: number }): Promise<void>;
  /**
   * Writes a session that was read before, under a new id when it was given one. False when it was ended meanwhile:
   * an update that finds nothing must not bring it back.
   */
  updateSession(previousId: string, id: string, session: SessionRow): Promise<boolean>;
  /** Notes a visit, and what the browser has told of its device since. */
  touchSession(uid: string, visit: { now: number; userAgent?: string }): Promise<void>;
  /** Answers the `uid` of each session that was deleted. */
  deleteSessions(which: WhichSessions): Promise<string[]>;
};

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
  endDevice(
    userId: string,
    device: { deviceHash: string; sessionUids: readonly string[] },
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
  const { createRedisStore } = await import('./redis-store.ts');
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

    endDevice: (userId, device) =>
      both(async (lasting, shortLived) => {
        await shortLived.deletePendingSignIns(userId);
        const sessions = await shortLived.deleteSessions({ userId, uids: device.sessionUids });
        return { sessions: sessions.length, grants: await lasting.deleteGrants({ userId, ...device }) };
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

/**
 * The end of a session is written to the database first, then to Redis, and its grants are ended once more: a request
 * in between could have made one. A crash on the way leaves a session that is refused, and never grants that live on.
 */
async function withRedis(db: Database, shortLived: ShortLivedStore): Promise<AdapterStore> {
  const lasting = createLastingStore({ db });
  const ended = createEndedSessions({ store: lasting });
  await ended.refresh();
  const unlessEnded = (session: StoredSession | undefined) =>
    session === undefined || ended.has(session.uid) ? undefined : session;

  return {
    ...lasting,
    ...shortLived,

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

    async endDevice(userId, device) {
      const grants = await endOfDevice(userId, device);
      await shortLived.deletePendingSignIns(userId);
      const deleted = await shortLived.deleteSessions({ userId, uids: device.sessionUids });
      return { sessions: deleted.length, grants: grants + (await endOfDevice(userId, device)) };
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

  function endOfDevice(
    userId: string,
    device: { deviceHash: string; sessionUids: readonly string[] },
  ): Promise<number> {
    return endWith(device.sessionUids, (store) => store.deleteGrants({ userId, ...device }));
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
