import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import { createId } from '../../lib/ids.ts';
import { html } from '../../views/html.ts';
import type { Mails, Screens } from '../../views/views.ts';
import type {
  Begun,
  Enrolled,
  EnrolledCredential,
  FinishInput,
  Method,
  Own,
  Proof,
  Refusal,
} from '../method.ts';
import { definePlugIn, nothingWaits } from '../plug-in.ts';
import { createCodes, hashOf, normalCode } from './codes.ts';
import { type BackupCodesConfig, backupCodesConfig } from './config.ts';
import { createBackupCodesRoutes } from './routes.ts';
import { type BackupCodeSet, type BackupCodesStore, createBackupCodesStore } from './store.ts';

export { createBackupCodesStore } from './store.ts';

/** Codes on paper. */
export const backupCodes = definePlugIn({
  id: 'backup-codes',
  identifies: false,
  config: { section: 'backupCodes', schema: backupCodesConfig },
  icon: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4h16v16H4zm2 2v12h12V6zm2 2h8v2H8zm0 4h8v2H8z"/></svg>`,
  personalData: { backup_code_sets: ['created_at'], backup_codes: ['used_at'] },
  create: ({ db, users, keys, mail, clock, config: site }, config) => ({
    endAllOf: nothingWaits,
    method: createBackupCodes({
      store: createBackupCodesStore(db),
      users,
      keys,
      mail,
      clock,
      config,
      accountUrl: `${site.issuer}/account/security`,
    }),
    routes: createBackupCodesRoutes,
  }),
});

/** What `enrolment.begin` shows: this once. */
export type BackupCodesShown = NonNullable<Screens['methods/backup-codes/enrol']['show']>;

/** Codes on paper for the day the phone is lost. Each opens the account once, and the person is told by mail. */
export function createBackupCodes({ store, users, keys, mail, clock, config, accountUrl }: BackupCodesDeps) {
  return {
    id: 'backup-codes',
    amr: ['otp'],
    kind: 'possession',
    identifies: false,
    isFallback: true,
    strength: 1,
    fields: ['code'],

    isEnrolled: async (userId: string): Promise<boolean> => (await countLeft(userId)) > 0,

    /** A set whose codes are all used is there, and is of no use. */
    async own(userId: string): Promise<Own> {
      const set = await store.find(userId);
      if (!set) return { isEnrolled: false, credentials: [] };
      const state = await store.stateOf(set.id);
      return { isEnrolled: state.left > 0, credentials: [credentialOf(set, state)] };
    },

    countLeft,

    async finish({ userId, found, answer, now, request }: FinishInput): Promise<Proof | Refusal> {
      const user = found ? found.user : await users.find(userId ?? '');
      if (!user) return { refused: 'unknown' };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      const set = await store.find(user.id);
      const hash = set && (await hashTyped(user.id, set, answer.code));
      if (!set || !hash) return { refused: 'wrong', userId: user.id };
      if (!(await store.spend(set.id, hash, now))) {
        return { refused: (await store.wasSpent(set.id, hash)) ? 'reused' : 'wrong', userId: user.id };
      }
      const { left } = await store.stateOf(set.id);
      await mail.send({
        to: user.email,
        template: 'backup-code-used',
        data: { when: now, network: request?.network ?? '', left, accountUrl },
        locale: request?.locale ?? '',
      });
      return { proved: user.id };
    },

    enrolment: {
      fields: ['saved'],
      attempts: 5,

      async list(userId: string): Promise<readonly EnrolledCredential[]> {
        const set = await store.find(userId);
        return set ? [credentialOf(set, await store.stateOf(set.id))] : [];
      },

      /** Nothing is stored yet: until the person says that these are saved, the earlier ones work. */
      async begin(userId: string): Promise<Begun> {
        const codes = createCodes(config.count);
        const show: BackupCodesShown = { codes, isReplacement: (await countLeft(userId)) > 0 };
        return { keep: { setId: createId('bcs'), codes }, show };
      },

      /** From now on these work, and none from before. */
      async finish(
        userId: string,
        answer: Readonly<Record<string, string>>,
        kept: Record<string, unknown> = {},
      ): Promise<Enrolled> {
        const { setId, codes } = kept as { setId: string; codes: readonly string[] };
        if (answer.saved !== 'yes') return { refused: 'backup_codes.not_saved' };
        const { id: keyId, key } = await keys.serverKeys.current('codes');
        const hashes = codes.flatMap((code) => {
          const normal = normalCode(code);
          return normal === undefined ? [] : [hashOf(key, { userId, setId }, normal)];
        });
        const isNew = await store.replace(userId, { id: setId, keyId, createdAt: clock.now() }, hashes);
        return isNew ? { enrolled: setId } : { refused: 'backup_codes.added' };
      },

      remove: (userId: string, id: string): Promise<boolean> => store.delete(userId, id),
    },
  } satisfies Method;

  function credentialOf({ id, createdAt }: BackupCodeSet, { lastUsedAt }: { lastUsedAt?: number }) {
    return { id, name: 'backup-codes', createdAt, ...defined({ lastUsedAt }) };
  }

  async function countLeft(userId: string): Promise<number> {
    const set = await store.find(userId);
    return set ? (await store.stateOf(set.id)).left : 0;
  }

  async function hashTyped(userId: string, set: BackupCodeSet, typed = ''): Promise<string | undefined> {
    const code = normalCode(typed);
    const key = code === undefined ? undefined : await keys.serverKeys.find('codes', set.keyId);
    return key && code && hashOf(key, { userId, setId: set.id }, code);
  }
}

export type BackupCodesDeps = {
  store: BackupCodesStore;
  users: { find(id: string): Promise<{ id: string; email: string; disabledAt?: number } | undefined> };
  keys: {
    serverKeys: {
      current(purpose: 'codes'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'codes', id: string): Promise<Buffer | undefined>;
    };
  };
  mail: {
    send(mail: {
      to: string;
      template: 'backup-code-used';
      data: Mails['backup-code-used'];
      locale: string;
    }): Promise<void>;
  };
  clock: Clock;
  config: BackupCodesConfig;
  /** Where new codes are made; the mail leads there. */
  accountUrl: string;
};
