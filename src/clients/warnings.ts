import type { Client } from './registration.ts';

/** What is right, and still may not be what somebody wants of a client: sentences for the operator who registers it. */
export function warningsOf({ metadata: { scope, grant_types } }: Pick<Client, 'metadata'>): string[] {
  const warnings: readonly { when: boolean; says: string }[] = [
    {
      when: scope?.split(' ').includes('offline_access') === true && !grant_types.includes('refresh_token'),
      says: 'It may ask for offline_access and gets no refresh token all the same: that needs --grant refresh_token as well.',
    },
  ];
  return warnings.filter(({ when }) => when).map(({ says }) => says);
}

/** For a scope that nothing declares: a typing mistake would be found in production. */
export function warningOfScope(name: string): string {
  return `There is no scope ${name} yet, so it will be ignored: the standard ones are openid, profile, email, address, phone and offline_access; others belong to an API (resource-servers create --scope).`;
}
