import type { Database } from '../../database/database.ts';
import { sha256 } from '../../lib/secret.ts';

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

export type AdapterStore = ReturnType<typeof createAdapterStore>;

/**
 * All SQL of the adapter. Every id is hashed here, so nothing above can forget it; expired rows count as absent; each
 * check-and-change is one statement; races are decided by the database's clock.
 */
export function createAdapterStore({ db }: { db: Database }) {
  const graceOf = (seconds: number) =>
    db.knex.raw('case when consumed_at > ? - ? then 1 else 0 end as is_in_grace', [
      db.nowMs(),
      seconds * 1000,
    ]);

  return {
    // Codes, opaque access tokens, interactions, pushed requests, replay detection.

    /** `remembered` keeps spent rows visible for so many seconds after they were consumed. */
    async findArtifact(
      model: string,
      id: string,
      { graceSeconds = 0, remembered = 0 } = {},
    ): Promise<Artifact | undefined> {
      const [row] = await db('artifacts')
        .where({ id_hash: sha256(id), model })
        .where((live) => {
          live
            .where('expires_at', '>', db.nowMs())
            .orWhere('consumed_at', '>', db.knex.raw('? - ?', [db.nowMs(), remembered * 1000]));
        })
        .select('payload', 'consumed_at', graceOf(graceSeconds));
      return row && artifactOf(row);
    },

    async saveArtifact(
      model: string,
      id: string,
      { payload, grantId, userId, expiresAt }: NewArtifact,
    ): Promise<void> {
      await db('artifacts')
        .insert({
          id_hash: sha256(id),
          model,
          grant_id: grantId ?? null,
          user_id: userId ?? null,
          payload,
          expires_at: expiresAt,
        })
        .onConflict('id_hash')
        .merge(['payload', 'grant_id', 'user_id', 'expires_at']);
    },

    /** Remembers something that must not come twice. False when it was there already. */
    async saveOnce(
      model: string,
      id: string,
      { payload, expiresAt }: { payload: string; expiresAt: number },
    ) {
      const rows = await db('artifacts')
        .insert({ id_hash: sha256(id), model, payload, expires_at: expiresAt })
        .onConflict('id_hash')
        .ignore()
        .returning('id_hash');
      return rows.length === 1;
    },

    /** True for the one call that consumed it. */
    async consumeArtifact(model: string, id: string, rememberedSeconds: number): Promise<boolean> {
      const rows = await db('artifacts')
        .where({ id_hash: sha256(id), model })
        .whereNull('consumed_at')
        .where('expires_at', '>', db.nowMs())
        .update({
          consumed_at: db.nowMs(),
          expires_at: db.knex.raw('? + ?', [db.nowMs(), rememberedSeconds * 1000]),
        })
        .returning('id_hash');
      return rows.length === 1;
    },

    async deleteArtifact(model: string, id: string): Promise<void> {
      await db('artifacts')
        .where({ id_hash: sha256(id), model })
        .delete();
    },

    async deleteArtifactsOfGrant(model: string, grantId: string): Promise<void> {
      await db('artifacts').where({ grant_id: grantId, model }).delete();
    },

    /** Sign-ins in which this person has proved something, and that have no session yet. */
    async deletePendingSignIns(userId: string): Promise<void> {
      await db('artifacts').where({ user_id: userId, model: 'Interaction' }).delete();
    },

    // Grants. They are never changed: what a person allows later makes a new one.

    async findGrant(id: string): Promise<string | undefined> {
      const [row] = await db('grants').where({ id }).where('expires_at', '>', db.nowMs()).select('payload');
      return row?.payload;
    },

    async insertGrant(
      id: string,
      grant: {
        userId: string;
        clientId: string;
        sessionUid?: string | undefined;
        /** The browser that it was given in (`createDevices`). */
        deviceHash?: string | undefined;
        isOffline: boolean;
        payload: string;
        now: number;
        expiresAt: number;
      },
    ): Promise<void> {
      await db('grants').insert({
        id,
        user_id: grant.userId,
        client_id: grant.clientId,
        session_uid: grant.sessionUid ?? null,
        device_hash: grant.deviceHash ?? null,
        is_offline: grant.isOffline,
        payload: grant.payload,
        created_at: grant.now,
        expires_at: grant.expiresAt,
      });
    },

    /** Ends grants and, through the foreign key, their refresh tokens. Everything else asks for its grant. */
    async deleteGrants(
      which: { id: string } | { userId: string; clientId?: string } | { clientId: string } | EndedSession,
    ): Promise<number> {
      const grants = db('grants');
      if ('id' in which) grants.where({ id: which.id });
      else if ('sessionUid' in which) grants.where({ session_uid: which.sessionUid, is_offline: false });
      else {
        if ('userId' in which) grants.where({ user_id: which.userId });
        if (which.clientId !== undefined) grants.where({ client_id: which.clientId });
      }
      const rows = await grants.delete().returning('id');
      return rows.length;
    },

    // Refresh tokens.

    async findRefreshToken(id: string, graceSeconds: number): Promise<StoredRefreshToken | undefined> {
      const [row] = await db('refresh_tokens')
        .where({ id_hash: sha256(id) })
        .where('expires_at', '>', db.nowMs())
        .select('payload', 'consumed_at', 'successor_key_id', graceOf(graceSeconds));
      if (!row) return undefined;
      return {
        ...artifactOf(row),
        ...(row.successor_key_id === null ? {} : { successorKeyId: row.successor_key_id }),
      };
    },

    /** Never revives: a successor that exists, used or not, stays as it is. */
    async insertRefreshToken(
      id: string,
      token: { grantId: string; payload: string; expiresAt: number },
    ): Promise<void> {
      await db('refresh_tokens')
        .insert({
          id_hash: sha256(id),
          grant_id: token.grantId,
          payload: token.payload,
          expires_at: token.expiresAt,
        })
        .onConflict('id_hash')
        .ignore();
    },

    /** True for the one call that consumed it; it records which server key makes the successor. */
    async consumeRefreshToken(id: string, successorKeyId: string): Promise<boolean> {
      const rows = await db('refresh_tokens')
        .where({ id_hash: sha256(id) })
        .whereNull('consumed_at')
        .update({ consumed_at: db.nowMs(), successor_key_id: successorKeyId })
        .returning('id_hash');
      return rows.length === 1;
    },

    async deleteRefreshToken(id: string): Promise<void> {
      await db('refresh_tokens')
        .where({ id_hash: sha256(id) })
        .delete();
    },

    async deleteRefreshTokensOfGrant(grantId: string): Promise<void> {
      await db('refresh_tokens').where({ grant_id: grantId }).delete();
    },

    // Sessions.

    async findSession(id: string): Promise<StoredSession | undefined> {
      const [row] = await liveSessions()
        .where({ id_hash: sha256(id) })
        .select(...sessionColumns);
      return row && sessionOf(row);
    },

    async findSessionByUid(uid: string): Promise<StoredSession | undefined> {
      const [row] = await liveSessions()
        .where({ uid })
        .select(...sessionColumns);
      return row && sessionOf(row);
    },

    async listSessionsOfUser(userId: string): Promise<StoredSession[]> {
      const rows = await liveSessions()
        .where({ user_id: userId })
        .orderBy('last_seen_at', 'desc')
        .select(...sessionColumns);
      return rows.map(sessionOf);
    },

    async insertSession(id: string, session: SessionRow & { createdAt: number }): Promise<void> {
      await db('sessions').insert({
        id_hash: sha256(id),
        ...columnsOf(session),
        created_at: session.createdAt,
      });
    },

    /**
     * Writes a session that was read before, under a new id when it was given one. False when it was ended
     * meanwhile: an update that finds nothing must not bring it back.
     */
    async updateSession(previousId: string, id: string, session: SessionRow): Promise<boolean> {
      const rows = await db('sessions')
        .where({ id_hash: sha256(previousId) })
        .update({ id_hash: sha256(id), ...columnsOf(session) })
        .returning('uid');
      return rows.length === 1;
    },

    /**
     * Ends sessions and the grants begun in them, except those with `offline_access`: both or neither, so that a crash
     * in between leaves no grants of a session that nobody can end again. A person's sign-ins that have no session yet
     * end with all of theirs. Answers the `uid` of each session.
     */
    async endSessions(which: WhichSessions): Promise<string[]> {
      return await db.transaction(async (inside) => {
        const store = createAdapterStore({ db: inside });
        const uids = await store.deleteSessions(which);
        const ended = new Set('uid' in which ? [which.uid, ...uids] : uids);
        for (const sessionUid of ended) await store.deleteGrants({ sessionUid });
        if ('userId' in which) await store.deletePendingSignIns(which.userId);
        return uids;
      });
    },

    /**
     * Ends what a person is signed in to in one browser: the sessions that are given, every grant begun in them or in
     * earlier ones of that browser, `offline_access` too, and sign-ins that have no session yet.
     */
    async endDevice(
      userId: string,
      { deviceHash, sessionUids }: { deviceHash: string; sessionUids: readonly string[] },
    ): Promise<{ sessions: number; grants: number }> {
      return await db.transaction(async (inside) => {
        const store = createAdapterStore({ db: inside });
        await store.deletePendingSignIns(userId);
        const sessions = await inside('sessions')
          .where({ user_id: userId })
          .whereIn('uid', sessionUids)
          .delete()
          .returning('uid');
        const grants = await inside('grants')
          .where({ user_id: userId })
          .where((either) => either.where({ device_hash: deviceHash }).orWhereIn('session_uid', sessionUids))
          .delete()
          .returning('id');
        return { sessions: sessions.length, grants: grants.length };
      });
    },

    /**
     * Ends everything that a person is signed in to: sessions, every grant, `offline_access` too, and sign-ins that have
     * no session yet.
     */
    async endAllOfUser(userId: string): Promise<{ sessions: number; grants: number }> {
      return await db.transaction(async (inside) => {
        const store = createAdapterStore({ db: inside });
        await store.deletePendingSignIns(userId);
        const sessions = await store.deleteSessions({ userId });
        return { sessions: sessions.length, grants: await store.deleteGrants({ userId }) };
      });
    },

    /** Notes a visit, and what the browser has told of its device since. */
    async touchSession(uid: string, { now, userAgent }: { now: number; userAgent?: string }): Promise<void> {
      const more = userAgent === undefined ? {} : { user_agent: userAgent };
      await db('sessions')
        .where({ uid })
        .update({ last_seen_at: now, ...more });
    },

    async deleteSessions(which: WhichSessions): Promise<string[]> {
      const sessions = db('sessions');
      if ('id' in which) sessions.where({ id_hash: sha256(which.id) });
      else if ('uid' in which) sessions.where({ uid: which.uid });
      else {
        sessions.where({ user_id: which.userId });
        if (which.exceptUid !== undefined) sessions.whereNot({ uid: which.exceptUid });
      }
      const rows: { uid: string }[] = await sessions.delete().returning('uid');
      return rows.map((row) => row.uid);
    },
  };

  function liveSessions() {
    return db('sessions').where('expires_at', '>', db.nowMs());
  }
}

type NewArtifact = {
  payload: string;
  grantId?: string | undefined;
  /** Who has proved something in this interaction. */
  userId?: string | undefined;
  expiresAt: number;
};

type EndedSession = { sessionUid: string };
type WhichSessions = { id: string } | { uid: string } | { userId: string; exceptUid?: string | undefined };

export type SessionRow = {
  uid: string;
  userId?: string | undefined;
  payload: string;
  userAgent: string;
  network: string;
  lastSeenAt: number;
  expiresAt: number;
};

type ArtifactRow = { payload: string; consumed_at: number | null; is_in_grace: number };

const sessionColumns = [
  'uid',
  'user_id',
  'payload',
  'user_agent',
  'network',
  'created_at',
  'last_seen_at',
] as const;

function artifactOf(row: ArtifactRow): Artifact {
  return {
    payload: row.payload,
    isInGrace: Number(row.is_in_grace) === 1,
    ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at }),
  };
}

function sessionOf(row: {
  uid: string;
  user_id: string | null;
  payload: string;
  user_agent: string;
  network: string;
  created_at: number;
  last_seen_at: number;
}): StoredSession {
  return {
    uid: row.uid,
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    payload: row.payload,
    userAgent: row.user_agent,
    network: row.network,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  };
}

function columnsOf(session: SessionRow) {
  return {
    uid: session.uid,
    user_id: session.userId ?? null,
    payload: session.payload,
    user_agent: session.userAgent,
    network: session.network,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
  };
}
