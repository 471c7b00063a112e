import { createBackupCodes, createBackupCodesStore } from '../../../src/methods/backup-codes/backup-codes.ts';
import { backupCodesConfig } from '../../../src/methods/backup-codes/config.ts';
import type { Mails } from '../../../src/views/views.ts';
import { requestFrom } from '../../support/request-info.ts';
import { type SetUpOptions, setUpMethods } from '../set-up.ts';

export type SentMail = { to: string; template: string; data: Mails['backup-code-used']; locale: string };

/** Signing in with a password over a real database, and backup codes beside it. */
export async function setUpBackupCodes({
  dialect = 'sqlite',
  limits,
}: Pick<SetUpOptions, 'dialect' | 'limits'> = {}) {
  const base = await setUpMethods({ dialect, ...(limits ? { limits } : {}) });
  const sent: SentMail[] = [];
  const keys = new Map([['key_1', Buffer.alloc(32, 9)]]);
  let currentId = 'key_1';
  const store = createBackupCodesStore(base.db);
  const backupCodes = createBackupCodes({
    store,
    users: base.users,
    keys: {
      serverKeys: {
        current: async () => ({ id: currentId, key: keys.get(currentId) as Buffer }),
        find: async (_purpose, id) => keys.get(id),
      },
    },
    mail: { send: async (mail) => void sent.push(mail) },
    clock: base.clock,
    config: backupCodesConfig.parse({}),
    accountUrl: 'https://gatehouse.example/account/security',
  });

  return {
    ...base,
    backupCodes,
    backupCodesStore: store,
    sent,
    rotateKey(): void {
      currentId = `key_${keys.size + 1}`;
      keys.set(currentId, Buffer.alloc(32, 10 + keys.size));
    },
    /** New codes for ada, which she says she has saved. */
    async enrol(userId = base.ada.id): Promise<string[]> {
      const { keep } = await backupCodes.enrolment.begin(userId);
      const outcome = await backupCodes.enrolment.finish(userId, { saved: 'yes' }, keep);
      if (!('enrolled' in outcome)) throw new Error(`not enrolled: ${outcome.refused}`);
      return [...(keep as { codes: string[] }).codes];
    },
    finish: (code: string, userId = base.ada.id) =>
      backupCodes.finish({
        userId,
        answer: { code },
        now: base.clock.at,
        request: { network: '192.0.2.7', userAgent: 'Firefox', locale: 'de' },
      }),
    request: () => requestFrom('192.0.2.1'),
  };
}
