import { createSealer } from '../../../src/lib/seal.ts';
import { codeAt, type TotpSettings } from '../../../src/methods/totp/codes.ts';
import { totpConfig } from '../../../src/methods/totp/config.ts';
import { createTotp, createTotpStore } from '../../../src/methods/totp/totp.ts';
import { requestFrom } from '../../support/request-info.ts';
import { type SetUpOptions, setUpMethods } from '../set-up.ts';

export const PLAIN: TotpSettings = { algorithm: 'sha1', digits: 6, periodSeconds: 30 };

/** Signing in with a password over a real database, and authenticators beside it. */
export async function setUpTotp(
  { dialect = 'sqlite', limits }: Pick<SetUpOptions, 'dialect' | 'limits'> = {},
  settings: Parameters<typeof totpConfig.parse>[0] = {},
) {
  const base = await setUpMethods({ dialect, ...(limits ? { limits } : {}) });
  const sealer = createSealer([Buffer.alloc(32, 5)]);
  const store = createTotpStore(base.db);
  const totpWith = (input: Parameters<typeof totpConfig.parse>[0] = settings) =>
    createTotp({
      store,
      users: base.users,
      sealer,
      clock: base.clock,
      config: totpConfig.parse(input),
      issuerName: 'Acme',
    });
  const totp = totpWith();

  const stepNow = (period = 30) => Math.floor(base.clock.at / 1000 / period);

  return {
    ...base,
    totp,
    totpWith,
    totpStore: store,
    sealer,
    stepNow,
    /** Adds an authenticator to ada, and lets its first code pass. Answers what only the app knows. */
    async enrol(name = 'Phone', method = totp): Promise<{ id: string; secret: string }> {
      const { keep } = await method.enrolment.begin(base.ada.id);
      const { secret, settings: told } = keep as { secret: string; settings: TotpSettings };
      const code = codeAt(stepNow(told.periodSeconds), secret, told);
      const outcome = await method.enrolment.finish(base.ada.id, { code, name }, keep);
      if (!('enrolled' in outcome)) throw new Error(`not enrolled: ${outcome.refused}`);
      base.clock.at += told.periodSeconds * 1000;
      return { id: outcome.enrolled, secret };
    },
    finish: (code: string, userId = base.ada.id, method = totp) =>
      method.finish({ userId, answer: { code }, now: base.clock.at }),
    request: () => requestFrom('192.0.2.1'),
  };
}
