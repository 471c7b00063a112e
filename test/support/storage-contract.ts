import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LastingStore } from '../../src/oidc/adapter/lasting/store.ts';
import { NEVER } from '../../src/oidc/adapter/payload.ts';
import type { ShortLivedStore } from '../../src/oidc/adapter/storage.ts';

export type StoreUnderTest<Store> = {
  store: Store;
  /** Another connection to the same storage: what another node would be. */
  other: Store;
  /** An id of a person who exists. */
  userId: string;
  /** Lets time pass for everything that is stored, as the storage itself sees it. */
  pass(ms: number): Promise<void>;
  /** Every byte that the storage keeps, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
};

const newId = () => randomBytes(32).toString('base64url');
const inAMinute = () => Date.now() + 60_000;

/** Every store for short-lived things passes this. */
export function shortLivedContract(name: string, open: () => Promise<StoreUnderTest<ShortLivedStore>>): void {
  describe(`${name}: short-lived storage`, () => {
    let subject: StoreUnderTest<ShortLivedStore>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    test('gives back what was saved, for its model only', async () => {
      const { store, other } = subject;
      const id = newId();
      await store.saveArtifact('AccessToken', id, { payload: '{"a":1}', expiresAt: inAMinute() });
      expect(await other.findArtifact('AccessToken', id)).toMatchObject({ payload: '{"a":1}' });
      expect(await store.findArtifact('AuthorizationCode', id)).toBeUndefined();
      await store.saveArtifact('AccessToken', id, { payload: '{"a":2}', expiresAt: inAMinute() });
      expect(await store.findArtifact('AccessToken', id)).toMatchObject({ payload: '{"a":2}' });
      await store.deleteArtifact('AccessToken', id);
      expect(await store.findArtifact('AccessToken', id)).toBeUndefined();
    });

    test('counts what has expired as absent, and lets nobody consume it', async () => {
      const { store, pass } = subject;
      const id = newId();
      await store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
      await pass(61_000);
      expect(await store.findArtifact('AuthorizationCode', id, { remembered: 600 })).toBeUndefined();
      expect(await store.consumeArtifact('AuthorizationCode', id, 600)).toBe(false);
    });

    test('keeps what never ends, however long it takes', async () => {
      const { store, other, pass } = subject;
      const id = newId();
      await store.saveArtifact('RegistrationAccessToken', id, { payload: '{"a":1}', expiresAt: NEVER });
      await pass(100 * 365 * 86_400_000);
      expect(await other.findArtifact('RegistrationAccessToken', id)).toMatchObject({ payload: '{"a":1}' });
      await store.deleteArtifact('RegistrationAccessToken', id);
      expect(await other.findArtifact('RegistrationAccessToken', id)).toBeUndefined();
    });

    test('lets exactly one of 50 simultaneous calls consume', async () => {
      const { store, other } = subject;
      const id = newId();
      await store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
      const calls = Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? store : other).consumeArtifact('AuthorizationCode', id, 600),
      );
      expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1);
    });

    test('shows what was consumed as fresh during the grace time, as spent after it, and then forgets it', async () => {
      const { store, pass } = subject;
      const id = newId();
      await store.saveArtifact('AuthorizationCode', id, { payload: '{}', expiresAt: inAMinute() });
      expect((await store.findArtifact('AuthorizationCode', id))?.consumedAt).toBeUndefined();
      await store.consumeArtifact('AuthorizationCode', id, 600);
      const look = () => store.findArtifact('AuthorizationCode', id, { graceSeconds: 2, remembered: 600 });
      expect(await look()).toMatchObject({ isInGrace: true, consumedAt: expect.any(Number) });
      await pass(120_000);
      expect(await look()).toMatchObject({ isInGrace: false });
      await pass(600_000);
      expect(await look()).toBeUndefined();
    });

    test('remembers once: of 50 simultaneous calls one is the first', async () => {
      const { store, other } = subject;
      const id = newId();
      const calls = Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? store : other).saveOnce('ReplayDetection', id, {
          payload: '{}',
          expiresAt: inAMinute(),
        }),
      );
      expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1);
    });

    test('deletes the artifacts of a grant, of one model', async () => {
      const { store } = subject;
      const [token, code] = [newId(), newId()];
      const row = { payload: '{}', grantId: 'grant', expiresAt: inAMinute() };
      await store.saveArtifact('AccessToken', token, row);
      await store.saveArtifact('AuthorizationCode', code, row);
      await store.deleteArtifactsOfGrant('AccessToken', 'grant');
      expect(await store.findArtifact('AccessToken', token)).toBeUndefined();
      expect(await store.findArtifact('AuthorizationCode', code)).toBeDefined();
    });

    test('finds a session by its cookie and by its uid, and lists those of a person', async () => {
      const { store, other, userId } = subject;
      const [id, uid] = [newId(), newId()];
      await store.insertSession(id, { ...sessionRow(uid, userId), createdAt: 1 });
      expect(await other.findSession(id)).toMatchObject({ uid, userId, payload: '{}', createdAt: 1 });
      expect(await store.findSessionByUid(uid)).toMatchObject({ uid });
      expect((await store.listSessionsOfUser(userId)).map((session) => session.uid)).toEqual([uid]);
    });

    test('moves a session to a new cookie in one step; the old one is worth nothing', async () => {
      const { store, userId } = subject;
      const [before, after, uid] = [newId(), newId(), newId()];
      await store.insertSession(before, { ...sessionRow(uid, userId), createdAt: 1 });
      expect(await store.updateSession(before, after, sessionRow(uid, userId))).toBe(true);
      expect(await store.findSession(before)).toBeUndefined();
      expect(await store.findSession(after)).toMatchObject({ uid, createdAt: 1 });
    });

    test('a late write under the old cookie changes nothing, and opens nothing', async () => {
      const { store, other, userId } = subject;
      const [before, after, uid] = [newId(), newId(), newId()];
      await store.insertSession(before, { ...sessionRow(uid, userId), createdAt: 1 });
      await store.updateSession(before, after, sessionRow(uid, userId));
      const late = { ...sessionRow(uid, userId), payload: '{"late":1}' };
      expect(await other.updateSession(before, before, late)).toBe(false);
      expect(await store.findSession(before)).toBeUndefined();
      expect(await store.findSession(after)).toMatchObject({ payload: '{}' });
    });

    test('a session that a person has left is not theirs to list or to end', async () => {
      const { store, userId } = subject;
      const [id, uid] = [newId(), newId()];
      await store.insertSession(id, { ...sessionRow(uid, userId), createdAt: 1 });
      await store.updateSession(id, id, { ...sessionRow(uid, userId), userId: undefined });
      expect(await store.deleteSessions({ userId })).toEqual([]);
      expect(await store.listSessionsOfUser(userId)).toEqual([]);
      expect(await store.findSession(id)).toMatchObject({ uid });
    });

    test('notes when a session was last seen, and nothing of one that is gone', async () => {
      const { store, userId } = subject;
      const [id, uid] = [newId(), newId()];
      await store.insertSession(id, { ...sessionRow(uid, userId), createdAt: 1 });
      await store.touchSession(uid, { now: 1_700_000_000_000 });
      expect(await store.findSession(id)).toMatchObject({ lastSeenAt: 1_700_000_000_000, payload: '{}' });
      await store.deleteSessions({ uid });
      await store.touchSession(uid, { now: 1_800_000_000_000 });
      expect(await store.findSessionByUid(uid)).toBeUndefined();
    });

    test('notes what a browser has told of its device since, and leaves the rest', async () => {
      const { store, other, userId } = subject;
      const [id, uid] = [newId(), newId()];
      const row = {
        ...sessionRow(uid, userId),
        payload: 'a\nb',
        network: '2001:db8::/64',
        userAgent: 'Chrome',
      };
      await store.insertSession(id, { ...row, createdAt: 1 });
      await other.touchSession(uid, { now: 1_700_000_000_000, userAgent: 'Chrome on a Pixel 9, ünïcode' });
      const { expiresAt: _expiresAt, ...parts } = row;
      expect(await store.findSession(id)).toEqual({
        ...parts,
        userAgent: 'Chrome on a Pixel 9, ünïcode',
        lastSeenAt: 1_700_000_000_000,
        createdAt: 1,
      });
    });

    test('ends the sign-ins of a person that have no session yet, and nothing of others', async () => {
      const { store, other, userId } = subject;
      const [first, second, nobodys, token] = [newId(), newId(), newId(), newId()];
      const row = { payload: '{}', expiresAt: inAMinute() };
      await store.saveArtifact('Interaction', first, row);
      await store.saveArtifact('Interaction', first, { ...row, userId });
      await store.saveArtifact('Interaction', second, { ...row, userId });
      await store.saveArtifact('Interaction', nobodys, row);
      await store.saveArtifact('AccessToken', token, { ...row, userId });
      await other.deletePendingSignIns(userId);
      for (const id of [first, second]) expect(await store.findArtifact('Interaction', id)).toBeUndefined();
      expect(await store.findArtifact('Interaction', nobodys)).toBeDefined();
      expect(await store.findArtifact('AccessToken', token)).toBeDefined();
    });

    describe('of what is held', () => {
      const held = async (who: string, lives: number) => {
        const id = newId();
        await subject.store.saveArtifact('Interaction', id, {
          payload: 'sealed',
          heldBy: who,
          expiresAt: inAMinute() + lives * 1000,
        });
        return id;
      };
      const areThere = (ids: readonly string[]) =>
        Promise.all(
          ids.map(async (id) => (await subject.other.findArtifact('Interaction', id)) !== undefined),
        );

      test('a holder keeps those that live longest, and takes nothing from another', async () => {
        const { store } = subject;
        const ids = [await held('uA', 3), await held('uA', 1), await held('uB', 0), await held('uA', 2)];
        expect(await store.findArtifact('Interaction', ids[0] ?? '')).toMatchObject({
          payload: 'sealed',
          heldBy: 'uA',
        });
        expect(await store.dropHeld('uA', 2)).toBe(1);
        expect(await areThere(ids)).toEqual([true, false, true, true]);
        expect(await store.dropHeld('uA', 2)).toBe(0);
      });

      test('all holders together keep those that live longest', async () => {
        const { store } = subject;
        const ids = [await held('uA', 3), await held('uB', 1), await held('u', 2)];
        expect(await store.dropAnyHeld(2)).toBe(1);
        expect(await areThere(ids)).toEqual([true, false, true]);
      });

      test('more than a batch goes at once', async () => {
        for (let each = 0; each < 130; each += 1) await held(`u${each}`, each);
        expect(await subject.store.dropAnyHeld(10)).toBe(120);
      });

      test('of 20 that drop at the same time, none drops more than is too much', async () => {
        const { store, other } = subject;
        for (let each = 0; each < 40; each += 1) await held('uA', each);
        const drops = Array.from({ length: 20 }, (_, at) => (at % 2 ? store : other).dropHeld('uA', 30));
        expect((await Promise.all(drops)).reduce((sum, count) => sum + count, 0)).toBe(10);
      });

      test('what was opened is held otherwise, however often it is opened at once, and lives longer', async () => {
        const { store, other, pass } = subject;
        const id = await held('uA', 0);
        const opened = { before: 'uA', after: 'oA', expiresAt: inAMinute() + 60_000 };
        await Promise.all(
          Array.from({ length: 10 }, (_, at) =>
            (at % 2 ? store : other).openArtifact('Interaction', id, opened),
          ),
        );
        expect(await store.dropHeld('uA', 0)).toBe(0);
        await pass(90_000);
        expect(await store.findArtifact('Interaction', id)).toMatchObject({
          heldBy: 'oA',
          payload: 'sealed',
        });
        expect(await store.dropHeld('oA', 0)).toBe(1);
        await store.openArtifact('Interaction', id, opened);
        expect(await areThere([id])).toEqual([false]);
      });

      test('what is written back stays held; what somebody has proved something in is let go', async () => {
        const { store, userId } = subject;
        const [first, second] = [await held('uA', 0), await held('uA', 1)];
        const row = { payload: 'sealed again', expiresAt: inAMinute() };
        await store.updateArtifact('Interaction', first, { ...row, userId });
        await store.updateArtifact('Interaction', second, row);
        expect(await store.findArtifact('Interaction', second)).toMatchObject({
          heldBy: 'uA',
          payload: 'sealed again',
        });
        await store.dropHeld('uA', 0);
        await store.dropAnyHeld(0);
        expect(await areThere([first, second])).toEqual([true, false]);
        expect((await store.findArtifact('Interaction', first))?.payload).toBe('sealed again');
      });
    });

    test('a sign-in that was ended is not brought back by a request that had read it', async () => {
      const { store, other, userId } = subject;
      const id = newId();
      const row = { payload: '{}', expiresAt: inAMinute() };
      await store.saveArtifact('Interaction', id, row);
      expect(await store.updateArtifact('Interaction', id, { ...row, payload: '{"a":1}', userId })).toBe(
        true,
      );
      expect(await other.findArtifact('Interaction', id)).toMatchObject({ payload: '{"a":1}' });
      await other.deletePendingSignIns(userId);
      expect(await store.updateArtifact('Interaction', id, { ...row, userId })).toBe(false);
      expect(await other.findArtifact('Interaction', id)).toBeUndefined();
    });

    test('a sign-in that is becoming a session is out of reach, and its mark ends with the others', async () => {
      const { store, other, userId } = subject;
      const [id, another] = [newId(), newId()];
      const row = { payload: '{"a":1}', userId, expiresAt: inAMinute() };
      for (const each of [id, another]) await store.saveArtifact('Interaction', each, row);
      const mark = { userId, expiresAt: inAMinute() };
      expect(await store.completeSignIn(id, mark)).toBe(true);
      expect(await other.findArtifact('Interaction', id)).toBeUndefined();
      expect(await other.updateArtifact('Interaction', id, row)).toBe(false);
      expect(await other.findArtifact('Interaction', id)).toBeUndefined();
      // Two requests at once are two sessions; that is no harm.
      expect(await other.completeSignIn(id, mark)).toBe(true);
      expect(await other.isSignInEnded(id, userId)).toBe(false);
      expect(await other.isSignInEnded(another, userId)).toBe(true);
      expect(await other.isSignInEnded(id, 'usr_bob')).toBe(true);

      await other.deletePendingSignIns('usr_bob');
      expect(await store.isSignInEnded(id, userId)).toBe(false);
      await other.deletePendingSignIns(userId);
      expect(await store.isSignInEnded(id, userId)).toBe(true);
      for (const each of [id, another]) expect(await store.completeSignIn(each, mark)).toBe(false);
    });

    test('a sign-in that takes longer than its mark was not seen to the end', async () => {
      const { store, userId, pass } = subject;
      const id = newId();
      await store.saveArtifact('Interaction', id, { payload: '{}', userId, expiresAt: inAMinute() });
      await store.completeSignIn(id, { userId, expiresAt: inAMinute() });
      await pass(61_000);
      expect(await store.isSignInEnded(id, userId)).toBe(true);
    });

    test('a sign-in belongs to who proved something in it last', async () => {
      const { store, other, userId } = subject;
      const id = newId();
      const row = { payload: '{"a":1}', expiresAt: inAMinute() };
      await store.saveArtifact('Interaction', id, row);
      await store.updateArtifact('Interaction', id, { ...row, userId });
      await store.updateArtifact('Interaction', id, { ...row, userId: 'usr_bob' });
      await other.deletePendingSignIns(userId);
      expect(await other.findArtifact('Interaction', id)).toMatchObject({ payload: '{"a":1}' });
      await store.updateArtifact('Interaction', id, { ...row, userId });
      await other.deletePendingSignIns('usr_bob');
      expect(await other.findArtifact('Interaction', id)).toMatchObject({ payload: '{"a":1}' });
      await other.deletePendingSignIns(userId);
      expect(await other.findArtifact('Interaction', id)).toBeUndefined();
    });

    test('a sign-in that was given up belongs to nobody, until it does again', async () => {
      const { store, other, userId } = subject;
      const id = newId();
      const row = { payload: '{"a":1}', expiresAt: inAMinute() };
      await store.saveArtifact('Interaction', id, { ...row, userId });
      await store.updateArtifact('Interaction', id, row);
      await other.deletePendingSignIns(userId);
      expect(await other.findArtifact('Interaction', id)).toMatchObject({ payload: '{"a":1}' });
      await store.updateArtifact('Interaction', id, { ...row, userId });
      await other.deletePendingSignIns(userId);
      expect(await other.findArtifact('Interaction', id)).toBeUndefined();
    });

    test('ends the sessions that are named, when they are of this person', async () => {
      const { store, userId } = subject;
      const [first, second, third, elsewhere] = [newId(), newId(), newId(), newId()];
      for (const uid of [first, second, third]) {
        await store.insertSession(newId(), { ...sessionRow(uid, userId), createdAt: 1 });
      }
      await store.insertSession(newId(), { ...sessionRow(elsewhere, undefined), createdAt: 1 });
      const ended = await store.deleteSessions({ userId, uids: [first, second, elsewhere, newId()] });
      expect(ended.sort()).toEqual([first, second].sort());
      expect(await store.deleteSessions({ userId, uids: [] })).toEqual([]);
      expect((await store.listSessionsOfUser(userId)).map(({ uid }) => uid)).toEqual([third]);
      expect(await store.findSessionByUid(elsewhere)).toBeDefined();
    });

    test('gives every part of a session back as it was', async () => {
      const { store, userId } = subject;
      const [id, uid] = [newId(), newId()];
      const whole = {
        ...sessionRow(uid, userId),
        payload: 'a\nb',
        userAgent: 'Łódź/1 ünïcode',
        network: '2001:db8::/64',
      };
      await store.insertSession(id, { ...whole, createdAt: 1 });
      const { expiresAt: _expiresAt, ...parts } = whole;
      expect(await store.findSession(id)).toEqual({ ...parts, createdAt: 1 });
    });

    test('never brings an ended session back', async () => {
      const { store, other, userId } = subject;
      const [id, uid] = [newId(), newId()];
      await store.insertSession(id, { ...sessionRow(uid, userId), createdAt: 1 });
      expect(await other.deleteSessions({ uid })).toEqual([uid]);
      expect(await store.updateSession(id, newId(), sessionRow(uid, userId))).toBe(false);
      expect(await store.listSessionsOfUser(userId)).toEqual([]);
    });

    test('ends all sessions of a person but one', async () => {
      const { store, userId } = subject;
      const uids = [newId(), newId(), newId()];
      for (const uid of uids) {
        await store.insertSession(newId(), { ...sessionRow(uid, userId), createdAt: 1 });
      }
      const [kept = '', ...ended] = uids;
      expect((await store.deleteSessions({ userId, exceptUid: kept })).sort()).toEqual(ended.sort());
      expect((await store.listSessionsOfUser(userId)).map(({ uid }) => uid)).toEqual([kept]);
    });

    test('counts an expired session as absent', async () => {
      const { store, userId, pass } = subject;
      const [id, uid] = [newId(), newId()];
      await store.insertSession(id, { ...sessionRow(uid, userId), createdAt: 1 });
      await pass(61_000);
      expect(await store.findSession(id)).toBeUndefined();
      expect(await store.findSessionByUid(uid)).toBeUndefined();
      expect(await store.listSessionsOfUser(userId)).toEqual([]);
    });

    test('keeps no id that opens a door', async () => {
      const { store, userId, dump } = subject;
      const ids = [newId(), newId(), newId()];
      const [artifact = '', session = '', moved = ''] = ids;
      await store.saveArtifact('AccessToken', artifact, { payload: '{}', expiresAt: inAMinute() });
      await store.insertSession(session, { ...sessionRow(newId(), userId), createdAt: 1 });
      await store.updateSession(session, moved, sessionRow(newId(), userId));
      const bytes = await dump();
      for (const id of ids) expect(bytes).not.toContain(id);
    });
  });
}

/** Every store for what must last passes this. */
export function lastingContract(
  name: string,
  open: () => Promise<StoreUnderTest<LastingStore & ShortLivedStore>>,
): void {
  describe(`${name}: lasting storage`, () => {
    let subject: StoreUnderTest<LastingStore & ShortLivedStore>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const grant = (userId: string, more: object = {}) => ({
      userId,
      clientId: 'cli_a',
      sessionUid: 'session',
      isOffline: false,
      payload: '{"g":1}',
      now: Date.now(),
      expiresAt: inAMinute(),
      ...more,
    });

    test('ends a grant, and its refresh tokens with it, in one step', async () => {
      const { store, other, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const token = newId();
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() });
      expect(await other.findGrant('grt_1')).toBe('{"g":1}');
      expect(await other.findRefreshToken(token, 0)).toBeDefined();
      expect(await other.deleteGrants({ id: 'grt_1' })).toBe(1);
      expect(await store.findGrant('grt_1')).toBeUndefined();
      expect(await store.findRefreshToken(token, 0)).toBeUndefined();
    });

    test('takes no refresh token for a grant that was ended meanwhile', async () => {
      const { store } = subject;
      const insert = store.insertRefreshToken(newId(), {
        grantId: 'grt_gone',
        payload: '{}',
        expiresAt: inAMinute(),
      });
      await expect(insert).rejects.toThrow();
    });

    const code = () => ({ id: newId(), grantId: 'grt_1', rememberedSeconds: 600 });
    const first = () => ({ id: newId(), payload: '{}', expiresAt: inAMinute() });

    test('of 50 simultaneous redemptions of a code one inserts its refresh token, whichever row decides', async () => {
      for (const by of ['artifact', 'redeemed_code'] as const) {
        const { store, other, userId } = subject;
        await store.insertGrant('grt_1', grant(userId));
        const one = code();
        await store.saveArtifact('AuthorizationCode', one.id, {
          payload: '{}',
          grantId: 'grt_1',
          expiresAt: inAMinute(),
        });
        const tokens = Array.from({ length: 50 }, first);
        const answers = await Promise.all(
          tokens.map((token, at) => (at % 2 === 0 ? store : other).redeemForRefreshToken(one, token, by)),
        );
        expect([by, answers.filter((answer) => answer === 'redeemed').length]).toEqual([by, 1]);
        expect(answers.filter((answer) => answer === 'spent')).toHaveLength(49);
        const found = await Promise.all(tokens.map(({ id }) => store.findRefreshToken(id, 0)));
        expect(found.map((each) => each !== undefined)).toEqual(
          answers.map((answer) => answer === 'redeemed'),
        );
        await store.deleteGrants({ id: 'grt_1' });
      }
    });

    test('a code whose grant was ended gives no refresh token, and is not spent by it', async () => {
      const { store, userId } = subject;
      const one = code();
      await store.saveArtifact('AuthorizationCode', one.id, { payload: '{}', expiresAt: inAMinute() });
      for (const by of ['artifact', 'redeemed_code'] as const)
        expect(await store.redeemForRefreshToken(one, first(), by)).toBe('ended');
      await store.insertGrant('grt_1', grant(userId));
      for (const by of ['artifact', 'redeemed_code'] as const)
        expect([by, await store.redeemForRefreshToken(one, first(), by)]).toEqual([by, 'redeemed']);
    });

    test('an expired code gives nothing', async () => {
      const { store, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const one = code();
      await store.saveArtifact('AuthorizationCode', one.id, { payload: '{}', expiresAt: Date.now() - 1000 });
      expect(await store.redeemForRefreshToken(one, first(), 'artifact')).toBe('spent');
    });

    test('ends the grants of one browser, offline ones too, whatever session they were begun in', async () => {
      const { store, userId } = subject;
      const other = { sessionUid: 'another', isOffline: true };
      await store.insertGrant('grt_1', grant(userId, { ...other, knownBrowserHash: 'this' }));
      await store.insertGrant('grt_2', grant(userId, { sessionUid: 'named', knownBrowserHash: undefined }));
      await store.insertGrant('grt_3', grant(userId, { ...other, knownBrowserHash: 'that' }));
      const device = { knownBrowserHash: 'this', sessionUids: ['named'] };
      expect(await store.deleteGrants({ userId: 'usr_nobody', ...device })).toBe(0);
      expect(await store.deleteGrants({ userId, ...device })).toBe(2);
      expect(await store.findGrant('grt_3')).toBeDefined();
    });

    test('ends grants by session (but offline ones), by person, by person and client, by client', async () => {
      const { store, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      await store.insertGrant('grt_2', grant(userId, { isOffline: true }));
      await store.insertGrant('grt_3', grant(userId, { sessionUid: 'another', clientId: 'cli_b' }));
      await store.insertGrant('grt_4', grant(userId, { sessionUid: undefined, clientId: 'cli_c' }));
      expect(await store.deleteGrants({ sessionUid: 'session' })).toBe(1);
      expect(await store.findGrant('grt_2')).toBeDefined();
      expect(await store.deleteGrants({ userId, clientId: 'cli_b' })).toBe(1);
      expect(await store.deleteGrants({ clientId: 'cli_c' })).toBe(1);
      expect(await store.deleteGrants({ userId })).toBe(1);
    });

    test('lets exactly one of 50 simultaneous calls consume, and records its key', async () => {
      const { store, other, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const token = newId();
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() });
      const calls = Array.from({ length: 50 }, (_, index) =>
        spend(index % 2 === 0 ? store : other, token, `key_${index}`),
      );
      const winners = (await Promise.all(calls)).flatMap((won, index) => (won ? [`key_${index}`] : []));
      expect(winners).toHaveLength(1);
      expect((await store.findRefreshToken(token, 10))?.successorKeyId).toBe(winners[0]);
    });

    test('spends a token and inserts its successor, both or neither', async () => {
      const { store, other, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const [token, successor, never] = [newId(), newId(), newId()];
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() });
      const row = { grantId: 'grt_1', payload: '{"rotations":1}', expiresAt: inAMinute() };
      expect(await store.rotateRefreshToken(token, 'key_1', { id: successor, ...row })).toBe(true);
      expect(await other.findRefreshToken(successor, 0)).toMatchObject({
        payload: row.payload,
        isEmptied: false,
      });
      expect(await other.rotateRefreshToken(token, 'key_2', { id: never, ...row })).toBe(false);
      expect(await store.findRefreshToken(never, 0)).toBeUndefined();
      expect((await store.findRefreshToken(token, 10))?.successorKeyId).toBe('key_1');
      await store.deleteGrants({ id: 'grt_1' });
      expect(await store.rotateRefreshToken(successor, 'key_1', { id: never, ...row })).toBe(false);
      expect(await store.findRefreshToken(never, 0)).toBeUndefined();
    });

    test('empties what was spent long ago, the oldest first, and keeps the key of whom it was bound to', async () => {
      const { store, other, userId, pass } = subject;
      const expiresAt = Date.now() + 3_600_000;
      await store.insertGrant('grt_1', grant(userId, { expiresAt }));
      const bound = '{"nonce":"n","jkt":"thumbprint"}';
      const [first, second, live] = [newId(), newId(), newId()] as const;
      for (const [id, payload] of [[first, '{"nonce":"n"}'] as const, [second, bound] as const])
        await store.insertRefreshToken(id, { grantId: 'grt_1', payload, expiresAt });
      await store.insertRefreshToken(live, { grantId: 'grt_1', payload: '{"nonce":"n"}', expiresAt });
      await spend(store, first, 'key_1');
      await pass(50_000);
      await spend(store, second, 'key_1');
      await pass(50_000);

      const empty = (spentSecondsAgo: number, batch: number, after = 0) =>
        store.emptySpentRefreshTokens({ spentSecondsAgo, batch, after });
      expect(await empty(110, 10)).toEqual({ count: 0, last: 0 });
      expect(await store.findRefreshToken(first, 3600)).toMatchObject({ isEmptied: false, isInGrace: true });
      const { count, last } = await empty(40, 1);
      expect(count).toBe(1);
      expect(await other.findRefreshToken(first, 3600)).toMatchObject({
        isEmptied: true,
        isInGrace: false,
        grantId: 'grt_1',
        grant: '{"g":1}',
        payload: '{}',
        consumedAt: last,
      });
      expect(await spend(store, first, 'key_2')).toBe(false);
      expect(await empty(40, 10, last + 3_600_000)).toMatchObject({ count: 0 });
      expect(await empty(40, 10, last)).toMatchObject({ count: 1 });
      expect(await store.findRefreshToken(second, 0)).toMatchObject({ isEmptied: true, payload: bound });
      expect(await store.findRefreshToken(live, 0)).toMatchObject({
        isEmptied: false,
        payload: '{"nonce":"n"}',
      });
      expect(await empty(0, 10)).toMatchObject({ count: 0 });
    });

    test('measures the grace time by its own clock, from the first consumption', async () => {
      const { store, userId, pass } = subject;
      await store.insertGrant('grt_1', grant(userId, { expiresAt: Date.now() + 3_600_000 }));
      const token = newId();
      const expiresAt = Date.now() + 3_600_000;
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt });
      await spend(store, token, 'key_1');
      expect(await store.findRefreshToken(token, 10)).toMatchObject({ isInGrace: true });
      expect(await store.findRefreshToken(token, 0)).toMatchObject({ isInGrace: false });
      await pass(11_000);
      expect(await spend(store, token, 'key_2')).toBe(false);
      expect(await store.findRefreshToken(token, 10)).toMatchObject({ isInGrace: false });
    });

    test('never revives a successor that was used', async () => {
      const { store, other, userId } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const successor = newId();
      const row = { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() };
      await store.insertRefreshToken(successor, row);
      await spend(store, successor, 'key_1');
      await other.insertRefreshToken(successor, row);
      expect((await store.findRefreshToken(successor, 0))?.consumedAt).toEqual(expect.any(Number));
    });

    test('counts what has expired as absent', async () => {
      const { store, userId, pass } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const token = newId();
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() });
      await pass(61_000);
      expect(await store.findGrant('grt_1')).toBeUndefined();
      expect(await store.findRefreshToken(token, 10)).toBeUndefined();
    });

    test('keeps no token that opens a door', async () => {
      const { store, userId, dump } = subject;
      await store.insertGrant('grt_1', grant(userId));
      const token = newId();
      await store.insertRefreshToken(token, { grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() });
      expect(await dump()).not.toContain(token);
    });
  });
}

/** Puts another in the place of a token, as a refresh does. */
function spend(store: LastingStore, token: string, keyId: string): Promise<boolean> {
  const successor = { id: newId(), grantId: 'grt_1', payload: '{}', expiresAt: inAMinute() };
  return store.rotateRefreshToken(token, keyId, successor);
}

function sessionRow(uid: string, userId: string | undefined) {
  return {
    uid,
    ...(userId === undefined ? {} : { userId }),
    payload: '{}',
    userAgent: 'Firefox',
    network: '127.0.0.1',
    lastSeenAt: Date.now(),
    expiresAt: inAMinute(),
  };
}
