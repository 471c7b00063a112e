import type { Database } from '../../database/database.ts';
import { createLastingStore, createShortLivedStore, type LastingStore } from './store.ts';

/** `payload` is what `adapter.ts` wrote: JSON without the id, sealed where it holds more than facts. */
export type Artifact = { payload: string; consumedAt?: number; isInGrace: boolean };
export type StoredRefreshToken = Artifact & { successorKeyId?: string };

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

export type WhichSessions =
  | { id: string }
  | { uid: string }
  | { userId: string; exceptUid?: string | undefined };

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
  saveArtifact(
    model: string,
    id: string,
    artifact: { payload: string; grantId?: string | undefined; expiresAt: number },
  ): Promise<void>;
  /** Remembers something that must not come twice. False when it was there already. */
  saveOnce(model: string, id: string, artifact: { payload: string; expiresAt: number }): Promise<boolean>;
  /** True for the one call that consumed it. */
  consumeArtifact(model: string, id: string, rememberedSeconds: number): Promise<boolean>;
  deleteArtifact(model: string, id: string): Promise<void>;
  deleteArtifactsOfGrant(model: string, grantId: string): Promise<void>;

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
  /** Notes a visit that changes nothing else. */
  touchSession(uid: string, now: number): Promise<void>;
  /** Answers the `uid` of each session that was deleted. */
  deleteSessions(which: WhichSessions): Promise<string[]>;
};

export type AdapterStore = LastingStore & ShortLivedStore & Endings;

/** What touches both: a session, and the grants begun in it. */
type Endings = {
  /** Ends sessions and the grants begun in them, except those with `offline_access`. Answers each session's `uid`. */
  endSessions(which: WhichSessions): Promise<string[]>;
  /** Ends everything that a person is signed in to: sessions, and every grant, `offline_access` too. */
  endAllOfUser(userId: string): Promise<{ sessions: number; grants: number }>;
};

/** All that oidc-provider keeps, in the database. */
export function createAdapterStore({ db }: { db: Database }): AdapterStore {
  return { ...createLastingStore({ db }), ...createShortLivedStore({ db }), ...endingsInDatabase(db) };
}

/** Both or neither, so that a crash in between leaves no grants of a session that nobody can end again. */
function endingsInDatabase(db: Database): Endings {
  const both = <T>(work: (lasting: LastingStore, shortLived: ShortLivedStore) => Promise<T>) =>
    db.transaction((inside) =>
      work(createLastingStore({ db: inside }), createShortLivedStore({ db: inside })),
    );

  return {
    endSessions: (which) =>
      both(async (lasting, shortLived) => {
        const uids = await shortLived.deleteSessions(which);
        const ended = new Set('uid' in which ? [which.uid, ...uids] : uids);
        for (const sessionUid of ended) await lasting.deleteGrants({ sessionUid });
        return uids;
      }),

    endAllOfUser: (userId) =>
      both(async (lasting, shortLived) => {
        const sessions = await shortLived.deleteSessions({ userId });
        return { sessions: sessions.length, grants: await lasting.deleteGrants({ userId }) };
      }),
  };
}
