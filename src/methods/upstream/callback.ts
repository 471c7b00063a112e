/** What a provider sends the browser back with, as far as it is read. */
export const PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'user'] as const;

/** By it the route finds what the browser comes back to; `finish` compares all of it with what `begin` kept. */
export const stateOf = (uid: string, attemptId: string) => `${uid}.${attemptId}`;
/** Of the own account, which knows its browser by the session. */
export const accountStateOf = (attemptId: string) => `.${attemptId}`;

/** `uid`: of the sign-in; absent: the own account. Whether there is such a one is found out later. */
export function readState(state: string): { uid?: string; attemptId: string } | undefined {
  const [, uid = '', attemptId] = /^([\w-]{0,100})\.([\w-]{1,100})$/.exec(state) ?? [];
  if (attemptId === undefined) return undefined;
  return uid === '' ? { attemptId } : { uid, attemptId };
}
