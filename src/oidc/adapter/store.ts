import type { Database } from '../../database/database.ts';
import { sha256 } from '../../lib/secret.ts';
import type {
  Artifact,
  NewArtifact,
  SessionRow,
  ShortLivedStore,
  StoredRefreshToken,
  StoredSession,
  WhichSessions,
} from './stored.ts';

/*
 * All SQL of the adapter. Every id is hashed here, so nothing above can forget it; expired rows count as absent; each
 * check-and-change is one statement; races are decided by the database's clock.
 */

export type LastingStore = ReturnType<typeof createLastingStore>;

/** Grants and refresh tokens: what must survive anything. */
export function createLastingStore({ db }: { db: Database }) {
  return {
    // Grants. They are never changed: what a person allows later makes a new one.

    async findGrant(id: string): Promise<string | undefined> {
      const [row] = await db.hot<{ payload: string }>(
        'select payload from grants where id = ? and expires_at > now_ms()',
        [id],
      );
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
      await db.hot(
        `insert into grants (id, user_id, client_id, session_uid, device_hash, is_offline, payload, created_at, expires_at)
          values (?, ?, ?, ?, ?, ${grant.isOffline}, ?, ?, ?) returning id`,
        [
          id,
          grant.userId,
          grant.clientId,
          grant.sessionUid ?? null,
          grant.deviceHash ?? null,
          grant.payload,
          grant.now,
          grant.expiresAt,
        ],
      );
    },

    /** Ends grants and, through the foreign key, their refresh tokens. Everything else asks for its grant. */
    async deleteGrants(
      which:
        | { id: string }
        | { userId: string; deviceHash: string; sessionUids: readonly string[] }
        | { userId: string; exceptUid?: string | undefined }
        | { clientId: string }
        | { sessionUid: string },
    ): Promise<number> {
      const grants = db('grants');
      if ('id' in which) grants.where({ id: which.id });
      else if ('clientId' in which) grants.where({ client_id: which.clientId });
      else if ('sessionUid' in which) grants.where({ session_uid: which.sessionUid, is_offline: false });
      else if ('deviceHash' in which) {
        const { userId, deviceHash, sessionUids } = which;
        grants
          .where({ user_id: userId })
          .where((either) =>
            either.where({ device_hash: deviceHash }).orWhereIn('session_uid', [...sessionUids]),
          );
      } else {
        grants.where({ user_id: which.userId });
        const { exceptUid } = which;
        if (exceptUid !== undefined) {
          grants.where((either) => either.whereNull('session_uid').orWhereNot({ session_uid: exceptUid }));
        }
      }
      const rows = await grants.delete().returning('id');
      return rows.length;
    },

    // Refresh tokens.

    async findRefreshToken(id: string, graceSeconds: number): Promise<StoredRefreshToken | undefined> {
      const [row] = await db.hot<ArtifactRow & { grant_id: string; successor_key_id: string | null }>(
        `select t.payload, t.grant_id, consumed_at, successor_key_id, ${IS_IN_GRACE}, grants.payload as grant_payload
          from refresh_tokens t ${WITH_GRANT} where t.id_hash = ? and t.expires_at > now_ms()`,
        [graceSeconds * 1000, sha256(id)],
      );
      if (!row) return undefined;
      const isEmptied = row.consumed_at !== null && row.successor_key_id === null;
      const found = { ...artifactOf(row), grantId: row.grant_id, isEmptied };
      // Nobody knows its successor any more: it is no honest retry, however long the window may have become since.
      if (isEmptied) return { ...found, isInGrace: false };
      return row.successor_key_id === null ? found : { ...found, successorKeyId: row.successor_key_id };
    },

    /** When a token that is not given out any more had expired: for the log. */
    async whenRefreshTokenExpired(id: string): Promise<number | undefined> {
      const row = await db('refresh_tokens')
        .where({ id_hash: sha256(id) })
        .where('expires_at', '<=', db.nowMs())
        .first('expires_at');
      return row?.expires_at;
    },

    /** Never revives: a successor that exists, used or not, stays as it is. */
    async insertRefreshToken(
      id: string,
      token: { grantId: string; payload: string; expiresAt: number },
    ): Promise<void> {
      const { grantId, payload, expiresAt } = token;
      await db.hot(INSERT_REFRESH_TOKEN, [sha256(id), grantId, payload, expiresAt]);
    },

    /**
     * Spends a token and inserts the one that takes its place. True for the one call that spent it; it
     * records which server key makes the successor. False as well when the token went with its grant.
     */
    async rotateRefreshToken(
      id: string,
      successorKeyId: string,
      successor: { id: string; grantId: string; payload: string; expiresAt: number },
    ): Promise<boolean> {
      const { grantId, payload, expiresAt } = successor;
      const spent = [successorKeyId, sha256(id)];
      const inserted = [sha256(successor.id), grantId, payload, expiresAt];
      const rows =
        db.dialect === 'postgres'
          ? await db.hot(ROTATE, [grantId, ...spent, ...inserted])
          : await db.hotPair(
              { sql: SPEND, bindings: spent },
              { sql: INSERT_REFRESH_TOKEN, bindings: inserted },
            );
      return rows.length === 1;
    },

    /**
     * Empties the oldest of those that were spent so long ago, about `batch` of them: from then on a row says which grant
     * ends when a thief presents it, and for whose key (RFC 9449 §5). `after` spares the index the way over what was
     * emptied before; `last` is where to go on.
     */
    async emptySpentRefreshTokens({
      spentSecondsAgo,
      batch,
      after = 0,
    }: {
      spentSecondsAgo: number;
      batch: number;
      after?: number;
    }): Promise<{ count: number; last: number }> {
      const rows = await db.hot<{ consumed_at: number }>(
        `update refresh_tokens set successor_key_id = null,
            payload = case when payload like '%"jkt":%' or payload like '%"x5t#S256":%' then payload else '{}' end
          where successor_key_id is not null and consumed_at > ? and consumed_at <= (
            select max(consumed_at) from (
              select consumed_at from refresh_tokens
                where successor_key_id is not null and consumed_at > ? and consumed_at <= now_ms() - ?
                order by consumed_at limit ?
            ) as oldest
          ) returning consumed_at`,
        [after, after, spentSecondsAgo * 1000, batch],
      );
      return {
        count: rows.length,
        last: rows.reduce((last, row) => Math.max(last, Number(row.consumed_at)), after),
      };
    },

    async deleteRefreshToken(id: string): Promise<void> {
      await db('refresh_tokens')
        .where({ id_hash: sha256(id) })
        .delete();
    },

    async deleteRefreshTokensOfGrant(grantId: string): Promise<void> {
      await db('refresh_tokens').where({ grant_id: grantId }).delete();
    },

    // The following is in the database with `REDIS_URL`, too: it must hold although Redis may forget.

    /** The sessions in which a person's grants were begun, those with `offline_access` left out. */
    async listSessionsOfGrants(userId: string): Promise<string[]> {
      const rows = await db('grants')
        .where({ user_id: userId, is_offline: false })
        .whereNotNull('session_uid')
        .distinct('session_uid');
      return rows.map((row: { session_uid: string }) => row.session_uid);
    },

    async insertEndedSessions(uids: readonly string[], rememberedSeconds: number): Promise<void> {
      const rows = uids.map((uid) => ({
        uid,
        ended_at: db.nowMs(),
        expires_at: db.knex.raw('? + ?', [db.nowMs(), rememberedSeconds * 1000]),
      }));
      if (rows.length > 0) await db('ended_sessions').insert(rows).onConflict('uid').ignore();
    },

    /** With the database's time, before it looked. */
    async listEndedSessions(
      since: number,
    ): Promise<{ now: number; ended: { uid: string; expiresAt: number }[] }> {
      const now = await db.now();
      const rows = await db('ended_sessions')
        .where('ended_at', '>=', since)
        .where('expires_at', '>', now)
        .select('uid', 'expires_at');
      const ended = rows.map((row: { uid: string; expires_at: number }) => ({
        uid: row.uid,
        expiresAt: row.expires_at,
      }));
      return { now, ended };
    },

    /** True for the first redemption, however often Redis forgot that there was one. */
    async insertRedeemedCode(id: string, grantId: string, rememberedSeconds: number): Promise<boolean> {
      const rows = await db.hot(
        `insert into redeemed_codes (code_hash, grant_id, redeemed_at, expires_at)
          values (?, ?, now_ms(), now_ms() + ?) on conflict (code_hash) do nothing returning code_hash`,
        [sha256(id), grantId, rememberedSeconds * 1000],
      );
      return rows.length === 1;
    },

    /**
     * Redeems a code and inserts the refresh token that it gives: both or neither. `by`: the code's own row, or with Redis
     * the row that says that it was redeemed. Of many calls one is `redeemed`; `ended`: its grant is gone.
     */
    async redeemForRefreshToken(
      code: { id: string; grantId: string; rememberedSeconds: number },
      token: { id: string; payload: string; expiresAt: number },
      by: 'artifact' | 'redeemed_code',
    ): Promise<Redemption> {
      const spent = {
        artifact: [code.rememberedSeconds * 1000, sha256(code.id)],
        redeemed_code: [sha256(code.id), code.rememberedSeconds * 1000],
      }[by];
      const values = [token.payload, token.expiresAt];
      const statements = REDEEM_FOR_REFRESH[by];
      const rows =
        db.dialect === 'postgres'
          ? await db.hot(statements.postgres, [code.grantId, ...spent, sha256(token.id), ...values])
          : await db.hotPair(
              { sql: statements.sqlite, bindings: [...spent, code.grantId] },
              { sql: INSERT_REFRESH_TOKEN, bindings: [sha256(token.id), code.grantId, ...values] },
            );
      if (rows.length === 1) return 'redeemed';
      return (await this.findGrant(code.grantId)) === undefined ? 'ended' : 'spent';
    },

    /** The code came again: what it gave ends, unless that is only moments ago (RFC 6749 §4.1.2). */
    async endGrantOfRedeemedCode(id: string, graceSeconds: number): Promise<void> {
      const redeemed = db('redeemed_codes')
        .where({ code_hash: sha256(id) })
        .where('redeemed_at', '<=', db.knex.raw('? - ?', [db.nowMs(), Math.round(graceSeconds * 1000)]))
        .select('grant_id');
      await db('grants').whereIn('id', redeemed).delete();
    },
  };
}

const INSERT_REFRESH_TOKEN = `insert into refresh_tokens (id_hash, grant_id, payload, expires_at) values (?, ?, ?, ?)
  on conflict (id_hash) do nothing returning id_hash`;

const SPEND = `update refresh_tokens set consumed_at = now_ms(), successor_key_id = ?
  where id_hash = ? and consumed_at is null returning id_hash`;

/** The grant is locked before its token, as the end of a grant locks them: the other way round each would wait for the other. */
const ROTATE = `with held as materialized (select id from grants where id = ? for key share),
  spent as (update refresh_tokens set consumed_at = now_ms(), successor_key_id = ? from held
    where id_hash = ? and grant_id = held.id and consumed_at is null returning grant_id)
  insert into refresh_tokens (id_hash, grant_id, payload, expires_at)
    select ?::text, ?::text, ?::text, ?::bigint from spent on conflict (id_hash) do nothing returning id_hash`;

/** What became of a code that was presented, and of the refresh token that was to be inserted with it. */
export type Redemption = 'redeemed' | 'spent' | 'ended';

const INSERT_FIRST = `insert into refresh_tokens (id_hash, grant_id, payload, expires_at)
    select ?::text, held.id, ?::text, ?::bigint from held, spent returning id_hash`;

/** The grant is locked first, as in `ROTATE`; an ended one leaves the code as it is. */
const REDEEM_FOR_REFRESH = {
  artifact: {
    postgres: `with held as materialized (select id from grants where id = ? for key share),
      spent as (update artifacts set consumed_at = now_ms(), expires_at = now_ms() + ?::bigint from held
        where id_hash = ? and model = 'AuthorizationCode' and consumed_at is null and artifacts.expires_at > now_ms()
        returning id_hash)
      ${INSERT_FIRST}`,
    sqlite: `update artifacts set consumed_at = now_ms(), expires_at = now_ms() + ?
      where id_hash = ? and model = 'AuthorizationCode' and consumed_at is null and expires_at > now_ms()
        and exists (select 1 from grants where id = ?) returning id_hash`,
  },
  redeemed_code: {
    postgres: `with held as materialized (select id from grants where id = ? for key share),
      spent as (insert into redeemed_codes (code_hash, grant_id, redeemed_at, expires_at)
        select ?::text, id, now_ms(), now_ms() + ?::bigint from held
        on conflict (code_hash) do nothing returning code_hash)
      ${INSERT_FIRST}`,
    sqlite: `insert into redeemed_codes (code_hash, grant_id, redeemed_at, expires_at)
      select ?, id, now_ms(), now_ms() + ? from grants where id = ?
      on conflict (code_hash) do nothing returning code_hash`,
  },
};

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
        [
          sha256(id),
          session.uid,
          session.userId ?? null,
          session.payload,
          session.userAgent,
          session.network,
          session.lastSeenAt,
          session.expiresAt,
          session.createdAt,
        ],
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
        [
          sha256(id),
          session.uid,
          session.userId ?? null,
          session.payload,
          session.userAgent,
          session.network,
          session.lastSeenAt,
          session.expiresAt,
          sha256(previousId),
        ],
      );
      return rows.length === 1;
    },

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

/** With one value: the grace time in milliseconds. */
const IS_IN_GRACE = 'case when consumed_at > now_ms() - ? then 1 else 0 end as is_in_grace';

/** The grant is what the library asks for next. */
const WITH_GRANT = 'left join grants on grants.id = t.grant_id and grants.expires_at > now_ms()';

type ArtifactRow = {
  grant_payload: string | null;
  payload: string;
  consumed_at: number | null;
  held_by?: string | null;
  is_in_grace: number;
};

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
    ...(row.grant_payload === null ? {} : { grant: row.grant_payload }),
    ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at }),
    ...(row.held_by ? { heldBy: row.held_by } : {}),
  };
}

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
