import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createMailedProofs } from '../../src/mailed-codes/mailed-codes.ts';
import { ADA, otherThan, setUpEmail } from '../methods/email/set-up.ts';
import { eachDatabase } from '../support/database.ts';

/**
 * Mails that were out when Gatehouse was upgraded: their rows are as the code of 681f139 wrote them, when signing in by
 * e-mail and recovery had an implementation each. A link that was not pressed and a code that was not typed yet go on.
 */

const MAILED_AT = 1_800_000_000_000;
const BROWSER = 'hash of a browser';

type SetUp = Awaited<ReturnType<typeof setUpEmail>>;
let setUp: SetUp;

eachDatabase('mailed before the upgrade', (dialect) => {
  beforeEach(async () => {
    setUp = await setUpEmail({ dialect });
    setUp.clock.at = MAILED_AT + 60_000;
    await setUp.users.update(setUp.ada.id, { email: ADA }, SYSTEM);
    await setUp.db('mailed_proofs').insert(RECOVERIES.map(({ row }) => ({ ...row, ...UNANSWERED })));
    await setUp.db('email_codes').insert(
      SIGN_INS.map(({ id, row }) => ({
        ...row,
        id,
        user_id: setUp.ada.id,
        key_id: 'key_1',
        answers_left: 5,
        expires_at: MAILED_AT + 600_000,
      })),
    );
  });
  afterEach(() => setUp.close());

  test.each(['code', 'token'] as const)('a sign-in by e-mail is finished with the %s', async (kind) => {
    for (const signIn of SIGN_INS) {
      expect(await setUp.email.readLink(signIn.token)).toEqual({
        id: signIn.id,
        code: signIn.code,
        address: ADA,
        attemptId: signIn.handle,
        boundTo: signIn.boundTo,
        clientId: 'cli_books',
        browserHash: BROWSER,
        askedAt: MAILED_AT,
        expiresAt: MAILED_AT + 600_000,
      });
      const finish = (code: string) =>
        setUp.email.finish({ answer: { code }, kept: { id: signIn.id }, now: setUp.clock.now() });
      expect(await finish(otherThan(signIn.code))).toEqual({ refused: 'wrong' });
      expect(await finish(signIn[kind])).toEqual({ proved: setUp.ada.id });
      expect(await finish(signIn.token)).toEqual({ refused: 'expired' });
    }
  });

  test('a recovery is proved with its code, or with its link, in the browser that asked', async () => {
    const proofs = createMailedProofs({
      ...setUp,
      keys: {
        serverKeys: {
          current: async () => ({ id: 'key_1', key: Buffer.alloc(32, 3) }),
          find: async () => Buffer.alloc(32, 3),
        },
      },
    });
    const [byCode, byLink] = RECOVERIES;
    const link = await proofs.readLink('recovery', byLink.token);
    expect(link).toEqual({
      id: byLink.id,
      code: byLink.code,
      browserHash: BROWSER,
      expiresAt: MAILED_AT + 600_000,
    });
    expect(await proofs.answer('recovery', byCode.id, 'hash of another', byCode.code)).toBe('expired');
    expect(await proofs.answer('recovery', byCode.id, BROWSER, byLink.code)).toBe('wrong');
    expect(await proofs.answer('recovery', byCode.id, BROWSER, byCode.code)).toBe('proved');
    expect(await proofs.answerByLink('recovery', byLink.token, 'hash of another')).toBeUndefined();
    expect(await proofs.answerByLink('recovery', byLink.token, BROWSER)).toBe(byLink.id);
    for (const { id } of RECOVERIES) {
      const state = { email: ADA, startedAt: MAILED_AT };
      expect(await proofs.find('recovery', id, BROWSER)).toEqual({
        id,
        state,
        isProved: true,
        isOpen: false,
        version: expect.any(Number),
      });
    }
  });
});

const UNANSWERED = {
  kind: 'recovery',
  version: 1,
  key_id: 'key_1',
  answers_left: 5,
  expires_at: MAILED_AT + 600_000,
};

const RECOVERIES = [
  {
    id: 'fEU1bZAtF4aHSSnwNWgph4G8-SW7DrbulAoxcY74QJA',
    token: 'xv9U2WjeRt0S9dYtRXIoORqF-hIsjBkQSorIE4LIFKs',
    code: '718688',
    row: {
      id_hash: '-mNGYBDoUt4qzJWM1I-F4P4w3sq890vIPu5DW_4GCU4',
      binding: 'HoalHccw5p0D0MbVpf_g1SUxjVg_UlNWSHS_0mRJrgE',
      sealed:
        'v1.iXaxuacp.11f4AqfLBaTA0CZB.GJmHGtQyiZ6lIEaCZ1ZXVyrGsy4qScY5EK5fOXsNIcZ-U_yKIrqgXN_0ocej_DeKPTWdzi_tsdXg_TnTq4tPaqMu7TQPPiF_l5mddg',
      token_hash: '_sP8Y7Lq4y7eDFcvbE_GSZCWjbbL7_FPDNjeT0iD5JQ',
      link_sealed:
        'v1.W3Tzkfyt.hbpkOVUZfjCePrfF.Vsdax9XmW3uuBcawkc02buacm-u_P1qO6WGImCwHiPXShr9G46B1WjieZfZ0ggaA7WmHebuf4ObdAp5_So7salzfjvfrqphQA0ZEGaL7LveNPbMdgv6Yql1GE1RGKug2UwhU1Ie-X4oUp42Nqwlzo7GXtZU9JUZiLB6pc5QCcn4N_aLkHo8-T5gooLDGhCiz',
      code_mac: 'x3dfLuB7QsHt0WhheHH5N3rR6BV5Lm0zRQxPA95oqt4',
    },
  },
  {
    id: 'gkdwGuLoABzq-t7k-n45UoWFVoJ84AZB-lbML4uf3lU',
    token: '0DzwRDbFX1P9FbQJENsPIXVCoCo5chzWItpJJAUowOM',
    code: '163343',
    row: {
      id_hash: 'hKn1ShoBrisrbUZZVmA2A7M_kYfLbp7Vpx8kmyPf23Q',
      binding: 'uDD8ifpVBd_9O-PdvCOoSQBp_S9JAasuTxtQHxN0EEE',
      sealed:
        'v1.MYw6YPA1.HQFWLMkEymLzu0Yy.-jIohOVP1nqvFQ0MheudUaxd3mypWUb6JHH04SJLf5exAjRE6C63XPl34rqK8rcPT7NHM2XtWkDphE1m5MVzBDCSfh4vt14vUkU7Lg',
      token_hash: 'zaTwL_O3Adrk5q8NEIw0uJrU08-WRL9zXJHWAl9FjOI',
      link_sealed:
        'v1.pvt7ykxj.20jzLzj3GZvwoo4X.CD6pqJElu8iQG_PG42D1MKSCihZTxQIudXHlJC2TEv3AAbjahezz8CMiJq4G7eg2ZniA0zG72uMM8xtQsLcB1hPsEB-KBfaCzttVnbx6269M5mnsCyH-djuIqiWd5QEo98Yx7YuRYOnfiw2un4wiWx5md8_s6OIXdz-mfzTTGCOefnxmDOe2HwB45Q8WA2Kd',
      code_mac: 'x_14GjcRT7RsEINb1aThfXRIFWcyrLbMp2OaqRjAc-M',
    },
  },
] as const;

const SIGN_INS = [
  {
    id: 'emc_547rex7pk5ccqtwk2s0mne6m',
    token: '7b-mgURboJmBSbvxAvtxYImc7C9ITihNnoepxFUFvqA',
    code: '647498',
    handle: 'attempt-0',
    boundTo: 'interaction-0',
    row: {
      binding: 'tbolb6q67OcuG8UzsVHUukPgUO3Bw-BtSQmDPo0_jvE',
      sealed:
        'v1.c90yJlvI.rxjO0F5E5ZMGVn2K.TTEWR-rQwlYWcCM0AngGMZkIYCyP-oOUHPO8afNMv3_f6C67DOG6RNIfruXWGw6jQmLSxAPFnmw7wVM4basuEbRh1eO2fGeW_Dbs8HKIWXJJesXENrBxx9wAuOckHRsSUiyOHS3AcH3Na1beX9ahVQG3J_5Dcfnov4HageAkLmQc6SSLgNnIIbfmYK8M4tA2LZI1d3oXW3A74naieWDmoqOsqBEQg2QyExB8QU3qovYSCvKvdwNQpmjhogMUOY3H-BtSZQ',
      token_hash: 'Xd_2Y8JGiLQbE73Ec0WDG3WaXzapDUihFSiSzRFKueo',
      code_mac: 'c2dyQaU8h_ZJu7Mb10_LTlSwR_YpYjHgd48T2lsUb38',
      address_mac: '5xingmm4zHGWfyh5nM9sDfCnIqHy9kJrcAHER78NK8k',
    },
  },
  {
    id: 'emc_tqk1j6mgkkj2krg0a9ep7bs6',
    token: 'YVFD0lBtsyaEdoKEJaLNHTzs7yS_V6kV-gNkR6W_LQU',
    code: '803802',
    handle: 'attempt-1',
    boundTo: 'interaction-1',
    row: {
      binding: 'xY7CrzTQDikbhM3_kv725rJ5liHiwarD4iaV6hJXpCc',
      sealed:
        'v1.ERRg3eEE.BryzpI9WzNhmMAKc.TQAz8TTvme8-MDRSv-gGtP8o0diQPdB_ctaXRxHfgc7CcOI3dvqESSEFVZr1-uoST6jSm2oiwYngvUO8Ut79sZ2OTpRKEzPArl6NDawI4z5LxUVVadkn63N2veeb3QcghTSxKtAkPOnumeOxDcfkmkQtG-vMpxGRUyTXAyAiUsLrYQ9k6Lx9MnXl5aknkkihBZ7r-xJk-YakhGvNNyl1mqt1oUklsxpjT-vsaUC7fVsuSjhmafbbVZhDo-wP6a0WpKRuiA',
      token_hash: 'bt-JQmpy7gXguv0xiTLLptpv9gKJ17oyscUWVjE5mzE',
      code_mac: 'OrorRKJJN2u-AU-JGq605LbnbhAXSEVRvqLxbHUEDaA',
      address_mac: '990T14iseaB10DPn5sPF1XiHGP4Sg5_EVbBNQ9vtx04',
    },
  },
] as const;
