import type { User } from '../users/users.ts';
import type { AccountDeps } from './deps.ts';

export type PasskeySignals = ReturnType<typeof createPasskeySignals>;

/**
 * What a page tells the browser of the person's passkeys, as a part of its data: which ones work, and how the person is
 * called (WebAuthn L3 §5.1.10). It is told on the pages that one comes to after a sign-in and after each change.
 */
export function createPasskeySignals({ passkeys }: Pick<AccountDeps, 'passkeys'>) {
  return {
    /** Nothing for who has none. */
    async ofWhoHasSome(person: User): Promise<{ signals?: string }> {
      const signals = await passkeys?.signals(person);
      return signals && signals.allAcceptedCredentialIds.length > 0
        ? { signals: JSON.stringify(signals) }
        : {};
    },

    /** Also that there is none any more, for a browser that still keeps one. */
    async ofEverybody(person: User): Promise<{ signals?: string }> {
      const signals = await passkeys?.signals(person);
      return signals ? { signals: JSON.stringify(signals) } : {};
    },
  };
}
