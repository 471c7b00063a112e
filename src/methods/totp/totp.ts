import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import type { Sealer } from '../../lib/seal.ts';
import { isPlainText } from '../../lib/text.ts';
import { digitsOf } from '../../lib/typed-code.ts';
import { html } from '../../views/html.ts';
import type { Screens } from '../../views/views.ts';
import type { Begun, Enrolled, EnrolledCredential, FinishInput, Method, Proof, Refusal } from '../method.ts';
import { definePlugIn, nothingWaits } from '../plug-in.ts';
import { createTotpSecret, findStep, otpauthUri, type TotpSettings } from './codes.ts';
import { type TotpConfig, totpConfig } from './config.ts';
import { createTotpStore, sealedTotpColumns, type TotpStore, totpContext } from './store.ts';

export { createTotpStore, sealedTotpColumns } from './store.ts';

/** Codes of an authenticator app. */
export const totp = definePlugIn({
  id: 'totp',
  identifies: false,
  config: { section: 'totp', schema: totpConfig },
  icon: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 2h10a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm1 3v12h8V5zm3 14v1h2v-1z"/></svg>`,
  personalData: {
    totp_credentials: ['name', 'algorithm', 'digits', 'period_seconds', 'created_at', 'last_used_at'],
  },
  sealedColumns: sealedTotpColumns,
  create: ({ db, users, sealer, clock, config: { brand } }, config) => ({
    endAllOf: nothingWaits,
    method: createTotp({
      store: createTotpStore(db),
      users,
      sealer,
      clock,
      config,
      issuerName: config.issuerName ?? brand.name,
    }),
  }),
});

/** What `enrolment.begin` shows: the page draws the QR code from the address. */
export type TotpShown = NonNullable<Screens['methods/totp/enrol']['show']>;

const MAXIMUM_NAME_LENGTH = 60;

/**
 * Codes of an authenticator app (RFC 6238). The step of a code is spent by the statement that checks it, so of any
 * number of tries at once with one code, one gets through.
 */
export function createTotp({ store, users, sealer, clock, config, issuerName }: TotpDeps) {
  return {
    id: 'totp',
    amr: ['otp'],
    kind: 'possession',
    identifies: false,
    strength: 30,
    fields: ['code'],

    isEnrolled: async (userId: string): Promise<boolean> => (await store.count(userId)) > 0,

    async finish({ userId, found, answer, now }: FinishInput): Promise<Proof | Refusal> {
      const user = found ? found.user : await users.find(userId ?? '');
      if (!user) return { refused: 'unknown' };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      let isReused = false;
      for (const { id, sealedSecret, settings, lastStep } of await store.list(user.id)) {
        const step = findTypedStep(answer.code, open(id, sealedSecret), settings, now);
        if (step === undefined) continue;
        // RFC 6238 §5.2: a code that was accepted once must not be accepted again.
        if (step > lastStep && (await store.spendStep(id, step, now))) return { proved: user.id };
        isReused = true;
      }
      return { refused: isReused ? 'reused' : 'wrong', userId: user.id };
    },

    enrolment: {
      fields: ['code', 'name'],
      attempts: 5,
      isOfferedInFlow: true,

      async list(userId: string): Promise<readonly EnrolledCredential[]> {
        const credentials = await store.list(userId);
        return credentials.map(({ id, name, createdAt, lastUsedAt }) => ({
          id,
          name,
          createdAt,
          ...defined({ lastUsedAt }),
        }));
      },

      async begin(userId: string): Promise<Begun> {
        const kept = { id: createId('totp'), secret: createTotpSecret(), settings: settingsOf(config) };
        return { keep: kept, show: await shownFor(userId, kept) };
      },

      /** Counts only now: the first code shows that the app holds the secret, and is spent by that. */
      async finish(
        userId: string,
        answer: Readonly<Record<string, string>>,
        kept: Record<string, unknown> = {},
      ): Promise<Enrolled> {
        const { id, secret, settings } = kept as Kept;
        const now = clock.now();
        if ((await store.count(userId)) >= config.maximumPerPerson) {
          return { refused: 'totp.too_many', detail: { maximum: config.maximumPerPerson } };
        }
        const step = findTypedStep(answer.code, secret, settings, now);
        if (step === undefined) return { refused: 'totp.wrong' };
        const name = nameOf(answer.name) ?? FALLBACK_NAME;
        const sealedSecret = sealer.seal(secret, totpContext(id));
        const credential = { id, userId, name, sealedSecret, settings, lastStep: step, createdAt: now };
        if (!(await store.insert(credential))) return { refused: 'totp.added' };
        return { enrolled: id, proof: { amr: ['otp'], kind: 'possession' } };
      },

      async rename(userId: string, id: string, typed: string): Promise<boolean> {
        const name = nameOf(typed);
        return name !== undefined && store.rename(userId, id, name);
      },

      remove: (userId: string, id: string): Promise<boolean> => store.delete(userId, id),
    },
  } satisfies Method;

  function findTypedStep(typed: string | undefined, secret: string, settings: TotpSettings, now: number) {
    const code = digitsOf(typed ?? '', settings.digits);
    return code === undefined
      ? undefined
      : findStep(code, secret, settings, { now, driftSteps: config.driftSteps });
  }

  async function shownFor(userId: string, { secret, settings }: Omit<Kept, 'id'>): Promise<TotpShown> {
    const [user, count] = await Promise.all([users.find(userId), store.count(userId)]);
    const uri = otpauthUri({ issuer: issuerName, account: user?.email ?? '', secret }, settings);
    return { uri, secret, digits: settings.digits, count };
  }

  function open(id: string, sealedSecret: string): string {
    return sealer.open(sealedSecret, totpContext(id)).toString();
  }
}

export type TotpDeps = {
  store: TotpStore;
  users: { find(id: string): Promise<{ id: string; email: string; disabledAt?: number } | undefined> };
  sealer: Sealer;
  clock: Clock;
  config: TotpConfig;
  /** What the app shows beside the codes. */
  issuerName: string;
};

/** What is remembered until the first code. */
type Kept = { id: string; secret: string; settings: TotpSettings };

/** For those who gave none; the page proposes one in their language. */
const FALLBACK_NAME = 'Authenticator';

/** A name as it can be shown anywhere: one line, not too long. */
function nameOf(typed = ''): string | undefined {
  const name = [...typed.normalize('NFC').trim()].slice(0, MAXIMUM_NAME_LENGTH).join('').trim();
  return name !== '' && isPlainText(name) ? name : undefined;
}

function settingsOf({ algorithm, digits, periodSeconds }: TotpConfig): TotpSettings {
  return { algorithm, digits, periodSeconds };
}
