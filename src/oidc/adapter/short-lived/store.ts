import type { Database } from '../../../database/database.ts';
import { defined } from '../../../lib/defined.ts';
import { sha256 } from '../../../lib/secret.ts';
import { type ArtifactRow, artifactOf, IS_IN_GRACE, WITH_GRANT } from '../artifact-row.ts';
import type {
  Artifact,
  NewArtifact,
  SessionRow,
  ShortLivedStore,
  StoredSession,
  WhichSessions,
} from '../stored.ts';

/*
 * What people and apps can do again when it is lost, without Redis.
 * Every id is hashed here, so nothing above can forget it; expired rows count as absent; each check-and-change is one
 * statement; races are decided by the database's clock.
 */

/** Codes, opaque tokens, interactions, pushed requests, replay detection and sessions, without Redis. */
export function createShortLivedStore({ db }: { db: Database }): ShortLivedStore {
  return {
    // Codes, opaque access tokens, interactions, pushed requests, replay detection.

    /** `remembered` keeps spent rows visible for so many seconds after they were consumed. */
    async findArtifact(
      model: string,
      id: string,
      { graceSeconds = 0, remembered = 0 } = {},
    ): Promise<Artifact | undefined> {
      const [row] = await db.hot<ArtifactRow>(
        `select t.payload, consumed_at, held_by, ${IS_IN_GRACE}, grants.payload as grant_payload
          from artifacts t ${WITH_GRANT} where t.id_hash = ? and t.model = ?
            and (t.expires_at > now_ms() or consumed_at > now_ms() - ?)`,
        [graceSeconds * 1000, sha256(id), model, remembered * 1000],
      );
      return row && artifactOf(row);
    },

    /** When one that is not given out any more had expired, until it is swept: for the log. */
    async whenArtifactExpired(model: string, id: string): Promise<number | undefined> {
      const row = await db('artifacts')
        .where({ id_hash: sha256(id), model })
        .where('expires_at', '<=', db.nowMs())
        .first('expires_at');
      return row?.expires_at;
    },

    async saveArtifact(
      model: string,
      id: string,
      { payload, grantId, userId, heldBy, expiresAt }: NewArtifact,
    ): Promise<void> {
      await db.hot(
        `insert into artifacts (id_hash, model, grant_id, user_id, held_by, payload, expires_at)
          values (?, ?, ?, ?, ?, ?, ?)
          on conflict (id_hash) do update set payload = excluded.payload, grant_id = excluded.grant_id,
            user_id = excluded.user_id, held_by = excluded.held_by, expires_at = excluded.expires_at
          returning id_hash`,
        [sha256(id), model, grantId ?? null, userId ?? null, heldBy ?? null, payload, expiresAt],
      );
    },

    /** Writes one that was read before. False when it is gone meanwhile. */
    async updateArtifact(
      model: string,
      id: string,
      { payload, grantId, userId, expiresAt }: NewArtifact,
    ): Promise<boolean> {
      const rows = await db.hot(
        `update artifacts set payload = ?, grant_id = ?, user_id = ?, expires_at = ?${userId === undefined ? '' : ', held_by = null'}
          where id_hash = ? and model = ? and expires_at > now_ms() returning id_hash`,
        [payload, grantId ?? null, userId ?? null, expiresAt, sha256(id), model],
      );
      return rows.length === 1;
    },

    async openArtifact(
      model: string,
      id: string,
      { before, after, expiresAt }: { before: string; after: string; expiresAt: number },
    ): Promise<void> {
      await db.hot(
        `update artifacts set held_by = ?, expires_at = ?
          where id_hash = ? and model = ? and held_by = ? and expires_at > now_ms() returning id_hash`,
        [after, expiresAt, sha256(id), model, before],
      );
    },

    async dropHeld(heldBy: string, keep: number): Promise<number> {
      const rows = await db.hot(DROP_HELD[db.dialect], [heldBy, DROPPED_AT_ONCE, keep]);
      return rows.length;
    },

    async dropAnyHeld(keep: number): Promise<number> {
      const [row] = await db.hot<{ held: number }>(
        'select count(*) as held from artifacts where held_by is not null',
        [],
      );
      let excess = Number(row?.held ?? 0) - keep;
      let dropped = 0;
      while (excess > 0) {
        const rows = await db.hot(DROP_ANY_HELD[db.dialect], [Math.min(excess, DROPPED_AT_ONCE)]);
        // Another node is at it.
        if (rows.length === 0) break;
        dropped += rows.length;
        excess -= rows.length;
      }
      return dropped;
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
      const rows = await db.hot(
        `update artifacts set consumed_at = now_ms(), expires_at = now_ms() + ?
          where id_hash = ? and model = ? and consumed_at is null and expires_at > now_ms() returning id_hash`,
        [rememberedSeconds * 1000, sha256(id), model],
      );
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

    async deletePendingSignIns(userId: string): Promise<void> {
      await db('artifacts')
        .where({ user_id: userId })
        .whereIn('model', ['Interaction', COMPLETED_SIGN_IN])
        .delete();
    },

    /** Nothing finds the interaction any more, and nothing writes it back; what ends this person's sign-ins ends it. */
    async completeSignIn(
      id: string,
      { userId, expiresAt }: { userId: string; expiresAt: number },
    ): Promise<boolean> {
      const rows = await db.hot(
        `update artifacts set model = ?, payload = '', user_id = ?, expires_at = ?
          where id_hash = ? and model in (?, ?) and expires_at > now_ms() returning id_hash`,
        [COMPLETED_SIGN_IN, userId, expiresAt, sha256(id), 'Interaction', COMPLETED_SIGN_IN],
      );
      return rows.length === 1;
    },

    /** Locks the row: whoever is deleting it in a transaction is waited for, and may have ended sessions before. */
    async isSignInEnded(id: string, userId: string): Promise<boolean> {
      const row = await db('artifacts')
        .where({ id_hash: sha256(id), model: COMPLETED_SIGN_IN, user_id: userId })
        .where('expires_at', '>', db.nowMs())
        .forUpdate()
        .first('id_hash');
      return row === undefined;
    },

    // Sessions.

    async findSession(id: string): Promise<StoredSession | undefined> {
      const [row] = await db.hot<SessionRead>(
        `select ${sessionColumns.join(', ')} from sessions where id_hash = ? and expires_at > now_ms()`,
        [sha256(id)],
      );
      return row && sessionOf(row);
    },

    async findSessionByUid(uid: string): Promise<StoredSession | undefined> {
      const [row] = await db.hot<SessionRead>(
        `select ${sessionColumns.join(', ')} from sessions where uid = ? and expires_at > now_ms()`,
        [uid],
      );
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
      await db.hot(
        `insert into sessions
          (id_hash, uid, user_id, payload, user_agent, network, last_seen_at, expires_at, created_at)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning uid`,
        [...valuesOf(id, session), session.createdAt],
      );
    },

    /**
     * Writes a session that was read before, under a new id when it was given one. False when it was ended
     * meanwhile: an update that finds nothing must not bring it back.
     */
    async updateSession(previousId: string, id: string, session: SessionRow): Promise<boolean> {
      const rows = await db.hot(
        `update sessions set id_hash = ?, uid = ?, user_id = ?, payload = ?, user_agent = ?, network = ?,
          last_seen_at = ?, expires_at = ? where id_hash = ? returning uid`,
        [...valuesOf(id, session), sha256(previousId)],
      );
      return rows.length === 1;
    },

    async touchSession(uid: string, { now, userAgent }: { now: number; userAgent?: string }): Promise<void> {
      const more = defined({ user_agent: userAgent });
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
        if (which.uids !== undefined) sessions.whereIn('uid', [...which.uids]);
      }
      const rows: { uid: string }[] = await sessions.delete().returning('uid');
      return rows.map((row) => row.uid);
    },
  };

  function liveSessions() {
    return db('sessions').where('expires_at', '>', db.nowMs());
  }
}

/** So many rows are gone in a few milliseconds, in which on SQLite nobody else writes. */
const DROPPED_AT_ONCE = 100;

/** Two that drop at once drop different rows, and none waits for the other. */
const dropping = (which: string) => ({
  postgres: `delete from artifacts where id_hash in (${which} for update skip locked) returning id_hash`,
  sqlite: `delete from artifacts where id_hash in (${which}) returning id_hash`,
});

/** With who holds them, how many at most, and how many stay. */
const DROP_HELD = dropping(
  'select id_hash from artifacts where held_by = ? order by expires_at desc limit ? offset ?',
);

/** With how many: those that would have gone first. */
const DROP_ANY_HELD = dropping(
  'select id_hash from artifacts where held_by is not null order by expires_at limit ?',
);

/** What is left of an interaction whose sign-in is becoming a session, for its last moments. */
const COMPLETED_SIGN_IN = 'CompletedSignIn';

const sessionColumns = [
  'uid',
  'user_id',
  'payload',
  'user_agent',
  'network',
  'created_at',
  'last_seen_at',
] as const;

type SessionRead = {
  uid: string;
  user_id: string | null;
  payload: string;
  user_agent: string;
  network: string;
  created_at: number;
  last_seen_at: number;
};

function sessionOf(row: SessionRead): StoredSession {
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

/** What a session's row is written with, in the order of its statements. */
function valuesOf(id: string, session: SessionRow) {
  const { uid, userId = null, payload, userAgent, network, lastSeenAt, expiresAt } = session;
  return [sha256(id), uid, userId, payload, userAgent, network, lastSeenAt, expiresAt];
}
