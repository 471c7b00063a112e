import type { Page } from 'playwright-core';

/**
 * An authenticator in the page's browser: it holds passkeys, is always there and always sure who it is. With a passkey
 * of the page's site in it, a suggestion is taken at once, without a press. `isOldKey`: a security key that keeps no
 * passkeys and has no PIN. `isSynced`: what is made in it may be copied.
 */
export async function addAuthenticator(
  page: Page,
  {
    transport = 'internal',
    isOldKey = false,
    isSynced = false,
  }: { transport?: 'internal' | 'usb'; isOldKey?: boolean; isSynced?: boolean } = {},
) {
  const devtools = await page.context().newCDPSession(page);
  // With its own windows it would wait for a person for ever.
  await devtools.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: isOldKey ? 'usb' : transport,
      hasResidentKey: !isOldKey,
      hasUserVerification: !isOldKey,
      isUserVerified: !isOldKey,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isSynced,
      defaultBackupState: isSynced,
    },
  });

  return {
    async credentials() {
      return (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    },
    /** Puts a passkey of another authenticator into this one. */
    async add(credential: Awaited<ReturnType<typeof this.credentials>>[number]) {
      await devtools.send('WebAuthn.addCredential', { authenticatorId, credential });
    },
    async setUserVerified(isUserVerified: boolean) {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    /** Takes it away, with all that it holds. */
    async remove() {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
    /** Whether somebody is there to touch it. */
    async setPresence(enabled: boolean) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
  };
}
