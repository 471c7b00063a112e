import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { eachDatabase } from '../../support/database.ts';
import { methodContract } from '../../support/method-contract.ts';
import { requestFrom } from '../../support/request-info.ts';
import { createAuthenticator } from './authenticator.ts';
import { type PasskeySetUp, setUpPasskey } from './set-up.ts';

const proved = ({ id }: { id: string }) => ({ proved: id, person: expect.objectContaining({ id }) });

methodContract('passkey', async () => {
  const setUp = await setUpPasskey();
  const { authenticator } = await setUp.enrol(setUp.ada.id);
  const stranger = createAuthenticator();
  return {
    ...setUp,
    method: setUp.passkey,
    person: setUp.ada,
    right: (shown) => ({ credential: authenticator.get(shown) }),
    wrong: (shown) => {
      const answer = JSON.parse(authenticator.get(shown));
      answer.response.signature = stranger.get(shown) && JSON.parse(stranger.get(shown)).response.signature;
      return { credential: JSON.stringify(answer) };
    },
    stranger: (shown) => ({ credential: stranger.get(shown) }),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
    request: () => requestFrom('192.0.2.1'),
  };
});

eachDatabase('signing in with a passkey', (dialect) => {
  let my: PasskeySetUp;

  beforeEach(async () => {
    my = await setUpPasskey({ dialect });
  });
  afterEach(() => my.close());

  test.each(['ES256', 'EdDSA', 'RS256'] as const)('proves who answers with an %s key', async (algorithm) => {
    const { authenticator } = await my.enrol(my.ada.id, { algorithm });
    const { attemptId, show } = await my.begin();
    expect(await my.finish(attemptId, authenticator.get(show))).toMatchObject({ proved: my.ada.id });
  });

  test.each(['badge.40712', 'x'.repeat(64), 'x'.repeat(128)])(
    'proves who has the chosen id %j, by a user handle of at most 64 bytes (WebAuthn L3 §4)',
    async (userId) => {
      await my.users.create({ id: userId, email: 'chosen@example.com' }, SYSTEM);
      const { authenticator } = await my.enrol(userId);
      expect(Buffer.from(authenticator.userHandle, 'base64url').length).toBeLessThanOrEqual(64);
      const { attemptId, show } = await my.begin();
      expect(await my.finish(attemptId, authenticator.get(show))).toMatchObject({ proved: userId });
    },
  );

  test('a first step names no passkey and asks for the person to be verified if that can be', async () => {
    await my.enrol(my.ada.id);
    const { show } = await my.begin();
    expect(show?.publicKey).toMatchObject({
      rpId: 'id.example',
      allowCredentials: [],
      userVerification: 'preferred',
    });
  });

  test('a second factor names the person’s own passkeys and demands that they are verified', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const { show } = await my.begin(my.ada.id);
    expect(show?.publicKey).toMatchObject({
      allowCredentials: [{ id: authenticator.credentialId }],
      userVerification: 'required',
    });
  });

  test('a verified person counts as two factors, one who only touched a key as one', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const verified = await my.begin();
    expect(await my.finish(verified.attemptId, authenticator.get(verified.show))).toEqual({
      ...proved(my.ada),
      amr: ['hwk', 'user', 'mfa'],
      kind: 'multi',
    });
    authenticator.verifiesUser = false;
    const touched = await my.begin();
    expect(await my.finish(touched.attemptId, authenticator.get(touched.show))).toEqual({
      ...proved(my.ada),
      amr: ['hwk', 'user'],
      kind: 'possession',
    });
    const second = await my.begin(my.ada.id);
    expect(await my.finish(second.attemptId, authenticator.get(second.show), { userId: my.ada.id })).toEqual({
      refused: 'wrong',
    });
  });

  test('a passkey that is synced says so in what it proves', async () => {
    const { authenticator } = await my.enrol(my.ada.id, { isSynced: true });
    for (let times = 0; times < 3; times += 1) {
      const { attemptId, show } = await my.begin();
      expect(await my.finish(attemptId, authenticator.get(show))).toEqual({
        ...proved(my.ada),
        amr: ['swk', 'user', 'mfa'],
        kind: 'multi',
      });
    }
  });

  test('a key that could not be copied when it was saved cannot be copied later', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    authenticator.isSynced = true;
    const { attemptId, show } = await my.begin();
    expect(await my.finish(attemptId, authenticator.get(show))).toEqual({ refused: 'wrong' });
  });

  test.each([
    ['another site’s page', { origin: 'https://id.example.evil.example' }],
    ['plain http', { origin: 'http://id.example' }],
    ['another port', { origin: 'https://id.example:8443' }],
    ['another site’s passkey', { rpId: 'evil.example' }],
    ['nobody there', { isPresent: false }],
  ])('refuses an answer from %s', async (_title, change) => {
    const { authenticator } = await my.enrol(my.ada.id);
    Object.assign(authenticator, change);
    const { attemptId, show } = await my.begin();
    expect(await my.finish(attemptId, authenticator.get(show))).toEqual({ refused: 'wrong' });
  });

  test('refuses an answer to another challenge, and one that is sent again', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const [first, other] = [await my.begin(), await my.begin()];
    const answer = authenticator.get(first.show);
    expect(await my.finish(other.attemptId, answer)).toEqual({ refused: 'wrong' });
    expect(await my.finish(first.attemptId, answer)).toMatchObject({ proved: my.ada.id });
    expect(await my.finish(first.attemptId, answer)).toEqual({ refused: 'expired' });
    expect(await my.finish(undefined, answer)).toEqual({ refused: 'expired' });
  });

  test('refuses a challenge of another browser, another purpose and another person', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const grace = await my.users.create({ email: 'grace@navy.example' }, SYSTEM);
    const elsewhere = await my.begin(undefined, 'interaction-2');
    expect(await my.finish(elsewhere.attemptId, authenticator.get(elsewhere.show))).toEqual({
      refused: 'expired',
    });
    const hers = await my.begin(grace.id);
    expect(await my.finish(hers.attemptId, authenticator.get(hers.show), { userId: my.ada.id })).toEqual({
      refused: 'expired',
    });
    const enrolment = await my.beginSaving();
    const forSignIn = await my.begin();
    expect(await my.finish(forSignIn.attemptId, authenticator.get(enrolment.show))).toEqual({
      refused: 'wrong',
    });
  });

  test('another person’s passkey is no second factor', async () => {
    const grace = await my.users.create({ email: 'grace@navy.example' }, SYSTEM);
    await my.enrol(my.ada.id);
    const { authenticator } = await my.enrol(grace.id);
    const { attemptId, show } = await my.begin(my.ada.id);
    expect(await my.finish(attemptId, authenticator.get(show), { userId: my.ada.id })).toEqual({
      refused: 'wrong',
    });
  });

  test('a passkey that says it is another person’s proves nobody', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    authenticator.userHandle = Buffer.from('usr_somebody').toString('base64url');
    const named = await my.begin();
    expect(await my.finish(named.attemptId, authenticator.get(named.show))).toEqual({ refused: 'wrong' });
    authenticator.userHandle = '';
    const unnamed = await my.begin();
    expect(await my.finish(unnamed.attemptId, authenticator.get(unnamed.show))).toEqual({ refused: 'wrong' });
  });

  test('a challenge ends after five minutes', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const inTime = await my.begin();
    my.clock.at += 299_000;
    expect(await my.finish(inTime.attemptId, authenticator.get(inTime.show))).toMatchObject({
      proved: my.ada.id,
    });
    const late = await my.begin();
    my.clock.at += 300_000;
    expect(await my.finish(late.attemptId, authenticator.get(late.show))).toEqual({ refused: 'expired' });
  });

  test('of 50 uses of one challenge at the same time one succeeds', async () => {
    const { authenticator } = await my.enrol(my.ada.id, { isSynced: true });
    const { attemptId, show } = await my.begin();
    const answer = authenticator.get(show);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => my.finish(attemptId, answer)));
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
    expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'expired')).toHaveLength(
      49,
    );
  });

  test.each([
    ['stands still', 9],
    ['falls', 4],
    ['is not there any more', 0],
  ])(
    'of a passkey that may be copied the counter is ignored: it %s (WebAuthn L3 §7.2)',
    async (_title, then) => {
      const { authenticator } = await my.enrol(my.ada.id, { isSynced: true });
      const beside = my.methodsOf([my.password, my.passkey]);
      for (const counter of [9, then]) {
        authenticator.counter = counter;
        const { attemptId, show } = await my.begin();
        const proof = await my.finish(attemptId, authenticator.get(show), { by: beside });
        expect(proof).toMatchObject({ proved: my.ada.id });
        expect(proof).not.toHaveProperty('isDoubted');
      }
      expect(await my.audit.list({ event: 'passkey.counter_regressed' })).toEqual([]);
      expect(my.mails).toEqual([]);
    },
  );

  test('of others a counter that did not grow is accepted, audited each time, and mailed once', async () => {
    const { authenticator, id } = await my.enrol(my.ada.id);
    authenticator.counter = 9;
    const first = await my.begin();
    expect(await my.finish(first.attemptId, authenticator.get(first.show))).toMatchObject({
      proved: my.ada.id,
    });
    for (const counter of [9, 4, -1]) {
      authenticator.counter = counter;
      my.clock.at += 1000;
      const { attemptId, show } = await my.begin();
      expect(await my.finish(attemptId, authenticator.get(show))).toMatchObject({ proved: my.ada.id });
    }
    const events = await my.audit.list({ event: 'passkey.counter_regressed' });
    const seen = events.map(({ userId, outcome, detail }) => ({ userId, outcome, detail }));
    const event = (stored: number, received: number) => ({
      userId: my.ada.id,
      outcome: 'success',
      detail: { passkey: id, stored, received },
    });
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(expect.arrayContaining([event(10, 10), event(10, 5), event(5, 0)]));
    expect(my.mails).toEqual([
      {
        to: my.ada.email,
        template: 'passkey-doubted',
        data: expect.objectContaining({ name: 'Passkey (Firefox · Linux)', when: my.clock.at - 2000 }),
        locale: expect.any(String),
      },
    ]);
  });

  test('it is in doubt from then on, until another way is proved as well, or it is the only way', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const beside = my.methodsOf([my.password, my.passkey]);
    const prove = async (counter: number, by = beside) => {
      authenticator.counter = counter;
      my.clock.at += 1000;
      const { attemptId, show } = await my.begin();
      return my.finish(attemptId, authenticator.get(show), { by });
    };
    expect(await prove(9)).not.toHaveProperty('isDoubted');
    expect(await prove(4)).toMatchObject({ proved: my.ada.id, isDoubted: true });
    // Who holds a copy only has to count further.
    expect(await prove(40)).toMatchObject({ isDoubted: true });
    expect(await prove(41, my.methods)).not.toHaveProperty('isDoubted');
    await beside.settleDoubts(my.ada.id, my.clock.at - 60_000);
    expect(await prove(50)).toMatchObject({ isDoubted: true });
    await beside.settleDoubts(my.ada.id, my.clock.at);
    expect(await prove(60)).not.toHaveProperty('isDoubted');
    expect(await prove(3)).toMatchObject({ isDoubted: true });
    expect(my.mails).toHaveLength(2);
  });

  test('of 50 answers with one count at the same time one is beyond doubt, and one mail goes out', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    const begun = await Promise.all(Array.from({ length: 50 }, () => my.begin()));
    const answers = begun.map(({ attemptId, show }) => {
      authenticator.counter = 0;
      return { attemptId, answer: authenticator.get(show) };
    });
    const outcomes = await Promise.all(answers.map(({ attemptId, answer }) => my.finish(attemptId, answer)));
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(50);
    expect(await my.audit.list({ event: 'passkey.counter_regressed' })).toHaveLength(49);
    expect(my.mails).toHaveLength(1);
  });

  test('a passkey that was removed proves nobody, and its browser can be told to forget it', async () => {
    const { authenticator, id } = await my.enrol(my.ada.id);
    expect(await my.passkey.isUnknown(authenticator.credentialId)).toBe(false);
    expect(await my.passkey.enrolment.remove('usr_somebody', id)).toBe(false);
    const { attemptId, show } = await my.begin();
    expect(await my.passkey.enrolment.remove(my.ada.id, id)).toBe(true);
    expect(await my.finish(attemptId, authenticator.get(show))).toEqual({ refused: 'wrong' });
    expect(await my.passkey.isUnknown(authenticator.credentialId)).toBe(true);
    expect(await my.passkey.isUnknown("' or 1=1")).toBe(false);
  });

  test('passkeys go with their person', async () => {
    const { authenticator } = await my.enrol(my.ada.id);
    await my.users.delete(my.ada.id, SYSTEM);
    expect(await my.passkey.isUnknown(authenticator.credentialId)).toBe(true);
  });
});

eachDatabase('saving a passkey', (dialect) => {
  let my: PasskeySetUp;

  afterEach(() => my.close());

  test('asks for a passkey that names its person, without attestation, in place of none they have', async () => {
    my = await setUpPasskey({ dialect });
    const { authenticator } = await my.enrol(my.ada.id);
    const { show } = await my.beginSaving();
    expect(show?.publicKey).toMatchObject({
      rp: { id: 'id.example', name: 'Acme' },
      user: { name: 'Ada@analytical.example', displayName: 'Ada Lovelace' },
      attestation: 'none',
      excludeCredentials: [{ id: authenticator.credentialId, transports: ['internal'] }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ alg, type: 'public-key' })),
    });
  });

  test('names it for who keeps it and where, and tells when it was made, used and whether it is synced', async () => {
    my = await setUpPasskey({ dialect });
    const { authenticator, id } = await my.enrol(my.ada.id, {
      aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
      isSynced: true,
    });
    const createdAt = my.clock.at;
    const name = 'iCloud Keychain (Firefox · Linux)';
    expect(await my.passkey.enrolment.list(my.ada.id)).toEqual([{ id, name, createdAt, isSynced: true }]);
    my.clock.at += 1000;
    const { attemptId, show } = await my.begin();
    await my.finish(attemptId, authenticator.get(show));
    expect(await my.passkey.enrolment.list(my.ada.id)).toMatchObject([{ lastUsedAt: createdAt + 1000 }]);
  });

  test('an unknown kind is just a passkey, and a person may give it a name', async () => {
    my = await setUpPasskey({ dialect });
    const { id } = await my.enrol(my.ada.id, { aaguid: '11111111-2222-3333-4444-555555555555' });
    const nameNow = async () => (await my.passkey.enrolment.list(my.ada.id))[0]?.name;
    expect(await nameNow()).toBe('Passkey (Firefox · Linux)');
    expect(await my.passkey.enrolment.rename(my.ada.id, id, '  Blue key ')).toBe(true);
    for (const wrong of ['', '  ', 'x'.repeat(101), 'a\nb', 'a\u202eb']) {
      expect(await my.passkey.enrolment.rename(my.ada.id, id, wrong)).toBe(false);
    }
    expect(await my.passkey.enrolment.rename('usr_somebody', id, 'Mine')).toBe(false);
    expect(await nameNow()).toBe('Blue key');
  });

  test('refuses one that is saved already, also for somebody else', async () => {
    my = await setUpPasskey({ dialect });
    const { authenticator } = await my.enrol(my.ada.id);
    expect(await my.save(authenticator)).toEqual({ refused: 'passkey.saved_already' });
  });

  test.each([
    ['another site’s page', { origin: 'https://evil.example' }],
    ['another site’s name', { rpId: 'evil.example' }],
    ['nobody there', { isPresent: false }],
  ])('refuses one from %s', async (_title, change) => {
    my = await setUpPasskey({ dialect });
    expect(await my.save(createAuthenticator(change))).toEqual({ refused: 'passkey.not_saved' });
  });

  test('takes one with nobody there only when the browser makes it by itself', async () => {
    my = await setUpPasskey({ dialect });
    const saved = await my.save(createAuthenticator({ isPresent: false }), my.ada.id, { isQuiet: true });
    expect(saved).toEqual({ enrolled: expect.stringMatching(/^psk_/) });
  });

  describe('as a second factor', () => {
    const oldKey = { attachment: 'cross-platform', isDiscoverable: false, verifiesUser: false } as const;
    const second = { isSecond: true };

    test('an older security key is saved, and proves what a touch proves', async () => {
      my = await setUpPasskey({ dialect });
      const asked = await my.beginSaving(my.ada.id, second);
      expect(asked.show?.publicKey).toMatchObject({ authenticatorSelection: { residentKey: 'preferred' } });
      const { authenticator } = await my.enrol(my.ada.id, oldKey, second);
      expect(await my.passkey.enrolment.list(my.ada.id)).toMatchObject([{ isSecondOnly: true }]);
      expect(await my.passkey.isSecondOnly(my.ada.id)).toBe(true);
      expect(await my.passkey.atBest(my.ada.id)).toEqual({ amr: ['hwk', 'user'], kind: 'possession' });
      const { attemptId, show } = await my.begin(my.ada.id);
      expect(show?.publicKey).toMatchObject({
        allowCredentials: [{ id: authenticator.credentialId }],
        userVerification: 'preferred',
      });
      expect(await my.finish(attemptId, authenticator.get(show), { userId: my.ada.id })).toMatchObject({
        proved: my.ada.id,
        amr: ['hwk', 'user'],
        kind: 'possession',
      });
    });

    test('beside it a passkey that made sure of the person once must do so again', async () => {
      my = await setUpPasskey({ dialect });
      await my.enrol(my.ada.id, oldKey, second);
      const { authenticator } = await my.enrol(my.ada.id);
      expect(await my.passkey.isSecondOnly(my.ada.id)).toBe(false);
      authenticator.verifiesUser = false;
      const { attemptId, show } = await my.begin(my.ada.id);
      expect(await my.finish(attemptId, authenticator.get(show), { userId: my.ada.id })).toEqual({
        refused: 'wrong',
      });
    });

    test('and a key that was given a PIN since must from then on', async () => {
      my = await setUpPasskey({ dialect });
      const { authenticator } = await my.enrol(my.ada.id, oldKey, second);
      const answer = async (verifiesUser: boolean) => {
        authenticator.verifiesUser = verifiesUser;
        const { attemptId, show } = await my.begin(my.ada.id);
        return my.finish(attemptId, authenticator.get(show), { userId: my.ada.id });
      };
      expect(await answer(true)).toMatchObject({ kind: 'multi' });
      expect(await answer(false)).toEqual({ refused: 'wrong' });
    });

    test.each([
      ['a key of which the browser says so', { ...oldKey, isDiscoverable: true }, false],
      ['a key of which the browser says nothing', { attachment: 'cross-platform' } as const, true],
      ['a device of which the browser says nothing', {}, false],
      [
        'a synced one of which the browser says nothing',
        { attachment: 'cross-platform', isSynced: true } as const,
        false,
      ],
    ])('%s', async (_title, options, isSecondOnly) => {
      my = await setUpPasskey({ dialect });
      await my.enrol(my.ada.id, options, second);
      expect(await my.passkey.isSecondOnly(my.ada.id)).toBe(isSecondOnly);
    });

    test('it is no way in by itself: the last one that is stays', async () => {
      my = await setUpPasskey({ dialect });
      const methods = my.methodsOf([my.password, my.passkey]);
      await my.enrol(my.ada.id, oldKey, second);
      const attempt = { request: requestFrom('192.0.2.1') };
      const remove = (method: string, credentialId: string) =>
        methods.enrol.remove(method, { userId: my.ada.id, credentialId, attempt });
      expect(await remove('password', 'password')).toEqual({ refused: 'last_way' });
      const { id } = await my.enrol(my.ada.id);
      expect(await remove('password', 'password')).toEqual({ removed: true });
      expect(await remove('passkey', id)).toEqual({ refused: 'last_way' });
    });

    test('an operator takes it away with the other second factors, and leaves what opens the account', async () => {
      my = await setUpPasskey({ dialect });
      await my.enrol(my.ada.id, oldKey, second);
      const { id } = await my.enrol(my.ada.id);
      expect(await my.methods.enrol.removeSecondFactors(my.ada.id, { only: ['totp'] })).toEqual({});
      expect(await my.methods.enrol.removeSecondFactors(my.ada.id)).toEqual({ passkey: 1 });
      expect(await my.passkey.enrolment.list(my.ada.id)).toMatchObject([{ id }]);
      expect(await my.methods.enrol.removeSecondFactors(my.ada.id, { passkeys: true })).toEqual({
        passkey: 1,
      });
    });

    test('who has no other way is asked for one that is a way by itself', async () => {
      my = await setUpPasskey({ dialect });
      const place = { userId: my.ada.id, attempt: { request: requestFrom('192.0.2.1') }, boundTo: 'session' };
      const residentKey = async (methods: typeof my.methods) => {
        const begun = await methods.enrol.begin('passkey', { ...place, isSecond: true });
        const { publicKey } = (begun as { show: { publicKey: unknown } }).show;
        return (publicKey as { authenticatorSelection: object }).authenticatorSelection;
      };
      expect(await residentKey(my.methods)).toMatchObject({ residentKey: 'required' });
      expect(await residentKey(my.methodsOf([my.password, my.passkey]))).toMatchObject({
        residentKey: 'preferred',
      });
    });
  });

  test('refuses an answer to another challenge, to a sign-in, after five minutes, and what is none', async () => {
    my = await setUpPasskey({ dialect });
    const authenticator = createAuthenticator();
    const [first, other] = [await my.beginSaving(), await my.beginSaving()];
    const finish = (credential: string) => my.finishSaving(credential, first.keep);
    const refused = { refused: 'passkey.not_saved' };
    expect(await finish(authenticator.create(other.show))).toEqual(refused);
    expect(await finish(authenticator.get(first.show))).toEqual(refused);
    expect(await finish('{}')).toEqual(refused);
    expect(await finish('x'.repeat(9000))).toEqual(refused);
    my.clock.at += 300_000;
    expect(await finish(authenticator.create(first.show))).toEqual({ refused: 'passkey.expired' });
    expect(await my.passkey.isEnrolled(my.ada.id)).toBe(false);
  });

  test('an operator allows some kinds of authenticators, or denies some', async () => {
    const [good, bad] = ['bada5566-a7aa-401f-bd96-45619a55120d', 'd548826e-79b4-db40-a3d8-11116f7e8349'];
    for (const config of [{ allowedAaguids: [good] }, { deniedAaguids: [bad] }]) {
      my = await setUpPasskey({ dialect, config });
      expect(await my.save(createAuthenticator({ aaguid: bad }))).toEqual({
        refused: 'passkey.kind_refused',
      });
      expect(await my.save(createAuthenticator({ aaguid: good }))).toHaveProperty('enrolled');
      if (config.allowedAaguids) await my.close();
    }
  });

  test('a person has so many and no more', async () => {
    my = await setUpPasskey({ dialect, config: { maximumPerPerson: 1 } });
    await my.enrol(my.ada.id);
    expect(await my.save(createAuthenticator())).toEqual({
      refused: 'passkey.too_many',
      detail: { maximum: 1 },
    });
  });

  test('related origins may use the passkeys of this one', async () => {
    my = await setUpPasskey({ dialect, config: { relatedOrigins: ['https://acme.example'] } });
    const { authenticator } = await my.enrol(my.ada.id, { origin: 'https://acme.example' });
    const { attemptId, show } = await my.begin();
    expect(await my.finish(attemptId, authenticator.get(show))).toMatchObject({ proved: my.ada.id });
  });

  test('a passkey is offered to who has none, and not again for thirty days, or ever', async () => {
    my = await setUpPasskey({ dialect });
    const { offer } = my.passkey;
    expect(await offer.isDue(my.ada.id)).toBe(true);
    await offer.notNow(my.ada.id);
    expect(await offer.isDue(my.ada.id)).toBe(false);
    my.clock.at += 30 * 86_400_000;
    expect(await offer.isDue(my.ada.id)).toBe(true);
    await offer.never(my.ada.id);
    my.clock.at += 4000 * 86_400_000;
    expect(await offer.isDue(my.ada.id)).toBe(false);
    const grace = await my.users.create({ email: 'grace@navy.example' }, SYSTEM);
    await my.enrol(grace.id);
    expect(await offer.isDue(grace.id)).toBe(false);
  });
});
