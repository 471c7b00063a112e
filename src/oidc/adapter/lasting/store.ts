import type { Database } from '../../../database/database.ts';
import { sha256 } from '../../../lib/secret.ts';
import { type ArtifactRow, artifactOf, IS_IN_GRACE, WITH_GRANT } from '../artifact-row.ts';
import type { StoredRefreshToken } from '../stored.ts';

/*
 * What must survive anything: grants, refresh tokens, and what must hold although Redis may forget it.
 * Every id is hashed here, so nothing above can forget it; expired rows count as absent; each check-and-change is one
 * statement; races are decided by the database's clock.
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
        /** The browser that it was given in (`createKnownBrowsers`). */
        knownBrowserHash?: string | undefined;
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
          grant.knownBrowserHash ?? null,
          grant.payload,
          grant.now,
          grant.expiresAt,
        ],
      );
    },

    /** Those of a person that live. */
    async listGrants(userId: string): Promise<{ id: string; clientId: string; payload: string }[]> {
      const rows: { id: string; client_id: string; payload: string }[] = await db('grants')
        .where({ user_id: userId })
        .where('expires_at', '>', db.nowMs())
        .select('id', 'client_id', 'payload');
      return rows.map(({ id, client_id: clientId, payload }) => ({ id, clientId, payload }));
    },

    /** Ends grants and, through the foreign key, their refresh tokens. Everything else asks for its grant. */
    async deleteGrants(
      which:
        | { id: string }
        | { userId: string; knownBrowserHash: string; sessionUids: readonly string[] }
        | { userId: string; exceptUid?: string | undefined }
        | { clientId: string }
        | { sessionUid: string },
    ): Promise<number> {
      const grants = db('grants');
      if ('id' in which) grants.where({ id: which.id });
      else if ('clientId' in which) grants.where({ client_id: which.clientId });
      else if ('sessionUid' in which) grants.where({ session_uid: which.sessionUid, is_offline: false });
      else if ('knownBrowserHash' in which) {
        const { userId, knownBrowserHash, sessionUids } = which;
        grants
          .where({ user_id: userId })
          .where((either) =>
            either.where({ device_hash: knownBrowserHash }).orWhereIn('session_uid', [...sessionUids]),
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
