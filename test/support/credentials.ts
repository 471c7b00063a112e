import type { TestApp } from './app.ts';
import { requestFrom } from './request-info.ts';
import { totpCode } from './totp-code.ts';

type House = Pick<TestApp, 'modules'>;
type Shown = Record<string, unknown>;

/**
 * Adds a way to sign in as the account does, without its pages. `answerOf`: what the person answers to what is shown.
 * Answers the id of the credential, and what was shown.
 */
export async function addCredential(
  { modules: { methods } }: House,
  userId: string,
  method: string,
  answerOf: (shown: Shown) => Record<string, string>,
): Promise<{ id: string; shown: Shown }> {
  const place = { userId, attempt: { request: requestFrom('192.0.2.1') }, boundTo: 'session' };
  const begun = await methods.enrol.begin(method, place);
  if ('refused' in begun) throw new Error(begun.refused);
  const { attemptId, show: shown = {} } = begun;
  const answer = answerOf(shown);
  const saved = await methods.enrol.finish(method, { ...place, answer, ...(attemptId ? { attemptId } : {}) });
  if (!('enrolled' in saved)) throw new Error(JSON.stringify(saved));
  return { id: saved.enrolled, shown };
}

/** An authenticator app, confirmed with its code of `now` (milliseconds), which is spent by that. Answers the secret. */
export async function addAuthenticatorApp(house: House, userId: string, now = Date.now()): Promise<string> {
  let secret = '';
  await addCredential(house, userId, 'totp', (shown) => {
    secret = /secret=([A-Z2-7]+)/.exec(JSON.stringify(shown))?.[1] ?? '';
    return { code: totpCode(secret, now), name: 'Phone' };
  });
  return secret;
}
