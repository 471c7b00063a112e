import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { codeAt, findStep, otpauthUri } from '../../../src/methods/totp/codes.ts';
import { totpContext } from '../../../src/methods/totp/store.ts';
import { createTotp, sealedTotpColumns } from '../../../src/methods/totp/totp.ts';
import { eachDatabase } from '../../support/database.ts';
import { methodContract } from '../../support/method-contract.ts';
import { PLAIN, setUpTotp } from './set-up.ts';

methodContract('totp', async () => {
  const setUp = await setUpTotp({ limits: { account: [{ points: 1000, perSeconds: 60 }] } });
  const { secret } = await setUp.enrol();
  return {
    ...setUp,
    method: setUp.totp,
    person: setUp.ada,
    // A person waits for the next code.
    right: () => {
      setUp.clock.at += 30_000;
      return { code: codeAt(setUp.stepNow(), secret, PLAIN) };
    },
    wrong: () => ({ code: '000000' }),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
  };
});

// RFC 6238, appendix B: the secret of the test vectors for SHA-1 is `12345678901234567890`.
test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('RFC 6238 appendix B: at %d s the code is %s', (seconds, code) => {
  const settings = { algorithm: 'sha1', digits: 8, periodSeconds: 30 } as const;
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect(codeAt(Math.floor(seconds / 30), secret, settings)).toBe(code);
  expect(findStep(code, secret, settings, { now: seconds * 1000, driftSteps: 1 })).toBe(
    Math.floor(seconds / 30),
  );
});

test('the address for the app leaves out what every app takes for granted, and says the rest', () => {
  const names = { issuer: 'Café: North & South', account: 'ana@example.com', secret: 'JBSWY3DPEHPK3PXP' };
  expect(otpauthUri(names, PLAIN)).toBe(
    'otpauth://totp/Caf%C3%A9%20%20North%20%26%20South:ana%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Caf%C3%A9%20%20North%20%26%20South',
  );
  const uri = new URL(otpauthUri(names, { algorithm: 'sha256', digits: 8, periodSeconds: 60 }));
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    algorithm: 'SHA256',
    digits: '8',
    period: '60',
  });
});

eachDatabase('totp', (dialect) => {
  let setUp: Awaited<ReturnType<typeof setUpTotp>>;

  beforeEach(async () => {
    setUp = await setUpTotp({ dialect });
  });
  afterEach(() => setUp.close());

  describe('a code', () => {
    test('is taken one step early and one step late, and not two', async () => {
      const { secret } = await setUp.enrol();
      setUp.clock.at += 300_000;
      const at = (offset: number) => codeAt(setUp.stepNow() + offset, secret, PLAIN);
      for (const offset of [-2, 2]) {
        expect(await setUp.finish(at(offset))).toEqual({ refused: 'wrong', userId: setUp.ada.id });
      }
      for (const offset of [-1, 0, 1]) {
        expect(await setUp.finish(at(offset))).toEqual({ proved: setUp.ada.id });
      }
    });

    test('with no drift allowed is taken in its own step only', async () => {
      const strict = setUp.totpWith({ driftSteps: 0 });
      const { secret } = await setUp.enrol();
      const at = (offset: number) => codeAt(setUp.stepNow() + offset, secret, PLAIN);
      expect(await setUp.finish(at(-1), setUp.ada.id, strict)).toMatchObject({ refused: 'wrong' });
      expect(await setUp.finish(at(0), setUp.ada.id, strict)).toEqual({ proved: setUp.ada.id });
    });

    test('is taken as people type it', async () => {
      const { secret } = await setUp.enrol();
      const code = codeAt(setUp.stepNow(), secret, PLAIN);
      expect(await setUp.finish(` ${code.slice(0, 3)} ${code.slice(3)} `)).toEqual({ proved: setUp.ada.id });
    });

    test('RFC 6238 §5.2: works once, and so does every earlier one', async () => {
      const { secret } = await setUp.enrol();
      setUp.clock.at += 300_000;
      const [before, now] = [-1, 0].map((offset) => codeAt(setUp.stepNow() + offset, secret, PLAIN));
      expect(await setUp.finish(now ?? '')).toEqual({ proved: setUp.ada.id });
      expect(await setUp.finish(now ?? '')).toEqual({ refused: 'reused', userId: setUp.ada.id });
      expect(await setUp.finish(before ?? '')).toEqual({ refused: 'reused', userId: setUp.ada.id });
    });

    test('works once, of 50 at the same time', async () => {
      const { secret } = await setUp.enrol();
      const code = codeAt(setUp.stepNow(), secret, PLAIN);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => setUp.finish(code)));
      expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
      expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'reused')).toHaveLength(
        49,
      );
    });

    test('that confirmed the authenticator does not sign in as well', async () => {
      const { secret } = await setUp.enrol();
      setUp.clock.at -= 30_000;
      expect(await setUp.finish(codeAt(setUp.stepNow(), secret, PLAIN))).toMatchObject({ refused: 'reused' });
    });

    test('of any authenticator of the person is taken, and of nobody else', async () => {
      const phone = await setUp.enrol('Phone');
      const tablet = await setUp.enrol('Tablet');
      const grace = await setUp.users.create({ email: 'grace@navy.example', profile: {} }, SYSTEM);
      for (const { secret } of [tablet, phone]) {
        const code = codeAt(setUp.stepNow(), secret, PLAIN);
        expect(await setUp.finish(code, grace.id)).toEqual({ refused: 'wrong', userId: grace.id });
        expect(await setUp.finish(code)).toEqual({ proved: setUp.ada.id });
      }
      const [first, second] = await setUp.totp.enrolment.list(setUp.ada.id);
      expect([first?.lastUsedAt, second?.lastUsedAt]).toEqual([setUp.clock.at, setUp.clock.at]);
    });

    test('is judged by what its app was told, whatever the settings say now', async () => {
      const settings = { algorithm: 'sha256', digits: 8, periodSeconds: 60 } as const;
      const { secret } = await setUp.enrol('Big', setUp.totpWith(settings));
      expect(await setUp.finish(codeAt(setUp.stepNow(60), secret, settings))).toEqual({
        proved: setUp.ada.id,
      });
    });
  });

  describe('an authenticator', () => {
    test('counts only when its first code was right; a wrong one can be tried again', async () => {
      const { totp, ada } = setUp;
      const { keep, show } = await totp.enrolment.begin(ada.id);
      const secret = (keep as { secret: string }).secret;
      expect(show).toMatchObject({ secret, digits: 6, count: 0 });
      expect(show?.uri).toBe(`otpauth://totp/Acme:Ada%40analytical.example?secret=${secret}&issuer=Acme`);
      expect(await totp.enrolment.finish(ada.id, { code: '000000' }, keep)).toEqual({
        refused: 'totp.wrong',
      });
      expect(await totp.isEnrolled(ada.id)).toBe(false);

      const code = codeAt(setUp.stepNow(), secret, PLAIN);
      const outcome = await totp.enrolment.finish(ada.id, { code, name: '  Ada’s  phone ' }, keep);
      expect(outcome).toMatchObject({ proof: { amr: ['otp'], kind: 'possession' } });
      expect(await totp.enrolment.list(ada.id)).toEqual([
        { id: 'enrolled' in outcome && outcome.enrolled, name: 'Ada’s  phone', createdAt: setUp.clock.at },
      ]);
    });

    test('is added once, of 50 right codes at the same time', async () => {
      const { totp, ada } = setUp;
      const { keep } = await totp.enrolment.begin(ada.id);
      const code = codeAt(setUp.stepNow(), (keep as { secret: string }).secret, PLAIN);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => totp.enrolment.finish(ada.id, { code, name: 'Phone' }, keep)),
      );
      expect(outcomes.filter((outcome) => 'enrolled' in outcome)).toHaveLength(1);
      expect(await totp.enrolment.list(ada.id)).toHaveLength(1);
    });

    test('is not one more than the setting allows', async () => {
      const two = setUp.totpWith({ maximumPerPerson: 2 });
      await setUp.enrol('One', two);
      await setUp.enrol('Two', two);
      await expect(setUp.enrol('Three', two)).rejects.toThrow('totp.too_many');
    });

    test('is renamed and removed by its owner only', async () => {
      const { totp, ada, users } = setUp;
      const { id, secret } = await setUp.enrol();
      const grace = await users.create({ email: 'grace@navy.example', profile: {} }, SYSTEM);
      expect(await totp.enrolment.rename(grace.id, id, 'Mine')).toBe(false);
      expect(await totp.enrolment.remove(grace.id, id)).toBe(false);
      expect(await totp.enrolment.rename(ada.id, id, 'a\u202eb')).toBe(false);
      expect(await totp.enrolment.rename(ada.id, id, ' ')).toBe(false);
      expect(await totp.enrolment.rename(ada.id, id, `${'y'.repeat(70)}`)).toBe(true);
      expect(await totp.enrolment.list(ada.id)).toMatchObject([{ name: 'y'.repeat(60) }]);
      expect(await totp.enrolment.remove(ada.id, id)).toBe(true);
      expect(await totp.isEnrolled(ada.id)).toBe(false);
      expect(await setUp.finish(codeAt(setUp.stepNow(), secret, PLAIN))).toMatchObject({ refused: 'wrong' });
    });

    test('goes with its owner', async () => {
      await setUp.enrol();
      await setUp.users.delete(setUp.ada.id, SYSTEM);
      expect(await setUp.db('totp_credentials').select('id')).toEqual([]);
    });
  });

  describe('the secret', () => {
    test('is nowhere in the table, and opens in its own row only', async () => {
      const first = await setUp.enrol('One');
      const second = await setUp.enrol('Two');
      const rows = await setUp.db('totp_credentials').select('id', 'sealed_secret').orderBy('created_at');
      expect(JSON.stringify(rows)).not.toContain(first.secret);
      expect(setUp.sealer.open(rows[0].sealed_secret, totpContext(first.id)).toString()).toBe(first.secret);

      await setUp
        .db('totp_credentials')
        .where({ id: second.id })
        .update({ sealed_secret: rows[0].sealed_secret });
      await expect(setUp.finish(codeAt(setUp.stepNow(), first.secret, PLAIN))).resolves.toBeTruthy();
      await expect(setUp.finish('000000')).rejects.toThrow('seal.broken');
    });

    test('is sealed anew by `keys reseal`', async () => {
      const { id, secret } = await setUp.enrol();
      const [column] = sealedTotpColumns;
      const [oldKey, newKey] = [Buffer.alloc(32, 5), Buffer.alloc(32, 6)];
      const both = createSealer([newKey, oldKey]);
      const context = column?.context(id) ?? '';
      const row = await setUp
        .db(column?.table ?? '')
        .where({ [column?.idColumn ?? '']: id })
        .first(column?.column ?? '');
      const resealed = both.seal(both.open(row.sealed_secret, context), context);
      await setUp.db('totp_credentials').where({ id }).update({ sealed_secret: resealed });
      const after = createTotp({
        store: setUp.totpStore,
        users: setUp.users,
        sealer: createSealer([newKey]),
        clock: setUp.clock,
        config: { ...PLAIN, driftSteps: 1, maximumPerPerson: 5 },
        issuerName: 'Acme',
      });
      expect(await setUp.finish(codeAt(setUp.stepNow(), secret, PLAIN), setUp.ada.id, after)).toEqual({
        proved: setUp.ada.id,
      });
    });
  });
});
