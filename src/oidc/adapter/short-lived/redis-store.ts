import type { Redis, RedisScript } from '../../../database/redis/redis.ts';
import { sha256 } from '../../../lib/secret.ts';
import { hasHolder } from '../held.ts';
import type { SessionRow, ShortLivedStore, StoredSession, WhichSessions } from '../stored.ts';

/*
 * The short-lived things in Redis. Every key has a time to live. What is one key changes in one step; a key that only
 * leads to another one (a cookie to its session, a person to theirs) may be behind, and is believed only as far as
 * the key it leads to agrees.
 *
 *   <model>:<hash of the id>   when it was consumed (13 digits, zeros: not yet), then the payload
 *   sign-in:{<an interaction's key>}  when its sign-in was complete (13 digits, zeros: not yet), then whose it is
 *     An interaction or pushed request that somebody holds (held.ts) says so before its payload: `<who>!`.
 *   held:<who>, held           sorted sets: models and hashes of ids by expiry; of one holder, and of all
 *   of-grant:<model>:<grant>   sorted set: hashes of ids by expiry
 *   sign-ins-of:<user>         sorted set: hashes of ids of interactions by expiry
 *   session:{<uid>}            hash of the cookie (43), created (13), last seen (13), then lines: user, network, browser, payload
 *   cookie:<hash of the id>    the session's uid
 *   sessions-of:<user>         sorted set: uids by expiry
 */

/** Codes, opaque tokens, interactions, pushed requests, replay detection and sessions, in Redis. */
export function createRedisStore({ redis }: { redis: Redis }): ShortLivedStore {
  const artifactKey = (model: string, idHash: string) => redis.key(`${model}:${idHash}`);
  /** An interaction and whose it is, which a cluster keeps together. */
  const signInKeys = (idHash: string) => {
    const key = artifactKey('Interaction', idHash);
    return [key, redis.key(`sign-in:{${key}}`)] as const;
  };
  const grantKey = (model: string, grantId: string) => redis.key(`of-grant:${model}:${grantId}`);
  const sessionKey = (uid: string) => redis.key(`session:{${uid}}`);
  const cookieKey = (idHash: string) => redis.key(`cookie:${idHash}`);
  const heldKey = (heldBy: string) => redis.key(heldBy === '' ? 'held' : `held:${heldBy}`);
  const signInsKey = (userId: string) => redis.key(`sign-ins-of:${userId}`);
  const userKey = (userId: string) => redis.key(`sessions-of:${userId}`);

  return {
    async findArtifact(model, id, { graceSeconds = 0 } = {}) {
      const key = artifactKey(model, sha256(id));
      const value = await redis.send<string | null>('get', key);
      if (value === null) return undefined;
      const content = value.slice(TIME_DIGITS);
      const heldBy = HELD_BY.exec(content)?.[1];
      const artifact =
        heldBy === undefined ? { payload: content } : { payload: content.slice(heldBy.length + 1), heldBy };
      const consumedAt = Number(value.slice(0, TIME_DIGITS));
      if (consumedAt === 0) return { ...artifact, isInGrace: false };
      const isInGrace =
        graceSeconds > 0 && consumedAt > (await redis.run<number>(TIME, [key])) - graceSeconds * 1000;
      return { ...artifact, consumedAt, isInGrace };
    },

    async saveArtifact(model, id, { payload: plain, grantId, userId, heldBy, expiresAt }) {
      const idHash = sha256(id);
      const payload = heldBy === undefined ? plain : `${heldBy}!${plain}`;
      // The artefact is counted before it is stored: a crash between the two leaves a count too high, never too low.
      if (heldBy !== undefined) await hold(model, idHash, heldBy, expiresAt);
      // It can be found before it is there, so that no sign-in escapes who ends all of a person's.
      if (userId !== undefined) await redis.run(NOTE, [signInsKey(userId)], [idHash, expiresAt]);
      const saved =
        model === 'Interaction' && userId !== undefined
          ? redis.run(SAVE_SIGN_IN, signInKeys(idHash), [payload, expiresAt, userId])
          : redis.run(SAVE, [artifactKey(model, idHash)], [payload, expiresAt]);
      // A code asks for its grant before it is good for anything, and is gone in a minute: nobody has to look for it.
      if (grantId === undefined || model === 'AuthorizationCode') await saved;
      else await Promise.all([saved, redis.run(NOTE, [grantKey(model, grantId)], [idHash, expiresAt])]);
    },

    async updateArtifact(model, id, { payload, userId, expiresAt }) {
      const idHash = sha256(id);
      // First, as above: who ends this person's sign-ins from now on finds it here.
      if (userId !== undefined) await redis.run(NOTE, [signInsKey(userId)], [idHash, expiresAt]);
      if (model !== 'Interaction')
        return (await redis.run(UPDATE_ARTIFACT, [artifactKey(model, idHash)], [payload, expiresAt])) === 1;
      const content = [payload, expiresAt, userId ?? ''];
      const heldBy = await redis.run<string | null>(UPDATE_SIGN_IN, signInKeys(idHash), content);
      if (userId !== undefined && heldBy) await letGo(model, idHash, heldBy);
      return heldBy !== null;
    },

    async openArtifact(model, id, { before, after, expiresAt }) {
      const idHash = sha256(id);
      await hold(model, idHash, after, expiresAt);
      const isHeld = await redis.run<number>(OPEN, [artifactKey(model, idHash)], [before, after, expiresAt]);
      await redis.send('zrem', heldKey(before), memberOf(model, idHash));
      // Gone, or proved meanwhile.
      if (isHeld === 0) await letGo(model, idHash, after);
    },

    dropHeld: (heldBy, keep) => drop(heldKey(heldBy), keep),
    dropAnyHeld: (keep) => drop(heldKey(''), keep),

    async saveOnce(model, id, { payload, expiresAt }) {
      const key = artifactKey(model, sha256(id));
      return (await redis.send('set', key, NOT_YET + payload, 'PXAT', expiresAt, 'NX')) === 'OK';
    },

    async consumeArtifact(model, id, rememberedSeconds) {
      const key = artifactKey(model, sha256(id));
      return (await redis.run(CONSUME, [key], [rememberedSeconds * 1000])) === 1;
    },

    async deleteArtifact(model, id) {
      const idHash = sha256(id);
      await redis.send(
        'del',
        ...(model === 'Interaction' ? signInKeys(idHash) : [artifactKey(model, idHash)]),
      );
      if (model === 'Interaction') await redis.send('zrem', heldKey(''), memberOf(model, idHash));
    },

    async deleteArtifactsOfGrant(model, grantId) {
      const hashes = await redis.send<string[]>('zrange', grantKey(model, grantId), 0, -1);
      await Promise.all(hashes.map((idHash) => redis.send('del', artifactKey(model, idHash))));
      await redis.send('del', grantKey(model, grantId));
    },

    async deletePendingSignIns(userId) {
      const hashes = await redis.send<string[]>('zrange', signInsKey(userId), 0, -1);
      const isEnded = await Promise.all(
        hashes.map((idHash) => redis.run<number>(END_SIGN_IN, signInKeys(idHash), [userId])),
      );
      const ended = hashes.filter((_, index) => isEnded[index] === 1);
      if (ended.length > 0) await redis.send('zrem', signInsKey(userId), ...ended);
    },

    async completeSignIn(id, { userId, expiresAt }) {
      const idHash = sha256(id);
      // First, as above; it leads there as long as the mark lives.
      await redis.run(NOTE, [signInsKey(userId)], [idHash, expiresAt]);
      return (await redis.run(COMPLETE_SIGN_IN, signInKeys(idHash), [userId, expiresAt])) === 1;
    },

    async isSignInEnded(id, userId) {
      const [, mark] = signInKeys(sha256(id));
      const value = await redis.send<string | null>('get', mark);
      return value === null || value.startsWith(NOT_YET) || value.slice(TIME_DIGITS) !== userId;
    },

    async findSession(id) {
      const idHash = sha256(id);
      const [uid, value] = await findByCookie(idHash);
      return uid === undefined || !value?.startsWith(idHash) ? undefined : sessionOf(uid, value);
    },

    findSessionByUid,

    async listSessionsOfUser(userId) {
      const uids = await redis.send<string[]>('zrange', userKey(userId), 0, -1);
      const found = await Promise.all(uids.map(findSessionByUid));
      const gone = uids.filter((_, index) => found[index]?.userId !== userId);
      if (gone.length > 0) await redis.send('zrem', userKey(userId), ...gone);
      return found
        .filter((session) => session !== undefined)
        .filter((session) => session.userId === userId)
        .sort((a, b) => b.lastSeenAt - a.lastSeenAt);
    },

    async insertSession(id, session) {
      const idHash = sha256(id);
      const value = idHash + digits(session.createdAt) + contentOf(session);
      const [inserted] = await Promise.all([
        redis.send('set', sessionKey(session.uid), value, 'PXAT', session.expiresAt, 'NX'),
        ...leadTo(idHash, session),
      ]);
      if (inserted !== 'OK') throw new Error('a session with this uid is there already');
    },

    async updateSession(previousId, id, session) {
      const [before, after] = [sha256(previousId), sha256(id)];
      const [updated] = await Promise.all([
        redis.run(UPDATE, [sessionKey(session.uid)], [before, after, contentOf(session), session.expiresAt]),
        ...leadTo(after, session),
        ...(before === after ? [] : [redis.send('del', cookieKey(before))]),
      ]);
      return updated === 1;
    },

    async touchSession(uid, { now, userAgent }) {
      const told = userAgent === undefined ? [] : [oneLine(userAgent)];
      await redis.run(TOUCH, [sessionKey(uid)], [digits(now), ...told]);
    },

    async deleteSessions(which) {
      const ended = await Promise.all((await candidates(which)).map((uid) => deleteSession(uid, which)));
      return ended.filter((uid) => uid !== undefined);
    },
  };

  /** Counts it with its holder's, and with all. */
  async function hold(model: string, idHash: string, heldBy: string, expiresAt: number): Promise<void> {
    const member = [memberOf(model, idHash), expiresAt];
    await Promise.all([
      redis.run(NOTE, [heldKey('')], member),
      ...(hasHolder(heldBy) ? [redis.run(NOTE, [heldKey(heldBy)], member)] : []),
    ]);
  }

  async function letGo(model: string, idHash: string, heldBy: string): Promise<void> {
    const member = memberOf(model, idHash);
    await Promise.all(['', heldBy].map((each) => redis.send('zrem', heldKey(each), member)));
  }

  async function drop(key: string, keep: number): Promise<number> {
    let dropped = 0;
    while (true) {
      const members = await redis.run<string[]>(POP_EXCESS, [key], [keep, DROPPED_AT_ONCE]);
      const keys = members.flatMap((member) => {
        const [model = '', idHash = ''] = member.split(':');
        return model === 'Interaction' ? signInKeys(idHash) : [artifactKey(model, idHash)];
      });
      // One by one: on a cluster they lie apart.
      await Promise.all(keys.map((each) => redis.send('del', each)));
      dropped += members.length;
      if (members.length < DROPPED_AT_ONCE) return dropped;
    }
  }

  /** On one server in one step; on a cluster the two keys lie apart. */
  async function findByCookie(idHash: string): Promise<[uid?: string, value?: string | null]> {
    if (!redis.isCluster) {
      return (await redis.run<[string, string] | null>(FOLLOW, [cookieKey(idHash)], [redis.key('')])) ?? [];
    }
    const uid = await redis.send<string | null>('get', cookieKey(idHash));
    return uid === null ? [] : [uid, await redis.send<string | null>('get', sessionKey(uid))];
  }

  async function findSessionByUid(uid: string): Promise<StoredSession | undefined> {
    const value = await redis.send<string | null>('get', sessionKey(uid));
    return value === null ? undefined : sessionOf(uid, value);
  }

  /** The keys that lead to a session. Written each time, so that one that was lost comes back. */
  function leadTo(idHash: string, { uid, userId, expiresAt }: SessionRow): Promise<unknown>[] {
    const led = [redis.send('set', cookieKey(idHash), uid, 'PXAT', expiresAt)];
    if (userId !== undefined) led.push(redis.run(NOTE, [userKey(userId)], [uid, expiresAt]));
    return led;
  }

  async function candidates(which: WhichSessions): Promise<string[]> {
    if ('uid' in which) return [which.uid];
    if ('id' in which) {
      const uid = await redis.send<string | null>('get', cookieKey(sha256(which.id)));
      return uid === null ? [] : [uid];
    }
    if (which.uids !== undefined) return [...which.uids];
    const uids = await redis.send<string[]>('zrange', userKey(which.userId), 0, -1);
    return uids.filter((uid) => uid !== which.exceptUid);
  }

  /** Only if it is still the one that is meant: a cookie or a person may have changed meanwhile. */
  async function deleteSession(uid: string, which: WhichSessions): Promise<string | undefined> {
    const meant = ['id' in which ? sha256(which.id) : '', 'userId' in which ? which.userId : ''];
    const deleted = await redis.run<[idHash: string, userId: string] | null>(END, [sessionKey(uid)], meant);
    if (deleted === null) return undefined;
    const [idHash, userId] = deleted;
    await Promise.all([
      redis.send('del', cookieKey(idHash)),
      ...(userId === '' ? [] : [redis.send('zrem', userKey(userId), uid)]),
    ]);
    return uid;
  }
}

const TIME_DIGITS = 13;
const HASH_LENGTH = 43;
const NOT_YET = '0'.repeat(TIME_DIGITS);

const digits = (ms: number) => String(ms).padStart(TIME_DIGITS, '0');

/** Everything of a session but the cookie's hash and when it was created, which an update keeps. */
function contentOf({ lastSeenAt, userId = '', network, userAgent, payload }: SessionRow): string {
  return `${digits(lastSeenAt)}${userId}\n${oneLine(network)}\n${oneLine(userAgent)}\n${payload}`;
}

const oneLine = (text: string) => text.replaceAll('\n', ' ');

function sessionOf(uid: string, value: string): StoredSession {
  const head = HASH_LENGTH + 2 * TIME_DIGITS;
  const [userId = '', network = '', userAgent = ''] = value.slice(head).split('\n', 3);
  return {
    uid,
    ...(userId === '' ? {} : { userId }),
    payload: value.slice(head + userId.length + network.length + userAgent.length + 3),
    userAgent,
    network,
    createdAt: Number(value.slice(HASH_LENGTH, HASH_LENGTH + TIME_DIGITS)),
    lastSeenAt: Number(value.slice(HASH_LENGTH + TIME_DIGITS, head)),
  };
}

const DROPPED_AT_ONCE = 100;
/** A sealed payload has none of this. */
const HELD_BY = /^([a-z][\w-]*)!/;
const memberOf = (model: string, idHash: string) => `${model}:${idHash}`;

const NOW = `
  local time = redis.call('TIME')
  local now = string.format('%013.0f', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** Redis's own time, where this key is. */
const TIME: RedisScript = { keys: 1, lua: `${NOW} return tonumber(now)` };

/** Writes a payload; what was consumed stays so. */
const SAVE: RedisScript = {
  keys: 1,
  lua: `
  local consumed = redis.call('GETRANGE', KEYS[1], 0, 12)
  if consumed == '' then consumed = '${NOT_YET}' end
  redis.call('SET', KEYS[1], consumed .. ARGV[1], 'PXAT', ARGV[2])`,
};

/** 1 when it is there to be written. */
const UPDATE_ARTIFACT: RedisScript = {
  keys: 1,
  lua: `
  local consumed = redis.call('GETRANGE', KEYS[1], 0, 12)
  if consumed == '' then return 0 end
  redis.call('SET', KEYS[1], consumed .. ARGV[1], 'PXAT', ARGV[2])
  return 1`,
};

/** Writes an interaction, and whose it is now. */
const SAVE_SIGN_IN: RedisScript = {
  keys: 2,
  lua: `
  redis.call('SET', KEYS[1], '${NOT_YET}' .. ARGV[1], 'PXAT', ARGV[2])
  redis.call('SET', KEYS[2], '${NOT_YET}' .. ARGV[3], 'PXAT', ARGV[2])
  return 1`,
};

/** The same when it is there: who held it; nobody, when somebody has proved something now. */
const UPDATE_SIGN_IN: RedisScript = {
  keys: 2,
  lua: `
  local before = redis.call('GETRANGE', KEYS[1], 0, 50)
  if before == '' then return false end
  local held = string.match(string.sub(before, 14), '^([a-z][%w_-]*)!') or ''
  local kept = (ARGV[3] == '' and held ~= '') and held .. '!' or ''
  redis.call('SET', KEYS[1], '${NOT_YET}' .. kept .. ARGV[1], 'PXAT', ARGV[2])
  redis.call('SET', KEYS[2], '${NOT_YET}' .. ARGV[3], 'PXAT', ARGV[2])
  return held`,
};

/** Whether it is held as it shall be now: by this call, or by another one that came first. */
const OPEN: RedisScript = {
  keys: 1,
  lua: `
  local value = redis.call('GET', KEYS[1])
  local before = ARGV[1] .. '!'
  if not value then return 0 end
  if string.sub(value, 14, 14 + #ARGV[2]) == ARGV[2] .. '!' then return 1 end
  if string.sub(value, 14, 13 + #before) ~= before then return 0 end
  redis.call('SET', KEYS[1], string.sub(value, 1, 13) .. ARGV[2] .. '!' .. string.sub(value, 14 + #before), 'PXAT', ARGV[3])
  return 1`,
};

/** Takes out those that would go first, as long as there are more than are to stay. */
const POP_EXCESS: RedisScript = {
  keys: 1,
  lua: `
  local excess = math.min(redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[1]), tonumber(ARGV[2]))
  if excess <= 0 then return {} end
  local popped = redis.call('ZPOPMIN', KEYS[1], excess)
  local members = {}
  for at = 1, #popped, 2 do members[#members + 1] = popped[at] end
  return members`,
};

/** 1 when the interaction is there, or went in this way already. What stays is when that was, and whose it is. */
const COMPLETE_SIGN_IN: RedisScript = {
  keys: 2,
  lua: `
  local before = redis.call('GETRANGE', KEYS[2], 0, 12)
  local is_complete = before ~= '' and before ~= '${NOT_YET}'
  if redis.call('DEL', KEYS[1]) == 0 and not is_complete then return 0 end
  ${NOW}
  redis.call('SET', KEYS[2], now .. ARGV[1], 'PXAT', ARGV[2])
  return 1`,
};

/**
 * 1 when it deleted an interaction, or what stayed of it. Not when it is another person's since, or nobody's. An older
 * release did not write whose it is.
 */
const END_SIGN_IN: RedisScript = {
  keys: 2,
  lua: `
  local whose = redis.call('GET', KEYS[2])
  if whose and string.sub(whose, 14) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1], KEYS[2]) > 0 and 1 or 0`,
};

/** 1 for the call that consumed it, which is remembered for so many milliseconds. */
const CONSUME: RedisScript = {
  keys: 1,
  lua: `
  if redis.call('GETRANGE', KEYS[1], 0, 12) ~= '${NOT_YET}' then return 0 end
  if tonumber(ARGV[1]) == 0 then redis.call('DEL', KEYS[1]) return 1 end
  ${NOW}
  redis.call('SETRANGE', KEYS[1], 0, now)
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return 1`,
};

/** Adds a member with its expiry; forgets members that expired, and the set with the last of them. */
const NOTE: RedisScript = {
  keys: 1,
  lua: `
  ${NOW}
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  if last then redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last)) end`,
};

/** From a cookie to its session. The second key is not named: this is for one server only. */
const FOLLOW: RedisScript = {
  keys: 1,
  lua: `
  local uid = redis.call('GET', KEYS[1])
  if not uid then return false end
  return { uid, redis.call('GET', ARGV[1] .. 'session:{' .. uid .. '}') }`,
};

/** 1 when the session is there, under this cookie. */
const UPDATE: RedisScript = {
  keys: 1,
  lua: `
  local head = redis.call('GETRANGE', KEYS[1], 0, 55)
  if head == '' or string.sub(head, 1, 43) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2] .. string.sub(head, 44, 56) .. ARGV[3], 'PXAT', ARGV[4])
  return 1`,
};

/** When it was last seen and, when that is told, the browser. */
const TOUCH: RedisScript = {
  keys: 1,
  lua: `
  if redis.call('EXISTS', KEYS[1]) == 0 then return end
  redis.call('SETRANGE', KEYS[1], 56, ARGV[1])
  if not ARGV[2] then return end
  local value = redis.call('GET', KEYS[1])
  local network = string.find(value, '\\n', 70, true) + 1
  local browser = string.find(value, '\\n', network, true) + 1
  local payload = string.find(value, '\\n', browser, true)
  redis.call('SET', KEYS[1], string.sub(value, 1, browser - 1) .. ARGV[2] .. string.sub(value, payload), 'KEEPTTL')`,
};

/** Deletes a session if it is of this cookie and of this person, where they are given. */
const END: RedisScript = {
  keys: 1,
  lua: `
  local value = redis.call('GET', KEYS[1])
  if not value then return false end
  local idHash = string.sub(value, 1, 43)
  local userId = string.sub(value, 70, string.find(value, '\\n', 70, true) - 1)
  if ARGV[1] ~= '' and ARGV[1] ~= idHash then return false end
  if ARGV[2] ~= '' and ARGV[2] ~= userId then return false end
  redis.call('DEL', KEYS[1])
  return { idHash, userId }`,
};
