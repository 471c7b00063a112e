import type { z } from 'zod';
import { passkeyConfig } from '../../../src/methods/passkey/config.ts';
import { createPasskey, type Passkey, type PasskeyDeps } from '../../../src/methods/passkey/passkey.ts';
import { createPasskeyStore } from '../../../src/methods/passkey/store.ts';
import type { Dialect } from '../../support/database.ts';
import { requestFrom } from '../../support/request-info.ts';
import { setUpMethods } from '../set-up.ts';
import { type AuthenticatorOptions, createAuthenticator } from './authenticator.ts';

export type PasskeySetUp = Awaited<ReturnType<typeof setUpPasskey>>;

/** Passkeys over a real database, with ada, who has none yet. */
export async function setUpPasskey({
  dialect = 'sqlite',
  config = {},
}: {
  dialect?: Dialect;
  config?: z.input<typeof passkeyConfig>;
} = {}) {
  const setUp = await setUpMethods({ dialect, limits: generous });
  const { db, users, audit, clock } = setUp;
  const mails: Parameters<PasskeyDeps['mail']['send']>[0][] = [];
  const passkey: Passkey = createPasskey({
    store: createPasskeyStore(db),
    users,
    audit,
    mail: { send: async (mail) => void mails.push(mail) },
    clock,
    config: passkeyConfig.parse(config),
    site: { issuer: 'https://id.example', name: 'Acme' },
  });
  const methods = setUp.methodsOf([passkey]);
  const attempt = { request: requestFrom('192.0.2.1') };

  const enrolInput = ({ isQuiet = false, isSecond = false }: Saving = {}) => ({
    now: clock.now(),
    boundTo: 'session-1',
    request: { ...attempt.request, userAgent: FIREFOX },
    isQuiet,
    isSecond,
  });

  const beginSaving = (userId = setUp.ada.id, how?: Saving) =>
    passkey.enrolment.begin(userId, enrolInput(how));

  const finishSaving = (
    credential: string,
    keep: Record<string, unknown> | undefined,
    userId = setUp.ada.id,
  ) => passkey.enrolment.finish(userId, { credential }, keep, enrolInput());

  async function save(
    authenticator: ReturnType<typeof createAuthenticator>,
    userId = setUp.ada.id,
    how?: Saving,
  ) {
    const { show, keep } = await beginSaving(userId, how);
    return finishSaving(authenticator.create(show), keep, userId);
  }

  /** Saves a new passkey of this person, and answers the authenticator that holds it. */
  async function enrol(userId: typeof setUp.ada.id, options: AuthenticatorOptions = {}, how?: Saving) {
    const authenticator = createAuthenticator(options);
    const enrolled = await save(authenticator, userId, how);
    if (!('enrolled' in enrolled)) throw new Error(enrolled.refused);
    return { authenticator, id: enrolled.enrolled };
  }

  async function begin(userId?: string, boundTo = 'interaction-1') {
    const known = userId === undefined ? {} : { userId };
    const begun = await methods.begin('passkey', { ...known, boundTo, attempt });
    if ('refused' in begun) throw new Error('too many');
    return begun;
  }

  async function finish(
    attemptId: string | undefined,
    credential: string,
    {
      userId,
      boundTo = 'interaction-1',
      by = methods,
    }: { userId?: string; boundTo?: string; by?: typeof methods } = {},
  ) {
    return by.finish('passkey', {
      ...(userId === undefined ? {} : { userId }),
      ...(attemptId === undefined ? {} : { attemptId }),
      boundTo,
      answer: { credential },
      attempt,
    });
  }

  return { ...setUp, passkey, mails, methods, beginSaving, finishSaving, save, enrol, begin, finish };
}

type Saving = { isQuiet?: boolean; isSecond?: boolean };

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0';

const generous = {
  account: [{ points: 1000, perSeconds: 60 }],
  accountFromNetwork: [{ points: 1000, perSeconds: 60 }],
  network: [{ points: 1000, perSeconds: 60 }],
  begin: [{ points: 1000, perSeconds: 60 }],
};
